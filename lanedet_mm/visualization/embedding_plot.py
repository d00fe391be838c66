"""High-dimensional features on a plane."""

from collections.abc import Sequence

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.manifold import TSNE


def embedding_plot(
    features: NDArray[np.floating], names: Sequence[str], *, title: str = '', seed: int = 0
) -> NDArray[np.uint8]:
    """t-SNE of features, coloured by name (van der Maaten and Hinton 2008).

    Distances between far clusters mean nothing; whether names mix does.

    Args:
        features: Shape (N, D), N at least 4.
        names: City or source of each.
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
    colours = [f'C{index}' for index in range(10)]
    markers = 'osD^v'
    named = np.asarray(names)
    for index, name in enumerate(sorted(set(names))):
        axes.scatter(
            plane[named == name, 0],
            plane[named == name, 1],
            s=16,
            color=colours[index % 10],
            marker=markers[index // 10 % 5],
            label=f'{name} ({(named == name).sum()})',
            linewidths=0,
            alpha=0.8,
        )
    axes.set(title=title, xticks=[], yticks=[])
    axes.legend(loc='center left', bbox_to_anchor=(1, 0.5), frameon=False, fontsize=9)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()
