"""Whether a model's answer depends on how it is asked."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.inference.lane_model import LaneModel
from lanedet_mm.inference.sliding_window import SlidingWindow

Image = NDArray[np.uint8]


def batch_differences(
    model: LaneModel, tiles: Sequence[Image], batches: Sequence[int] = (2, 3, 8)
) -> dict[int, float]:
    """How far probabilities are from those of the windows asked one by one.

    Rounding is about 1e-6, in half precision 1e-3; more means that windows of a batch know of each
    other, as with batch norm that was left in training.

    Args:
        model: The model.
        tiles: Windows of one size in BGR, shape (H, W, 3). A batch larger than them is filled up
            by starting over.
        batches: Sizes to ask in.

    Returns:
        Greatest absolute difference of a probability, for each size.
    """
    alone = np.concatenate([model([tile]) for tile in tiles])
    result = {}
    for batch in batches:
        order = np.resize(np.arange(len(tiles)), -(-len(tiles) // batch) * batch)
        parts = [
            model([tiles[at] for at in order[first : first + batch]])
            for first in range(0, len(order), batch)
        ]
        result[batch] = float(np.abs(np.concatenate(parts) - alone[order]).max())
    return result


def window_differences(
    model: LaneModel,
    image: Image,
    *,
    reference: tuple[int, int],
    windows: Sequence[tuple[int, int]],
    batch: int = 4,
) -> dict[tuple[int, int], float]:
    """Share of an image's pixels whose class is another one in windows of another size.

    None changes as long as what a pixel is judged by lies within the overlap's half, or where
    windows fill the image in the same way. A model that looks at a whole window (squeeze and
    excitation, attention) judges by another window, and may differ: this says by how much.

    Args:
        model: A model that takes windows of any size.
        image: BGR, shape (H, W, 3).
        reference: Side and overlap of the windows to compare with, in pixels.
        windows: Sides and overlaps to try.
        batch: Windows at once.
    """
    first, *others = (
        SlidingWindow(model, tile_px=tile_px, overlap_px=overlap_px, batch=batch)(image)
        for tile_px, overlap_px in (reference, *windows)
    )
    return {
        window: float(np.mean(other != first))
        for window, other in zip(windows, others, strict=True)
    }


def consistency_report(
    model: LaneModel,
    image: Image,
    *,
    reference: tuple[int, int],
    windows: Sequence[tuple[int, int]] = (),
    batches: Sequence[int] = (2, 3, 8),
) -> dict[str, Any]:
    """Both checks on one image, as JSON holds them.

    Args:
        model: The model.
        image: BGR, shape (H, W, 3), at least one window of the reference in each direction.
        reference: Side and overlap of the windows that it is used with.
        windows: Others to try; none for a model of one size.
        batches: Sizes to ask in.

    Raises:
        ValueError: If the image is smaller than a window.
    """
    side, (height, width) = reference[0], image.shape[:2]
    if min(height, width) < side:
        raise ValueError(f'the image is {width} x {height} px; needed is a window of {side} px')
    tiles = [
        np.ascontiguousarray(image[row : row + side, col : col + side])
        for row in (0, height - side)
        for col in (0, width - side)
    ]
    batch = batch_differences(model, tiles, batches)
    window = window_differences(model, image, reference=reference, windows=windows)
    return {
        'reference': {'tile_px': side, 'overlap_px': reference[1]},
        'greatest_probability_difference': {str(size): value for size, value in batch.items()},
        'changed_share': [
            {'tile_px': tile_px, 'overlap_px': overlap_px, 'share': share}
            for (tile_px, overlap_px), share in window.items()
        ],
    }
