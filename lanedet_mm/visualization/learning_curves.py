"""What trainings logged, side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from lanedet_mm.visualization.training_scalars import Scalars, read_scalars

_WIDTH_IN, _DPI = 10.0, 100
_PANEL_IN, _LEGEND_ROW_IN = 3.0, 0.25
_LETTER_PX, _HANDLE_PX = 8, 60  # of the legend; generous, so that it is not cut off
_MOST_LETTERS = 80
_FEW_POINTS = 30  # that many get markers, without which a single one would not show
_STYLES = ('-', '--', ':', '-.')


@dataclass(frozen=True)
class Curve:
    """One scalar of one run, or of several runs with the same label.

    Attributes:
        label: What the legend calls it.
        runs: How many runs it stands for.
        unit: What `steps` count, `iteration` or `epoch`.
        steps: Where every one of the runs has a value, ascending, shape (N,).
        mean: Mean over the runs, shape (N,).
        low: Smallest value of the runs, shape (N,).
        high: Largest value of the runs, shape (N,).
    """

    label: str
    runs: int
    unit: str
    steps: NDArray[np.int64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def learning_curves(
    runs: Sequence[Path], keys: Sequence[str], *, labels: Sequence[str] | None = None
) -> dict[str, list[Curve]]:
    """The curves of each key, one a label, in the order of the runs.

    Args:
        runs: Work folders of mmengine.
        keys: Scalars, such as `loss` or `lane_iou`; every run has to have them.
        labels: One a run; runs that share one, such as seeds, become a mean with a band. Default
            the folders' names, or the folders as they are where names are the same.

    Raises:
        FileNotFoundError: If a run has no scalars.
        ValueError: If it does not have a key; lists those that there are.
    """
    if labels is None:
        names = [run.resolve().name for run in runs]
        labels = names if len(set(names)) == len(names) else [str(run) for run in runs]
    if len(labels) != len(runs):
        raise ValueError(f'{len(labels)} labels for {len(runs)} runs; needed is one a run')
    groups: dict[str, list[Scalars]] = {}
    for run, label in zip(runs, labels, strict=True):
        scalars = read_scalars(run)
        for key in keys:
            if key not in scalars:
                there = ', '.join(sorted(scalars)) or 'none'
                raise ValueError(f'{run} has no scalar {key!r}; there are: {there}')
        groups.setdefault(label, []).append(scalars)
    panels = {
        key: [_curve(key, label, [one[key] for one in group]) for label, group in groups.items()]
        for key in keys
    }
    for key, curves in panels.items():
        if len({curve.unit for curve in curves}) > 1:
            units = ', '.join(f'{curve.label}: {curve.unit}' for curve in curves)
            raise ValueError(
                f'{key!r} is logged by epoch and by iteration ({units}); needed is one'
            )
    return panels


def draw_learning_curves(panels: Mapping[str, Sequence[Curve]]) -> NDArray[np.uint8]:
    """One panel a key, one line a label, with a band from the lowest to the highest run.

    Args:
        panels: Of `learning_curves`.

    Returns:
        The picture in RGB, 1000 px wide, shape (H, W, 3).
    """
    curves = next(iter(panels.values()))
    names = [_legend_text(curve) for curve in curves]
    widest_px = _LETTER_PX * max(map(len, names)) + _HANDLE_PX
    legend_columns = min(len(names), max(1, int(_WIDTH_IN * _DPI / widest_px)))
    columns = 2 if len(panels) == 4 else min(len(panels), 3)
    rows = -(-len(panels) // columns)
    height_in = _PANEL_IN * rows + _LEGEND_ROW_IN * -(-len(names) // legend_columns)
    figure = Figure(figsize=(_WIDTH_IN, height_in), dpi=_DPI, layout='constrained')
    canvas = FigureCanvasAgg(figure)
    for place, (key, curves) in enumerate(panels.items(), start=1):
        axes = figure.add_subplot(rows, columns, place)
        handles = [_draw(axes, curve, index) for index, curve in enumerate(curves)]
        axes.set(xlabel=curves[0].unit, ylabel=key)
        axes.set_xlim(left=0)  # validation below training has the same scale
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=(1, 2, 5, 10), integer=True))
        axes.grid(color='0.9')
        axes.set_axisbelow(True)
    place_below = {'loc': 'outside lower center', 'ncols': legend_columns}
    figure.legend(handles, names, frameon=False, fontsize=9, **place_below)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def _curve(key: str, label: str, group: Sequence[tuple[str, dict[int, float]]]) -> Curve:
    """Mean and band of the runs of a label, where all of them have a value."""
    units = {unit for unit, _ in group}
    steps = sorted(set.intersection(*(set(values) for _, values in group)))
    if len(units) > 1 or not steps:
        raise ValueError(
            f'the {len(group)} runs of {label!r} have no step of {key!r} in common; give them '
            'labels of their own'
        )
    table = np.array([[values[step] for step in steps] for _, values in group])  # (runs, steps)
    return Curve(
        label=label,
        runs=len(group),
        unit=units.pop(),
        steps=np.array(steps),
        mean=table.mean(axis=0),
        low=table.min(axis=0),
        high=table.max(axis=0),
    )


def _draw(axes: Axes, curve: Curve, index: int) -> Any:  # noqa: ANN401 - matplotlib's handle
    """One line with its band; gives what the legend shows."""
    color, style = f'C{index % 10}', _STYLES[index // 10 % len(_STYLES)]
    if curve.runs > 1:
        axes.fill_between(curve.steps, curve.low, curve.high, color=color, alpha=0.2, linewidth=0)
    few = len(curve.steps) <= _FEW_POINTS
    (line,) = axes.plot(
        curve.steps,
        curve.mean,
        style,
        color=color,
        marker='o' if few else None,
        markersize=5,
        markeredgewidth=0,
        linewidth=1.5 if few else 1,
        alpha=0.85,  # noisy lines do not hide each other
    )
    return line


def _legend_text(curve: Curve) -> str:
    """The end of a long label, which is where folders differ; no letters are formulas."""
    label = curve.label
    if len(label) > _MOST_LETTERS:
        label = f'…{label[1 - _MOST_LETTERS :]}'
    behind = f' (mean of {curve.runs}, lowest to highest)' if curve.runs > 1 else ''
    return label.replace('$', r'\$') + behind
