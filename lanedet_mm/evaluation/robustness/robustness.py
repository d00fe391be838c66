"""What each corruption, at each strength, takes from a model's lane IoU."""

import json
import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.confusion import confusion_matrix, score_confusion
from lanedet_mm.evaluation.robustness.corruption import Corruption, Image, Mask, Matrix
from lanedet_mm.evaluation.robustness.corruptions import CORRUPTIONS
from lanedet_mm.imagery import write_atomically

FILE_NAME = 'robustness.json'
Predict = Callable[[Image], Mask]
Counts = NDArray[np.int64]
Sample = tuple[Image, Mask]


def measure_robustness(
    predict: Predict,
    samples: Sequence[Sample],
    *,
    num_classes: int,
    corruptions: Mapping[str, Corruption] = CORRUPTIONS,
    redraw: Callable[[int, Matrix], Mask] | None = None,
    seed: int = 0,
    path: Path | None = None,
    note: str = '',
    progress: Callable[[str], object] | None = None,
) -> dict[str, Any]:
    """Lane IoU without and with corruptions, each from one confusion matrix over the samples.

    A sample is changed by draws that depend on the seed, its place and the corruption's name alone:
    all models see the same images, and a strength differs from the next in its amount only.

    Args:
        predict: From an image to the class of each of its pixels, such as a `SlidingWindow`. Where
            the image's size has changed, its answer is resized to the truth's.
        samples: Image (BGR, shape (H, W, 3)) and truth (class indices, 255 where nothing counts,
            shape (H, W)). Each is asked for once a corruption and strength: read it then, a set
            need not fit in memory.
        num_classes: Number of classes, C.
        corruptions: By their names.
        redraw: From a sample's place and a map of its pixels (column, row), shape (2, 3), to its
            truth drawn under that map, where its lines are known. Without it the mask is moved,
            and lines of 3 px lose a tenth of their IoU by that alone (`move_truth`).
        seed: Of the draws.
        path: File that keeps what is measured, after every strength, and that is gone on with if
            it is there; None keeps nothing.
        note: What is measured, such as the names of model and data; what a file was made of has to
            be the same to be gone on with.
        progress: Called with a line before each strength.

    Returns:
        What the file holds: `clean` (lane IoU and confusion matrix), `corruptions` (for each its
        `unit` and `amounts` and, in the order of the strengths, `lane_iou`, `relative_drop` and
        `confusion`; `mean_relative_drop`) and `mean_relative_drop` over all. A relative drop is
        1 - IoU / clean IoU; None where there is no clean IoU above 0.

    Raises:
        ValueError: If there is no sample, an image and its truth differ in size, or the file was
            made of something else.
    """
    if not len(samples):
        raise ValueError('there is no sample; needed is at least one image and its truth')
    head = {'note': note, 'samples': len(samples), 'seed': seed, 'num_classes': num_classes}
    done = _begun(path, head, corruptions)
    wanted = {'clean': (None, 0)} | {
        f'{name} {strength}': (name, strength)
        for name, corruption in corruptions.items()
        for strength in range(1, len(corruption.amounts) + 1)
    }
    for key, (name, strength) in wanted.items():
        if key in done:
            continue
        if progress is not None:
            progress(key)
        total = np.zeros((num_classes, num_classes), np.int64)
        for at in range(len(samples)):
            image, truth = samples[at]
            if image.shape[:2] != truth.shape:
                raise ValueError(
                    f'sample {at} has an image of {image.shape[:2]} and a truth of {truth.shape} '
                    'pixels; they must be equal: draw the truth at the size of its image'
                )
            if name is not None:
                rng = np.random.default_rng([seed, at, zlib.crc32(name.encode())])
                draw = None if redraw is None else partial(redraw, at)
                image = corruptions[name].apply(image, strength, rng)
                truth = corruptions[name].truth(truth, strength, draw)
            total += confusion_matrix(_predicted(predict, image, truth), truth, num_classes)
        done[key] = total
        if path is not None:
            report = _report(head, corruptions, done)
            write_atomically(path, json.dumps(report, allow_nan=False).encode())
    return _report(head, corruptions, done)


def _predicted(predict: Predict, image: Image, truth: Mask) -> Mask:
    """The answer at the size of the truth."""
    mask = predict(image)
    if mask.shape == truth.shape:
        return mask
    # INTER_NEAREST takes the pixel to the upper left and moves lines; this one does not.
    back = cv2.resize(mask, truth.shape[::-1], interpolation=cv2.INTER_NEAREST_EXACT)
    return np.asarray(back, np.uint8)


def _report(
    head: dict[str, Any], corruptions: Mapping[str, Corruption], done: Mapping[str, Counts]
) -> dict[str, Any]:
    """Everything that is known so far; None where a strength is still missing."""
    clean = _lane_iou(done.get('clean'))
    rows, means = {}, []
    for name, corruption in corruptions.items():
        matrices = [done.get(f'{name} {at + 1}') for at in range(len(corruption.amounts))]
        ious = [_lane_iou(matrix) for matrix in matrices]
        drops = [_relative_drop(iou, clean) for iou in ious]
        means.append(_mean(drops))
        rows[name] = {
            'unit': corruption.unit,
            'amounts': list(corruption.amounts),
            'lane_iou': ious,
            'relative_drop': drops,
            'mean_relative_drop': means[-1],
            'confusion': [None if matrix is None else matrix.tolist() for matrix in matrices],
        }
    return {
        **head,
        'clean': {'lane_iou': clean, 'confusion': done['clean'].tolist()},
        'corruptions': rows,
        'mean_relative_drop': _mean(means),
    }


def _lane_iou(matrix: Counts | None) -> float | None:
    iou = math.nan if matrix is None else score_confusion(matrix).lane_iou
    return None if math.isnan(iou) else iou


def _relative_drop(iou: float | None, clean: float | None) -> float | None:
    return None if iou is None or not clean else 1 - iou / clean


def _mean(values: Sequence[float | None]) -> float | None:
    """Mean; None unless every value is there."""
    there = [value for value in values if value is not None]
    return sum(there) / len(there) if there and len(there) == len(values) else None


def _begun(
    path: Path | None, head: dict[str, Any], corruptions: Mapping[str, Corruption]
) -> dict[str, Counts]:
    """Confusion matrices that a file holds, by corruption and strength."""
    if path is None or not path.is_file():
        return {}
    report = json.loads(path.read_bytes())
    rows = report.pop('corruptions')
    made = {key: report.get(key) for key in head}
    made['amounts'] = {name: row['amounts'] for name, row in rows.items()}
    amounts = {name: list(corruption.amounts) for name, corruption in corruptions.items()}
    if made != {**head, 'amounts': amounts}:
        raise ValueError(
            f'{path} was made of {made}; needed is { {**head, "amounts": amounts} }: delete it, or '
            'name another file'
        )
    done = {'clean': report['clean']['confusion']}
    for name, row in rows.items():
        done |= {f'{name} {at}': one for at, one in enumerate(row['confusion'], 1) if one}
    return {key: np.array(matrix, np.int64) for key, matrix in done.items()}
