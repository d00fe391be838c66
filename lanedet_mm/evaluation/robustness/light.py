"""Changes of light: shadow, haze, brightness, contrast, colour.

Each takes BGR of 8 bits, shape (H, W, 3), and gives the same; what is random comes from `rng` alone
and does not depend on the amount, so that with one seed a greater amount is the same change, only
stronger.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

_SHADOWS = 6
_PENUMBRA_PX = 1.5
_SHADOW_BGR = np.array(
    (0.85, 1.0, 1.1), np.float32
)  # what a shadow takes: the sky that lights it is blue
_AIRLIGHT_BGR = np.array((235, 228, 220), np.float32)
_HAZE_CELLS = 4  # haze is thicker here than there, over about a quarter of the image


def cast_shadow(image: Image, darkness: float, rng: np.random.Generator) -> Image:
    """Shadows of a few boxes, all turned alike, with soft edges and the tint of the sky.

    Args:
        image: See above.
        darkness: Share of the light that is lost in the shadow, in [0, 0.9].
        rng: Draws the boxes.
    """
    shade = np.zeros(image.shape[:2], np.float32)
    height, width = image.shape[:2]
    turn = rng.uniform(0, 180)
    for _ in range(_SHADOWS):
        centre = (rng.uniform(0, width), rng.uniform(0, height))
        sides = rng.uniform(0.2, 0.6, 2) * min(height, width)
        corners = cv2.boxPoints((centre, (float(sides[0]), float(sides[1])), turn))
        cv2.fillConvexPoly(shade, np.rint(corners).astype(np.int32), 1.0)
    shade = np.asarray(cv2.GaussianBlur(shade, (0, 0), _PENUMBRA_PX), np.float32)
    return _to_bytes(image * (1 - darkness * shade[..., None] * _SHADOW_BGR))


def haze(image: Image, veil: float, rng: np.random.Generator) -> Image:
    """Airlight in front of the ground, thicker here and thinner there (Koschmieder 1924).

    Args:
        image: See above.
        veil: Mean share of the airlight in what is seen, in [0, 0.8].
        rng: Draws where it is thick.
    """
    cells = rng.uniform(0.75, 1.25, (_HAZE_CELLS, _HAZE_CELLS)).astype(np.float32)
    share = veil * cv2.resize(cells, image.shape[1::-1], interpolation=cv2.INTER_LINEAR)[..., None]
    return _to_bytes(image * (1 - share) + share * _AIRLIGHT_BGR)


def brightness(image: Image, levels: float, rng: np.random.Generator) -> Image:
    """The same number of grey levels added everywhere.

    Args:
        image: See above.
        levels: What is added; below 0 it gets darker.
        rng: Not used.
    """
    return _to_bytes(image.astype(np.float32) + levels)


def contrast(image: Image, loss: float, rng: np.random.Generator) -> Image:
    """Everything nearer to the mean colour of the image.

    Args:
        image: See above.
        loss: Share of the distance to the mean that is lost, in [0, 1].
        rng: Not used.
    """
    mean = image.mean((0, 1), dtype=np.float64).astype(np.float32)
    return _to_bytes(mean + (1 - loss) * (image - mean))


def colour_cast(image: Image, gain: float, rng: np.random.Generator) -> Image:
    """One channel stronger, the others weaker, as under a wrong white balance.

    Args:
        image: See above.
        gain: Greatest relative change of a channel, in [0, 1].
        rng: Draws the colour.
    """
    turns = (rng.random() + np.arange(3) / 3) * 2 * np.pi
    return _to_bytes(image * (1 + gain * np.cos(turns)).astype(np.float32))


def _to_bytes(values: NDArray[np.number]) -> Image:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
