"""The camera: light and shadow into a photograph with its blur, noise, cast and compression."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.city_style import CityStyle
from lanedet_mm.synthesis.noise_texture import noise

Image = NDArray[np.float32]


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


def random_sensor(style: CityStyle, rng: np.random.Generator) -> Sensor:
    """A sensor as the city's photographs may have been taken with."""
    warmth = float(rng.uniform(*style.warmth))
    gains = np.array([1 + 0.06 * warmth, 1 + 0.01 * warmth, 1 - 0.08 * warmth])
    gains = gains * rng.normal(1, 0.02, 3) * rng.uniform(0.88, 1.08)
    return Sensor(
        blur_px=float(rng.uniform(0.4, 1.0)),
        noise_level=float(rng.gamma(2.0, 1.6)),
        noise_grain_px=float(rng.choice([1.0, 1.0, 1.6])),
        gains=(float(gains[0]), float(gains[1]), float(gains[2])),
        saturation=float(rng.uniform(*style.saturation)),
        haze=float(rng.uniform(*style.haze)),
        haze_rgb=(170.0, 180.0, 192.0),
        contrast=float(rng.uniform(0.95, 1.4)),
        gamma=float(rng.uniform(0.85, 1.15)),
        sharpening=float(rng.choice([0.0, 0.6, 1.2, 1.8], p=[0.2, 0.25, 0.3, 0.25])),
        jpeg_quality=int(rng.integers(62, 97)),
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
    grey = cv2.cvtColor(np.clip(image, 0, 255), cv2.COLOR_RGB2GRAY)
    sharper = grey - cv2.GaussianBlur(grey, (0, 0), sensor.blur_px + 0.7)
    sharper *= np.float32(sensor.sharpening)
    if sensor.noise_level > 0.2:
        grain = noise(grey.shape, sensor.noise_grain_px, rng)
        sharper += grain * np.float32(sensor.noise_level)
    image += sharper[..., None]
    curve = _tone_curve(sensor)
    toned = cv2.LUT(np.clip(image, 0, 255).astype(np.uint8), curve)
    packed = cv2.imencode('.jpg', toned, [cv2.IMWRITE_JPEG_QUALITY, sensor.jpeg_quality])[1]
    # Channel order does not matter to the round trip: it goes in and out the same way.
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def _colour_matrix(sensor: Sensor) -> NDArray[np.float32]:
    """Cast, saturation and haze as one affine map of colours, (3, 4)."""
    weights = np.array([0.299, 0.587, 0.114])
    mix = sensor.saturation * np.eye(3) + (1 - sensor.saturation) * weights[None]
    mix = mix * np.array(sensor.gains)[:, None] * (1 - sensor.haze)
    shift = np.array(sensor.haze_rgb)[:, None] * sensor.haze
    return np.concatenate([mix, shift], axis=1).astype(np.float32)


def _tone_curve(sensor: Sensor) -> NDArray[np.uint8]:
    level = np.linspace(0, 1, 256) ** sensor.gamma
    # A curve that steepens the middle and rolls off towards black and white.
    middle = 0.45
    steep = np.tanh((level - middle) * 1.5 * sensor.contrast)
    low, high = (
        np.tanh((-middle) * 1.5 * sensor.contrast),
        np.tanh((1 - middle) * 1.5 * sensor.contrast),
    )
    curved = (steep - low) / (high - low)
    return np.asarray(np.clip(curved * 255, 0, 255), np.uint8)
