"""Windows of a data set's tiles, to compare models on and to calibrate them with."""

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from mmengine.config import Config, ConfigDict
from mmengine.registry import init_default_scope
from numpy.typing import NDArray

from lanedet_mm.engine.launch import innermost_datasets
from lanedet_mm.lanes import IGNORE_INDEX
from lanedet_mm.registry import DATASETS


@dataclass(frozen=True)
class SampleWindow:
    """A part of a tile.

    Attributes:
        tile: Name of the tile.
        row: Its first row in the tile.
        col: Its first column.
        image: BGR, shape (H, W, 3).
        truth: Class indices, 255 where nothing is known, shape (H, W); None without labels.
    """

    tile: str
    row: int
    col: int
    image: NDArray[np.uint8]
    truth: NDArray[np.integer] | None = None

    @classmethod
    def cut(
        cls,
        tile: str,
        image: NDArray[np.uint8],
        truth: NDArray[np.integer] | None = None,
        *,
        size_px: int,
    ) -> 'SampleWindow':
        """The window with the most lane pixels; without labels the one in the middle.

        A tile that is smaller is mirrored at its lower and right edge, where nothing is known.
        """
        image, truth = _mirrored(image, truth, (size_px, size_px))
        corners = [
            (row, col)
            for row in _starts(image.shape[0], size_px)
            for col in _starts(image.shape[1], size_px)
        ]
        row, col = corners[len(corners) // 2]
        if truth is not None:
            lane = (truth > 0) & (truth != IGNORE_INDEX)
            paint = [lane[r : r + size_px, c : c + size_px].sum() for r, c in corners]
            row, col = corners[int(np.argmax(paint))]
        part = (slice(row, row + size_px), slice(col, col + size_px))
        inside = None if truth is None else truth[part]
        return cls(tile, row, col, np.ascontiguousarray(image[part]), inside)

    def resized(self, size_hw: tuple[int, int]) -> 'SampleWindow':
        """Its upper left part; what is larger is mirrored as a smaller tile is."""
        image, truth = _mirrored(self.image, self.truth, size_hw)
        part = (slice(size_hw[0]), slice(size_hw[1]))
        inside = None if truth is None else truth[part]
        return SampleWindow(
            self.tile, self.row, self.col, np.ascontiguousarray(image[part]), inside
        )


def judged_windows(config: Config, count: int, *, size_px: int) -> list[SampleWindow]:
    """One window of each of some tiles of the validation side, or of the test side without one."""
    loader = config.get('val_dataloader') or config.get('test_dataloader')
    if not loader:
        raise ValueError(
            'the config has neither val_dataloader nor test_dataloader, so that there is nothing '
            'to compare the models on; give images of your own (--images)'
        )
    dataset = innermost_datasets(loader.dataset)[0]
    steps = [step for step in dataset.pipeline if not step.type.startswith('Pack')]
    return list(_windows(dataset, steps, count, size_px=size_px))


def calibration_windows(
    config: Config, count: int, *, size_px: int, without: Collection[str] = ()
) -> list[SampleWindow]:
    """One window of each of some tiles of the training side, cropped as training crops.

    Args:
        config: Config of a training.
        count: How many at most.
        size_px: Side of the windows.
        without: Tiles that they must not be of: those that models are judged on.

    Raises:
        ValueError: If nothing is left.
    """
    dataset = innermost_datasets(config.train_dataloader.dataset)[0]  # the labelled one
    kept = ('Load', 'Draw', 'RandomLaneCrop')  # no distorted colours
    steps = [step for step in dataset.pipeline if step.type.startswith(kept)]
    found = list(_windows(dataset, steps, count, size_px=size_px, without=without))
    if not found:
        raise ValueError(
            'no tiles to calibrate on: the training side has none but those that the models are '
            'judged on; give the config a validation side of its own'
        )
    return found


def _windows(
    dataset: ConfigDict,
    steps: list[dict[str, Any]],
    count: int,
    *,
    size_px: int,
    without: Collection[str] = (),
) -> Iterator[SampleWindow]:
    """Windows of tiles spread evenly over a data set, the same each time."""
    init_default_scope('lanedet_mm')
    built = DATASETS.build({**dataset, 'pipeline': steps})
    names = [_name(built.get_data_info(index)) for index in range(len(built))]
    usable = [index for index, name in enumerate(names) if name not in without]
    spread = np.linspace(0, len(usable) - 1, min(count, len(usable))).round().astype(int)
    with _same_lots():
        for index in (usable[place] for place in spread):
            sample = built[index]
            yield SampleWindow.cut(
                names[index], sample['img'], sample.get('gt_seg_map'), size_px=size_px
            )


def _mirrored(
    image: NDArray[np.uint8], truth: NDArray[np.integer] | None, size_hw: tuple[int, int]
) -> tuple[NDArray[np.uint8], NDArray[np.integer] | None]:
    """An image of at least a size, mirrored at its lower and right edge, where nothing is known."""
    short = [max(want - have, 0) for want, have in zip(size_hw, image.shape[:2], strict=True)]
    if any(short):
        edges = (0, short[0], 0, short[1])
        image = np.asarray(cv2.copyMakeBorder(image, *edges, cv2.BORDER_REFLECT), np.uint8)
        if truth is not None:
            truth = np.pad(truth, ((0, short[0]), (0, short[1])), constant_values=IGNORE_INDEX)
    return image, truth


def _name(info: dict[str, Any]) -> str:
    return str(info.get('tile_id') or Path(info['img_path']).stem)


def _starts(side_px: int, size_px: int) -> list[int]:
    """Where windows begin that share half with the next."""
    last = side_px - size_px
    return [*range(0, last, max(size_px // 2, 1)), last]


@contextlib.contextmanager
def _same_lots() -> Iterator[None]:
    """Pipelines draw the same lots each time, and nobody else's are changed."""
    state = np.random.get_state()  # noqa: NPY002 - what the pipelines draw from
    np.random.seed(0)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002
