"""The labelled lines as paint: dashes, double lines, wear."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.city_style import Range
from lanedet_mm.synthesis.photo.guide_line import GuideLine
from lanedet_mm.synthesis.photo.material import Material
from lanedet_mm.synthesis.photo.noise_texture import noise
from lanedet_mm.synthesis.photo.paint_layer import PaintLayer
from lanedet_mm.synthesis.photo.polyline import Points, arc_lengths, points_at
from lanedet_mm.synthesis.photo.scene import Scene

_SHARED_PHASE = 0.7  # share of the tiles where neighbouring dashes stand side by side
_FAINTEST = 0.2


@dataclass(frozen=True)
class _Manner:
    """How the lines of one tile are painted."""

    width_m: float
    dash_m: Range
    level: float
    shared_phase: bool
    black_border: bool


def draw_lanes(scene: Scene, guides: list[GuideLine]) -> None:
    """Paint the annotated lines onto the scene's paint layers."""
    rng, style = scene.rng, scene.style
    patterns = (*style.dash_patterns_m, style.motorway_dash_m)
    low, high = style.paint_cover
    manner = _Manner(
        width_m=float(rng.uniform(*style.line_width_m)),
        dash_m=patterns[rng.integers(len(patterns))],
        # Most lines of real streets stand 50 to 100 grey levels above their asphalt.
        level=low + (high - low) * float(rng.beta(2.6, 1.0)),
        shared_phase=bool(rng.random() < _SHARED_PHASE),
        black_border=_on_concrete(scene) and bool(rng.random() < 0.3),
    )
    for guide in guides:
        if guide.lane is None:
            continue
        level = float(np.clip(manner.level * rng.normal(1, 0.12), _FAINTEST, 1))
        if rng.random() < 0.04:
            level = _FAINTEST
        layer = scene.white if guide.lane.white else scene.yellow
        starts, ends = painted_pieces(
            guide.points,
            None if guide.lane.solid else manner.dash_m,
            _phase(guide.points, manner, rng),
        )
        starts, ends = starts / scene.gsd_m, ends / scene.gsd_m
        width_px = manner.width_m / scene.gsd_m
        if manner.black_border and not guide.lane.solid:
            for start, end in zip(starts, ends, strict=True):
                # Black paint around a dash and behind it, so that it is seen on pale concrete.
                scene.mark(np.stack([start, end + (end - start) * 0.5]), 92, round(width_px) + 1)
        if guide.lane.single:
            layer.strips(starts, ends, width_px=width_px, level=int(255 * level))
        else:
            _double(layer, starts, ends, width_px, int(255 * level))


def _on_concrete(scene: Scene) -> bool:
    return bool(np.any(scene.material[::16, ::16] == Material.CONCRETE))


def _double(layer: PaintLayer, starts: Points, ends: Points, width_px: float, level: int) -> None:
    step = ends - starts
    length = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)[:, None]
    aside = np.stack([-step[:, 1], step[:, 0]], axis=1) / length * width_px
    for side in (-aside, aside):
        layer.strips(starts + side, ends + side, width_px=width_px, level=level)


def _phase(points: Points, manner: _Manner, rng: np.random.Generator) -> float:
    period = sum(manner.dash_m)
    if not manner.shared_phase:
        return float(rng.uniform(0, period))
    way = points[-1] - points[0]
    way = way / max(float(np.hypot(*way)), 1e-9)
    return float(points[0] @ way) % period


def painted_pieces(points: Points, dash_m: Range | None, phase_m: float) -> tuple[Points, Points]:
    """Straight pieces of paint along a polyline.

    Args:
        points: Polyline in metres, shape (N, 2).
        dash_m: Lengths of mark and gap; None for an unbroken line.
        phase_m: Where in the pattern, which begins with a mark, the line begins.

    Returns:
        First and second ends of the pieces, shape (M, 2) each.
    """
    along = arc_lengths(points)
    if dash_m is None:
        return points[:-1], points[1:]
    mark, period = dash_m[0], sum(dash_m)
    first = np.floor(phase_m / period) * period - phase_m
    begins = np.arange(first, along[-1] + period, period)
    cuts = np.concatenate([along, begins, begins + mark])
    cuts = np.unique(cuts[(cuts >= 0) & (cuts <= along[-1])])
    middle = (cuts[:-1] + cuts[1:]) / 2
    inked = (middle + phase_m) % period < mark
    return points_at(points, cuts[:-1][inked]), points_at(points, cuts[1:][inked])


def blend_paint(scene: Scene) -> None:
    """Put the paint layers onto the ground: worn, and in the colours that paint has."""
    rng = scene.rng
    scene.wear = wear = _wear(scene)
    white = np.array([234, 232, 226]) * rng.uniform(0.92, 1.07)
    yellow = np.array([222, 172, 62]) * rng.uniform(0.8, 1.05) + rng.normal(0, 8, 3)
    for layer, colour in ((scene.yellow, yellow), (scene.white, white)):
        if layer.is_empty:
            continue
        cover = layer.coverage() * wear
        wet = np.flatnonzero(cover > 0.004)
        share = cover.reshape(-1).take(wet)[:, None]
        rgb = scene.rgb.reshape(-1, 3)
        mixed = rgb.take(wet, axis=0) * (1 - share)
        mixed += np.clip(colour, 0, 250).astype(np.float32) * share
        rgb[wet] = mixed.astype(np.uint8)
    scene.bare_rgb = scene.rgb.copy()


def _wear(scene: Scene) -> NDArray[np.float32]:
    """What wheels have left of the paint, in [0.1, 1], shape (H, W)."""
    rng = scene.rng
    depth = float(rng.uniform(0.0, 0.45))
    field = noise(scene.size_hw, 0.5 / scene.gsd_m, rng) + noise(
        scene.size_hw, 5 / scene.gsd_m, rng
    )
    return np.asarray(np.clip(1 - depth * (0.6 + 0.45 * field), 0.1, 1), np.float32)
