"""Whether two models say the same."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.confusion import confusion_matrix, score_confusion
from lanedet_mm.inference.lane_model import LaneModel

MAX_CHANGED = 1e-3
MAX_DROP = {'fp32': 0.005, 'fp16': 0.005, 'int8': 0.01}

Truth = NDArray[np.integer]


@dataclass(frozen=True)
class Parity:
    """How far two models are apart on the same images.

    Attributes:
        changed: Share of the pixels whose class differs, in [0, 1].
        max_difference: Greatest difference of a probability, in [0, 1].
        pixels: Number of pixels compared.
        where: Index of the image with the most pixels that differ and row, column of its first;
            None if none differs.
        lane_iou: Lane IoU of both over all images that have a truth, in [0, 1]; None without truth,
            nan where the truth holds no lane.
    """

    changed: float
    max_difference: float
    pixels: int
    where: tuple[int, int, int] | None
    lane_iou: tuple[float, float] | None = None

    @property
    def agrees(self) -> bool:
        """Whether the classes differ on at most 0.1 % of the pixels."""
        return self.changed <= MAX_CHANGED

    def refusal(self, precision: str) -> str | None:
        """Why a model of this precision must not be used in place of the reference.

        FP32 has to say the same on all but 0.1 % of the pixels. At any precision lane IoU may fall
        by 0.5 points, INT8's by 1.0.

        Args:
            precision: 'fp32', 'fp16' or 'int8'.

        Returns:
            The reason; None if there is none.
        """
        if precision == 'fp32' and not self.agrees:
            return f'{self.changed:.3%} of the classes differ; at most {MAX_CHANGED:.1%} may'
        if self.lane_iou is None or np.isnan(self.lane_iou[0]):
            if precision == 'fp32':
                return None
            return (
                f'{precision} is judged by lane IoU, and the sample has no lanes with labels; '
                'compare on labelled tiles with lanes'
            )
        drop = self.lane_iou[0] - self.lane_iou[1]
        if drop > MAX_DROP[precision]:
            return (
                f'lane IoU falls by {100 * drop:.2f} points; at most '
                f'{100 * MAX_DROP[precision]:.1f} may'
            )
        return None


def compare_models(
    one: LaneModel,
    other: LaneModel,
    images: Sequence[NDArray[np.uint8]],
    truths: Sequence[Truth | None] | None = None,
) -> Parity:
    """Run both models on each image by itself.

    Args:
        one: The reference.
        other: What has to agree with it.
        images: At least one, BGR, shape (H, W, 3).
        truths: Class indices of each, 255 where nothing is known, shape (H, W); None for an image
            without labels.

    Returns:
        The figures over all pixels of all images.
    """
    changed = pixels = most = 0
    difference, where = 0.0, None
    classes = len(one.classes)
    counts = [np.zeros((classes, classes), np.int64) for _ in range(2)]
    known = truths or [None] * len(images)
    for index, (image, truth) in enumerate(zip(images, known, strict=True)):
        mine, its = one([image])[0], other([image])[0]
        if mine.shape != its.shape:
            raise ValueError(f'probabilities of shape {mine.shape} and {its.shape}; export again')
        maps = [mine.argmax(0), its.argmax(0)]
        differs = maps[0] != maps[1]
        count = int(differs.sum())
        if count > most:
            row, col = np.argwhere(differs)[0]
            most, where = count, (index, int(row), int(col))
        changed += count
        pixels += differs.size
        difference = max(difference, float(np.abs(mine - its).max()))
        if truth is not None:
            for matrix, class_map in zip(counts, maps, strict=True):
                matrix += confusion_matrix(class_map, truth, classes)
    labelled = any(truth is not None for truth in known)
    ious = [score_confusion(matrix).lane_iou for matrix in counts]
    lane_iou = (ious[0], ious[1]) if labelled else None
    return Parity(changed / pixels, difference, pixels, where, lane_iou)
