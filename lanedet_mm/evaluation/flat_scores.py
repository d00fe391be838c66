"""Every score of some ground by its key, in percent and metres."""

from collections.abc import Sequence

from lanedet_mm.evaluation.confusion import Matrix, score_confusion
from lanedet_mm.evaluation.lines.line_scores import LineScores, score_lines
from lanedet_mm.evaluation.records.tile_sums import TileSums
from lanedet_mm.evaluation.score_table import percent


def flat_scores(sums: TileSums, classes: Sequence[str]) -> dict[str, float]:
    """All scores of pixels and lines.

    Args:
        sums: Of a tile, a city, a set.
        classes: Class names; index 0 is the background.
    """
    scores = flat_pixel_scores(sums.confusion, classes)
    lines = score_lines(sums.lines)
    for at, tolerance_m in enumerate(sums.lines.tolerances_m):
        scores |= flat_line_scores(lines, classes, at, f'{tolerance_m:.2f}m')
    return scores


def flat_pixel_scores(matrix: Matrix, classes: Sequence[str]) -> dict[str, float]:
    """`lane_iou`, `mIoU` and, by class, `iou_`, `precision_` and `recall_`, in percent."""
    total = score_confusion(matrix)
    scores = {'lane_iou': total.lane_iou, 'mIoU': total.mean_iou}
    for field in ('iou', 'precision', 'recall'):
        values = getattr(total, field)
        scores |= {f'{field}_{name}': value for name, value in zip(classes, values, strict=True)}
    return {key: percent(value) for key, value in scores.items()}


def flat_line_scores(
    lines: LineScores, classes: Sequence[str], at: int, name: str
) -> dict[str, float]:
    """Scores of one tolerance: shares in percent, `rms_` in ground metres.

    Args:
        lines: The scores.
        classes: Class names.
        at: Index of the tolerance.
        name: What the keys call it, such as `0.50m`.
    """
    fields = ('completeness', 'correctness', 'f1')
    shares = {
        f'{field}_{name}': getattr(lines, field)[at, 0]
        for field in (*fields, 'quality', 'redundancy')
    }
    shares |= {f'pixel_f1_{name}': lines.pixel_f1[at]}
    shares |= {f'class_accuracy_{name}': lines.class_accuracy[at]}
    for index, label in enumerate(classes[1:], 1):
        shares |= {f'{field}_{name}_{label}': getattr(lines, field)[at, index] for field in fields}
        shares |= {
            f'{label}_as_{other}_{name}': lines.confusion[at, index, other_index]
            for other_index, other in enumerate(classes[1:], 1)
            if other_index != index
        }
    scores = {key: percent(value) for key, value in shares.items()}
    return scores | {f'rms_{name}': round(float(lines.rms_m[at, 0]), 3)}
