"""How long models take, as a picture."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

_DPI = 100
_PANEL_IN = (6.0, 4.0)
_LEGEND_ROW_IN = 0.25
_STYLES = ('-', '--', ':', '-.')


def draw_latency(
    lines: Mapping[str, Sequence[tuple[int, float]]],
    *,
    points: Mapping[str, tuple[float, float]] | None = None,
    points_px: int = 512,
) -> NDArray[np.uint8]:
    """Milliseconds by the side of a window, and lane IoU by milliseconds where it is known.

    Of a single side there is nothing to see in the first of the two: it is left out.

    Args:
        lines: Sides in pixels and milliseconds, by what the legend calls them.
        points: Milliseconds and lane IoU in points, by their own names; a second panel if there
            are any.
        points_px: Side of the windows of these.

    Returns:
        The picture in RGB, shape (H, W, 3).
    """
    ticks = sorted({side for pairs in lines.values() for side, _ in pairs})
    by_side = len(ticks) > 1 or not points
    panels = by_side + bool(points)
    legend_in = _LEGEND_ROW_IN * -(-len(lines) // panels) * by_side
    size_in = (panels * _PANEL_IN[0], _PANEL_IN[1] + legend_in)
    figure = Figure(figsize=size_in, dpi=_DPI, layout='constrained')
    canvas = FigureCanvasAgg(figure)
    if by_side:
        _draw_sides(figure, figure.add_subplot(1, panels, 1), lines, ticks, panels)
    if points:
        _draw_points(figure.add_subplot(1, panels, panels), points, points_px)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def _draw_sides(
    figure: Figure,
    axes: Axes,
    lines: Mapping[str, Sequence[tuple[int, float]]],
    ticks: Sequence[int],
    columns: int,
) -> None:
    """A line for each, and what they are called below."""
    handles = []
    for index, pairs in enumerate(lines.values()):
        sides, times_ms = zip(*sorted(pairs), strict=True)
        style, color = _STYLES[index // 10 % len(_STYLES)], f'C{index % 10}'
        handles += axes.plot(sides, times_ms, f'o{style}', color=color, markersize=5)
    axes.set_xscale('log', base=2)
    axes.set_xticks(ticks, [str(side) for side in ticks])
    axes.set(xlabel='side of a window, px', ylabel='ms')
    _finish(axes, 'y')
    place_below = {'loc': 'outside lower center', 'ncols': columns}
    figure.legend(handles, _plain(lines), frameon=False, fontsize=9, **place_below)


def _draw_points(axes: Axes, points: Mapping[str, tuple[float, float]], points_px: int) -> None:
    """A dot for each with its name beside it; further left and higher is better."""
    for index, (name, at) in enumerate(zip(_plain(points), points.values(), strict=True)):
        axes.plot(*([value] for value in at), 'o', color=f'C{index % 10}', markersize=8)
        axes.annotate(name, at, xytext=(7, 5), textcoords='offset points', fontsize=9)
    axes.set(xlabel=f'ms at {points_px} px', ylabel='lane IoU, %')
    axes.margins(x=0.25, y=0.12)
    _finish(axes, 'x')


def _plain(names: Iterable[str]) -> list[str]:
    """A dollar starts a formula."""
    return [name.replace('$', r'\$') for name in names]


def _finish(axes: Axes, time_axis: str) -> None:
    """Times grow with the square of the side: a logarithmic axis, with plain numbers on it."""
    axis = axes.yaxis if time_axis == 'y' else axes.xaxis
    (axes.set_yscale if time_axis == 'y' else axes.set_xscale)('log')
    axis.set_major_formatter(FuncFormatter(lambda ms, _: f'{ms:g}'))
    axis.set_minor_formatter(FuncFormatter(_leading_digit))
    axes.grid(color='0.9', which='both')
    axes.set_axisbelow(True)


def _leading_digit(ms: float, _: object) -> str:
    """Numbers at 2 and 5 only, which do not touch each other."""
    text = f'{ms:g}'
    return text if text.strip('0.')[:1] in ('2', '5') else ''
