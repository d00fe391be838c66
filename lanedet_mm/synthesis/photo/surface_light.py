"""Grain of the materials and the light on them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.photo.material import spread_table
from lanedet_mm.synthesis.photo.noise_texture import noise
from lanedet_mm.synthesis.photo.scene import Scene

_GRAINS_M = (0.0, 0.45, 2.8, 14.0)


def lit_scene(scene: Scene) -> NDArray[np.float32]:
    """The drawn scene with grain and shadow, as light that reaches the camera, (H, W, 3)."""
    rng = scene.rng
    factor = np.ones(scene.size_hw, np.float32)
    strength = float(rng.uniform(0.45, 1.1))
    for grain, size_m in enumerate(_GRAINS_M):
        # A pixel averages over its ground: fine grain fades as pixels grow.
        fade = strength * (min(1.0, (0.15 / scene.gsd_m) ** 0.5) if grain == 0 else 1.0)
        spread = cv2.LUT(scene.material, spread_table(grain) * np.float32(fade))
        cv2.accumulateProduct(spread, noise(scene.size_hw, size_m / scene.gsd_m, rng), factor)
    np.clip(factor, 0.3, 1.8, out=factor)
    tint = _shadow_tint(scene)
    shadow = scene.shadow
    soft_px = scene.sun.softness_m / scene.gsd_m
    if soft_px > 0.3:
        shadow = np.asarray(cv2.GaussianBlur(shadow, (0, 0), soft_px), np.uint8)
    dark = shadow.astype(np.float32) * np.float32(1 / 255)
    planes = [factor * (1 + dark * (left - 1)) for left in tint]
    return np.asarray(cv2.multiply(scene.rgb, cv2.merge(planes), dtype=cv2.CV_32F), np.float32)


def _shadow_tint(scene: Scene) -> NDArray[np.float32]:
    """Light left in full shadow: less red than blue, for it comes from the sky."""
    left = 1 - scene.sun.depth
    blue = float(scene.rng.uniform(0.0, 0.35)) * scene.sun.depth
    return np.array([left * (1 - 0.35 * blue), left, left * (1 + blue)], np.float32)
