"""High-dimensional features on a plane."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.manifold import TSNE

_MOST_NAMED = 20  # more lines than that do not fit beside the plot
_MOST_LETTERS = 24
_MARKERS = 'osD^v'


def embedding_plot(
    features: NDArray[np.floating], names: Sequence[str], *, title: str = '', seed: int = 0
) -> NDArray[np.uint8]:
    """t-SNE of features, coloured by name (van der Maaten and Hinton 2008).

    Distances between far clusters mean nothing; whether names mix does.

    Args:
        features: Shape (N, D), N at least 4.
        names: City or source of each; where there are many, those of the fewest tiles are grey.
        title: Line above the plot.
        seed: The same seed gives the same picture.

    Returns:
        The picture in RGB, shape (H, W, 3).
    """
    if len(features) < 4 or len(features) != len(names):
        raise ValueError(
            f'{len(features)} features and {len(names)} names; needed are as many of both, 4 at '
            'least'
        )
    perplexity = min(30.0, (len(features) - 1) / 3)
    plane = TSNE(perplexity=perplexity, init='pca', random_state=seed).fit_transform(features)
    figure = Figure(figsize=(7, 5.5), dpi=100, layout='constrained')
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    named, groups = _groups(names)
    for index, (group, label) in enumerate(groups.items()):
        points = plane[named == group]
        axes.scatter(
            points[:, 0],
            points[:, 1],
            s=16,
            color='0.75' if group is None else f'C{index % 10}',
            marker=_MARKERS[index // 10 % len(_MARKERS)],
            label=f'{label} ({len(points)})',
            linewidths=0,
            alpha=0.8,
        )
    axes.set(title=title, xticks=[], yticks=[])
    axes.legend(loc='center left', bbox_to_anchor=(1, 0.5), frameon=False, fontsize=9)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def _groups(names: Sequence[str]) -> tuple[NDArray[np.object_], dict[str | None, str]]:
    """The group of each tile, and what the legend says of each group; None is all others."""
    counts = Counter(sorted(names))
    kept = sorted(name for name, _ in counts.most_common(_MOST_NAMED))
    groups: dict[str | None, str] = {name: _short(name) for name in kept}
    if len(counts) > len(kept):
        groups[None] = f'{len(counts) - len(kept)} others'
    return np.array([name if name in kept else None for name in names], object), groups


def _short(name: str) -> str:
    return name if len(name) <= _MOST_LETTERS else f'{name[: _MOST_LETTERS - 1]}…'
