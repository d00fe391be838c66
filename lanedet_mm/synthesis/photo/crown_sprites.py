"""Pictures of tree crowns from above, made once: broad-leaved, groves, bare, palms."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

Sprite = NDArray[np.uint8]  # (S, S, 2): cover, and light where 128 is the mean; sun from -column

SIDE = 128
_KINDS = {'broad': 10, 'grove': 4, 'bare': 4, 'palm': 5}


@cache
def crown_sprites(kind: str) -> tuple[Sprite, ...]:
    """All sprites of a kind: 'broad', 'grove', 'bare' or 'palm'."""
    rng = np.random.default_rng([77, sorted(_KINDS).index(kind)])
    make = {'broad': _broad, 'grove': _grove, 'bare': _bare, 'palm': _palm}[kind]
    return tuple(make(rng) for _ in range(_KINDS[kind]))


def _grid() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    axis = np.linspace(-1, 1, SIDE, dtype=np.float32)
    return np.meshgrid(axis, axis)


def _lit(height: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Light on a relief, with leaves: bright towards -column, dark in the hollows."""
    down, right = np.gradient(height * SIDE / 2)
    facing = (0.62 - 0.75 * right) / np.sqrt(1 + right**2 + down**2)
    leaves = cv2.GaussianBlur(rng.standard_normal((SIDE, SIDE)).astype(np.float32), (0, 0), 0.9)
    hollow = height - cv2.GaussianBlur(height, (0, 0), 5)
    light = 0.45 + 0.9 * np.clip(facing, 0, 1.3) + 1.6 * hollow + 0.30 * leaves
    return np.asarray(light, np.float32)


def _domes(centres: NDArray[np.float64], radii: NDArray[np.float64]) -> NDArray[np.float32]:
    col, row = _grid()
    height = np.zeros((SIDE, SIDE), np.float32)
    for (x, y), radius in zip(centres, radii, strict=True):
        rise = radius**2 - (col - x) ** 2 - (row - y) ** 2
        base = 0.55 * np.sqrt(max(0.0, 1 - x * x - y * y))
        height = np.maximum(height, np.where(rise > 0, base + np.sqrt(np.maximum(rise, 0)), 0))
    return height


def _sprite(cover: NDArray[np.float32], light: NDArray[np.float32]) -> Sprite:
    # The rim stays empty, so that a turned sprite has no straight cut.
    col, row = _grid()
    cover = cover * (np.hypot(col, row) < 0.98)
    both = np.stack([np.clip(cover, 0, 1) * 255, np.clip(light, 0, 1.99) * 128], axis=-1)
    return both.astype(np.uint8)


def _broad(rng: np.random.Generator) -> Sprite:
    count = int(rng.integers(60, 130))
    turn, out = rng.uniform(0, 2 * np.pi, count), np.sqrt(rng.uniform(0, 1, count)) * 0.72
    stretch = rng.uniform(0.8, 1.0)
    centres = np.stack([out * np.cos(turn), out * np.sin(turn) * stretch], axis=1)
    height = _domes(centres, rng.uniform(0.06, 0.18, count))
    ragged = cv2.GaussianBlur(rng.standard_normal((SIDE, SIDE)).astype(np.float32), (0, 0), 1.3)
    cover = np.clip((height - 0.05 + 0.15 * ragged) * 12, 0, 1)
    return _sprite(cover, _lit(height, rng))


def _grove(rng: np.random.Generator) -> Sprite:
    height = np.zeros((SIDE, SIDE), np.float32)
    for _ in range(int(rng.integers(5, 10))):
        middle, size = rng.uniform(-0.5, 0.5, 2), rng.uniform(0.2, 0.4)
        count = 24
        turn, out = rng.uniform(0, 2 * np.pi, count), np.sqrt(rng.uniform(0, 1, count)) * size
        centres = middle + np.stack([out * np.cos(turn), out * np.sin(turn)], axis=1)
        height = np.maximum(height, _domes(centres * 0.98, rng.uniform(0.04, 0.13, count)))
    ragged = cv2.GaussianBlur(rng.standard_normal((SIDE, SIDE)).astype(np.float32), (0, 0), 1.0)
    return _sprite(np.clip((height - 0.05 + 0.1 * ragged) * 12, 0, 1), _lit(height, rng))


def _bare(rng: np.random.Generator) -> Sprite:
    twigs = np.zeros((SIDE, SIDE), np.uint8)
    for turn in rng.uniform(0, 2 * np.pi, 26):
        point, heading = np.array([SIDE / 2, SIDE / 2]), turn
        for _ in range(9):
            heading += rng.normal(0, 0.35)
            after = point + 6.5 * np.array([np.cos(heading), np.sin(heading)])
            cv2.line(twigs, _corner(point), _corner(after), 190, 1, cv2.LINE_AA)
            for _ in range(3):
                side = heading + rng.normal(0, 0.9)
                tip = point + 9 * np.array([np.cos(side), np.sin(side)])
                cv2.line(twigs, _corner(point), _corner(tip), 130, 1, cv2.LINE_AA)
            point = after
    cover = cv2.GaussianBlur(twigs.astype(np.float32) / 255, (0, 0), 0.7) * 1.3
    return _sprite(np.asarray(cover, np.float32), np.full((SIDE, SIDE), 1.2, np.float32))


def _corner(point: NDArray[np.float64]) -> tuple[int, int]:
    return int(point[0]), int(point[1])


def _palm(rng: np.random.Generator) -> Sprite:
    fronds = np.zeros((SIDE, SIDE), np.float32)
    count = int(rng.integers(9, 15))
    for turn in np.linspace(0, 2 * np.pi, count, endpoint=False) + rng.normal(0, 0.12, count):
        length = rng.uniform(0.7, 0.95) * SIDE / 2
        along = np.linspace(0, 1, 12)
        bend = turn + rng.normal(0, 0.25) * along
        points = SIDE / 2 + (along * length * np.stack([np.cos(bend), np.sin(bend)])).T
        for index in range(11):
            thick = max(int(9 * np.sin(np.pi * (0.15 + 0.8 * along[index]))), 1)
            start, end = _corner(points[index]), _corner(points[index + 1])
            cv2.line(fronds, start, end, 1.0, thick, cv2.LINE_8)
    leaves = cv2.GaussianBlur(rng.standard_normal((SIDE, SIDE)).astype(np.float32), (0, 0), 1.0)
    cover = np.clip(cv2.GaussianBlur(fronds, (0, 0), 1.0) + 0.5 * leaves * fronds, 0, 1)
    return _sprite(np.asarray(cover, np.float32), _lit(fronds * 0.3, rng))
