import numpy as np
import pytest

from lanedet_mm.inference.class_thresholds import ClassThresholds

CLASSES = ('background', 'solid', 'dashed')


def decide(*columns: tuple[float, float, float], **values: float) -> list[int]:
    """Classes of pixels whose probabilities are given one by one."""
    probabilities = np.array(columns, np.float32).T[:, None]
    thresholds = ClassThresholds(CLASSES, values)
    decided = thresholds(probabilities)
    weight = np.linspace(0.5, 3, len(columns), dtype=np.float32)
    assert np.array_equal(thresholds(probabilities * weight), decided)
    return decided[0].tolist()


def test_a_low_threshold_paints_what_the_background_has_and_a_high_one_leaves_it() -> None:
    pixels = ((0.65, 0.3, 0.05), (0.1, 0.8, 0.1), (0.55, 0.05, 0.4), (0.2, 0.1, 0.7))
    assert decide(*pixels) == [0, 1, 0, 2]
    assert decide(*pixels, solid=0.25, dashed=0.35) == [1, 1, 2, 2]
    assert decide(*pixels, solid=0.9) == [0, 0, 0, 2]


def test_the_most_probable_lane_class_alone_is_asked() -> None:
    # Dashed would reach its own threshold, but it is no dashed line that is seen here.
    assert decide((0.3, 0.4, 0.3), solid=0.5, dashed=0.1) == [0]


def test_the_threshold_itself_is_painted() -> None:
    assert decide((0.6, 0.4, 0.0), solid=0.4) == [1]


def test_a_command_line_is_read() -> None:
    read = ClassThresholds.read
    assert read(['0.4'], CLASSES).values == {'solid': 0.4, 'dashed': 0.4}
    assert read(['0.4', 'dashed=0.2'], CLASSES).values == {'solid': 0.4, 'dashed': 0.2}
    assert read(['dashed=0.2'], CLASSES).values == {'solid': 0.5, 'dashed': 0.2}


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('solid=much', "threshold 'solid=much'; needed is CLASS=0.4"),
        ('road=0.4', r"a threshold for \['road'\]; the model has the lane classes \['solid'"),
        ('background=0.4', r"for \['background'\]"),
        ('solid=0', 'has to be above 0, at most 1'),
        ('1.5', 'has to be above 0, at most 1'),
    ],
)
def test_what_cannot_be_meant_is_told(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ClassThresholds.read([text], CLASSES)
