"""Curves as SVG."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

Points = Sequence[tuple[float, float]]
_WIDTH, _HEIGHT = 340, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 12, 34
_STROKES = ('var(--accent)', '#8a8f98', '#3a3f47', '#b9a06a')


def line_chart(
    curves: Mapping[str, Points],
    *,
    x_label: str,
    y_label: str,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    diagonal: bool = False,
    dots: bool = False,
) -> str:
    """Draw curves with two axes.

    Args:
        curves: Points (x, y) of each curve by its name.
        x_label: What runs to the right.
        y_label: What runs upwards.
        x_range: Ends of the axis; None takes those of the points.
        y_range: Likewise.
        diagonal: Whether to draw y = x.
        dots: Whether to mark the points.
    """
    points = np.array([point for curve in curves.values() for point in curve], np.float64)
    (x_low, x_high), (y_low, y_high) = (
        given or _span(points[:, axis]) for axis, given in enumerate((x_range, y_range))
    )

    def col(x: float) -> float:
        return round(_LEFT + (x - x_low) / (x_high - x_low) * (_WIDTH - _LEFT - _RIGHT), 1)

    def row(y: float) -> float:
        share = (y - y_low) / (y_high - y_low)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)

    left, right, low, high = col(x_low), col(x_high), row(y_low), row(y_high)
    parts = [
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(y_label)} by {escape(x_label)}">'
    ]
    for y in _ticks(y_low, y_high):
        parts.append(f'<path class="grid" d="M{left} {row(y)}H{right}"/>')
        parts.append(f'<text x="{left - 6}" y="{row(y) + 4}" text-anchor="end">{y:g}</text>')
    for x in _ticks(x_low, x_high):
        parts.append(f'<text x="{col(x)}" y="{low + 15}" text-anchor="middle">{x:g}</text>')
    parts.append(f'<path class="axis" d="M{left} {low}H{right}"/>')
    middle = (left + right) / 2
    parts.append(
        f'<text class="label" x="{middle}" y="{_HEIGHT - 4}" text-anchor="middle">'
        f'{escape(x_label)}</text>'
    )
    if diagonal:
        parts.append(f'<path class="diagonal" d="M{left} {low}L{right} {high}"/>')
    for index, curve in enumerate(curves.values()):
        stroke = _STROKES[index % len(_STROKES)]
        path = 'L'.join(f'{col(x)} {row(y)}' for x, y in curve)
        parts.append(f'<path class="curve" style="stroke:{stroke}" d="M{path}"/>')
        if dots:
            parts += [
                f'<circle cx="{col(x)}" cy="{row(y)}" r="2.5" style="fill:{stroke}"/>'
                for x, y in curve
            ]
    return ''.join([*parts, '</svg>', _legend(list(curves))])


def _legend(names: Sequence[str]) -> str:
    if len(names) < 2:
        return ''
    entries = (
        f'<span><i style="background:{_STROKES[index % len(_STROKES)]}"></i>{escape(name)}</span>'
        for index, name in enumerate(names)
    )
    return f'<div class="legend">{"".join(entries)}</div>'


def _span(values: np.ndarray) -> tuple[float, float]:
    """Ends of an axis that holds all values."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    ticks = _ticks(low, high)
    return min(low, ticks[0]), max(high, ticks[-1]) if high > low else low + 1


def _ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers."""
    step = 10 ** np.floor(np.log10(max(high - low, 1e-9)))
    for factor in (5, 2, 1, 0.5, 0.2):
        ticks = np.arange(np.ceil(low / (step * factor) - 1e-9), high / (step * factor) + 1e-9)
        if len(ticks) >= 3:
            return [round(float(tick), 10) + 0.0 for tick in ticks * step * factor]
    return [low, high]
