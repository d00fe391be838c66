import numpy as np
import pytest
from PIL import Image, ImageDraw

from lanedet_mm.visualization.scale_bar import draw_scale_bar, round_length_m


@pytest.mark.parametrize(
    ('longest_m', 'length_m'),
    [(19.9, 10), (20, 20), (49, 20), (50, 50), (1, 1), (0.99, 0.5), (0.3, 0.2), (7000, 5000)],
)
def test_round_lengths(longest_m: float, length_m: float) -> None:
    assert round_length_m(longest_m) == pytest.approx(length_m)


def test_no_length_is_an_error() -> None:
    with pytest.raises(ValueError, match='no length fits into 0 m'):
        round_length_m(0)


def test_ten_metres_at_a_tenth_of_a_metre_are_100_pixels() -> None:
    page = Image.new('RGB', (200, 60), (0, 0, 200))
    draw_scale_bar(ImageDraw.Draw(page), (20, 50), 0.1, 150)
    white = np.flatnonzero((np.asarray(page)[48] == 255).all(axis=1))
    assert (white.min(), white.max()) == (20, 120)
