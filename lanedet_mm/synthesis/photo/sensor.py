"""The camera: light and shadow into a photograph with its blur, noise, cast and compression."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.city_style import CityStyle
from lanedet_mm.synthesis.photo.noise_texture import noise

Image = NDArray[np.float32]

_GREY = np.array([[0.299, 0.587, 0.114]], np.float32)


@dataclass(frozen=True, kw_only=True)
class Sensor:
    """One camera, one flight, one processing.

    Attributes:
        blur_px: Spread of the point-spread function.
        noise_level: Spread of the noise in grey levels.
        noise_grain_px: Grain of the noise.
        gains: Factor on red, green and blue.
        saturation: Factor on the distance from grey.
        haze: Share of the light that is haze.
        haze_rgb: Colour of haze.
        contrast: Factor on the distance from the middle grey.
        gamma: Exponent of the tone curve.
        sharpening: Amount of unsharp masking.
        jpeg_quality: Quality of the compression, 1 to 100.
        levels: Grey levels that the darkest, the median and the brightest ground are brought to.
        black: Grey level of black.
        exposure: How far they are brought there: 0 not at all, 1 all the way.
    """

    blur_px: float
    noise_level: float
    noise_grain_px: float
    gains: tuple[float, float, float]
    saturation: float
    haze: float
    haze_rgb: tuple[float, float, float]
    contrast: float
    gamma: float
    sharpening: float
    jpeg_quality: int
    levels: tuple[float, float, float]
    black: float
    exposure: float


def random_sensor(style: CityStyle, rng: np.random.Generator) -> Sensor:
    """A sensor as the city's photographs may have been taken with."""
    warmth = float(rng.uniform(*style.warmth))
    gains = np.array([1 + 0.06 * warmth, 1 + 0.01 * warmth, 1 - 0.08 * warmth])
    gains = gains * rng.normal(1, 0.018, 3) * rng.uniform(0.88, 1.08)
    return Sensor(
        # Now and then a coarser photograph is sold as a finer one.
        blur_px=float(rng.uniform(0.3, 0.8) if rng.random() < 0.88 else rng.uniform(0.8, 1.5)),
        noise_level=float(rng.gamma(2.0, 0.8)),
        noise_grain_px=float(rng.choice([1.0, 1.0, 1.6])),
        gains=(float(gains[0]), float(gains[1]), float(gains[2])),
        saturation=0.95 * float(rng.uniform(*style.saturation)),
        haze=float(rng.uniform(*style.haze)),
        haze_rgb=(170.0, 180.0, 192.0),
        contrast=float(rng.uniform(0.7, 1.9)),
        gamma=float(rng.uniform(0.9, 1.12)),
        sharpening=float(rng.choice([0.0, 0.5, 0.9, 1.3], p=[0.12, 0.33, 0.35, 0.2])),
        jpeg_quality=int(rng.integers(62, 97)),
        levels=(
            float(rng.uniform(8, 24)),
            float(rng.uniform(84, 118)),
            float(rng.uniform(230, 252)),
        ),
        black=float(rng.uniform(1, 14)),
        exposure=float(rng.uniform(0.5, 1.0)),
    )


def photograph(light: Image, sensor: Sensor, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Photograph of a scene.

    Args:
        light: Colours of the lit scene, 0 to 255 and beyond, shape (H, W, 3).
        sensor: The camera.
        rng: Source of the noise.

    Returns:
        RGB image, shape (H, W, 3).
    """
    image: NDArray[Any] = cv2.GaussianBlur(light, (0, 0), sensor.blur_px)
    image = np.asarray(cv2.transform(image, _colour_matrix(sensor)), np.float32)
    grey = np.asarray(np.clip(cv2.transform(image, _GREY), 1, 255), np.float32)
    toned = np.asarray(cv2.LUT(grey.astype(np.uint8), _tone_curve(grey, sensor)), np.float32)
    if sensor.sharpening > 0:
        detail = toned - cv2.GaussianBlur(toned, (0, 0), sensor.blur_px + 0.7)
        toned = np.asarray(toned + detail * np.float32(sensor.sharpening), np.float32)
    if sensor.noise_level > 0.2:
        toned += noise(grey.shape, sensor.noise_grain_px, rng) * np.float32(sensor.noise_level)
    # One factor for all channels: a steep curve does not make colours garish.
    ratio = np.maximum(toned, 0) / grey
    shown = cv2.multiply(image, cv2.merge([ratio, ratio, ratio]), dtype=cv2.CV_8U)
    packed = cv2.imencode('.jpg', shown, [cv2.IMWRITE_JPEG_QUALITY, sensor.jpeg_quality])[1]
    # Channel order does not matter to the round trip: it goes in and out the same way.
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def _colour_matrix(sensor: Sensor) -> NDArray[np.float32]:
    """Cast, saturation and haze as one affine map of colours, (3, 4)."""
    mix = sensor.saturation * np.eye(3) + (1 - sensor.saturation) * _GREY
    mix = mix * np.array(sensor.gains)[:, None] * (1 - sensor.haze)
    shift = np.array(sensor.haze_rgb)[:, None] * sensor.haze
    return np.concatenate([mix, shift], axis=1).astype(np.float32)


def _tone_curve(grey: Image, sensor: Sensor) -> NDArray[np.float32]:
    """Table of 256 grey levels: stretched as providers of imagery do, then a film-like curve."""
    low, median, high = (float(v) for v in np.percentile(grey[::5, ::5], (1, 50, 98)))
    share = sensor.exposure
    to_low = low + share * (sensor.levels[0] - low)
    to_high = high + share * (sensor.levels[2] - high)
    factor = min((to_high - to_low) / max(high - low, 30.0), 2.5)
    level = np.clip((np.arange(256) - low) * factor + to_low, 0, 255) / 255
    reached = np.clip((median - low) * factor + to_low, 20, 230) / 255
    wanted = reached ** (1 - share) * (sensor.levels[1] / 255) ** share
    gamma = float(np.clip(np.log(wanted) / np.log(reached), 0.55, 1.7)) * sensor.gamma
    # Steeper in the middle, rolled off towards black and white.
    steep = 1.5 * sensor.contrast
    low_end, high_end = np.tanh(-0.45 * steep), np.tanh(0.55 * steep)
    curved = (np.tanh((level**gamma - 0.45) * steep) - low_end) / (high_end - low_end)
    return np.asarray(sensor.black + curved * (255 - sensor.black), np.float32)
