"""How long models take, as a picture."""

from collections.abc import Mapping, Sequence

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

    Args:
        lines: Sides in pixels and milliseconds, by what the legend calls them.
        points: Milliseconds and lane IoU in points, by the same names; a second panel if there are
            any.
        points_px: Side of the windows of these.

    Returns:
        The picture in RGB, shape (H, W, 3).
    """
    panels = 2 if points else 1
    width_in, height_in = (
        panels * _PANEL_IN[0],
        _PANEL_IN[1] + _LEGEND_ROW_IN * -(-len(lines) // panels),
    )
    figure = Figure(figsize=(width_in, height_in), dpi=_DPI, layout='constrained')
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot(1, panels, 1)
    handles = {}
    for index, (name, pairs) in enumerate(lines.items()):
        sides, times_ms = zip(*sorted(pairs), strict=True)
        style, color = _STYLES[index // 10 % len(_STYLES)], f'C{index % 10}'
        (handles[name],) = axes.plot(sides, times_ms, f'o{style}', color=color, markersize=5)
    ticks = sorted({side for pairs in lines.values() for side, _ in pairs})
    axes.set_xscale('log', base=2)
    axes.set_xticks(ticks, [str(side) for side in ticks])
    axes.set(xlabel='side of a window, px', ylabel='ms')
    _finish(axes, 'y')
    if points:
        other = figure.add_subplot(1, panels, 2)
        for name, (ms, lane_iou) in points.items():
            color = handles[name].get_color()
            other.plot([ms], [lane_iou], 'o', color=color, markersize=8)
        other.set(xlabel=f'ms at {points_px} px', ylabel='lane IoU')
        _finish(other, 'x')
    names = [name.replace('$', r'\$') for name in lines]
    place_below = {'loc': 'outside lower center', 'ncols': panels}
    figure.legend(list(handles.values()), names, frameon=False, fontsize=9, **place_below)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


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
