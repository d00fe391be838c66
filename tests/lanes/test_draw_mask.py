from itertools import pairwise

import numpy as np
import pytest

from lanedet_mm.lanes import TAXONOMIES, Lane, draw_mask

WHITE, FULL = TAXONOMIES['white'], TAXONOMIES['full']


def line(*vertices: tuple[float, float], **kind: bool) -> Lane:
    return Lane(np.array(vertices, float), **kind)


def test_a_line_of_3_px_through_pixel_centres_is_3_px_wide() -> None:
    mask = draw_mask([line((5, -9), (5, 99))], (12, 12), WHITE)
    expected = np.zeros((12, 12), np.uint8)
    expected[:, 4:7] = 1
    np.testing.assert_array_equal(mask, expected)


@pytest.mark.parametrize(
    ('col', 'cols'),
    [
        (5.0, [4, 5, 6]),
        (5.4, [4, 5, 6]),  # 3.9 to 6.9
        (5.5, [5, 6, 7]),  # 4.0 to 7.0: of two edges on centres the right one counts
        (5.6, [5, 6, 7]),  # 4.1 to 7.1
    ],
)
def test_a_line_lies_where_it_is_to_a_fraction_of_a_pixel(col: float, cols: list[int]) -> None:
    mask = draw_mask([line((col, -9), (col, 99))], (12, 12), WHITE)
    assert np.flatnonzero(mask[6]).tolist() == cols


@pytest.mark.parametrize('angle_deg', [0, 10, 22.5, 30, 45, 60, 80, 90, 135, 200])
@pytest.mark.parametrize('width_px', [1.0, 2.5, 3.0, 6.0])
def test_a_line_is_as_wide_as_asked_for_at_every_angle(angle_deg: float, width_px: float) -> None:
    # Long lines that cross a disc of radius 100: the disc keeps the same length of each of them.
    col, row = np.meshgrid(np.arange(-120, 121), np.arange(-120, 121))
    disc = np.hypot(col, row) <= 100
    ahead = np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))])
    areas = []
    for shift in (np.arange(61) + 0.5) * 12 / 61:  # where the line lies must not matter either
        middle = 120 + shift * ahead[::-1] * (-1, 1)
        mask = draw_mask(
            [line(tuple(middle - 300 * ahead), tuple(middle + 300 * ahead))],
            (241, 241),
            WHITE,
            width_px=width_px,
        )
        areas.append(np.count_nonzero(mask[disc]) / 200)
    assert np.mean(areas) == pytest.approx(width_px, rel=0.02)


@pytest.mark.parametrize('width_px', [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize('at', [8.0, 8.5])
def test_a_line_along_the_grid_is_never_a_pixel_too_wide(width_px: int, at: float) -> None:
    upright = draw_mask([line((at, -9), (at, 99))], (16, 16), WHITE, width_px=width_px)
    level = draw_mask([line((-9, at), (99, at))], (16, 16), WHITE, width_px=width_px)
    assert set(np.count_nonzero(upright, axis=1)) == {width_px}
    assert set(np.count_nonzero(level, axis=0)) == {width_px}


def test_ends_are_round() -> None:
    mask = draw_mask([line((5, 5), (8, 5))], (11, 14), WHITE, width_px=5.2)
    # Radius 2.6 around (5, 5): 2 columns back in the row itself, 1.66 two rows above it.
    assert np.flatnonzero(mask[5]).tolist() == [3, 4, 5, 6, 7, 8, 9, 10]
    assert np.flatnonzero(mask[3]).tolist() == [4, 5, 6, 7, 8, 9]
    assert not mask[2].any()


def test_a_segment_of_no_length_is_a_dot() -> None:
    mask = draw_mask([line((3, 3), (3, 3))], (7, 7), WHITE)
    assert mask.sum() == 9  # 3 x 3: the corners are 1.41 px away, within 1.5


def test_classes_of_a_line_of_each_kind() -> None:
    lanes = [
        line((2, -5), (2, 50)),
        line((8, -5), (8, 50), solid=False),
        line((14, -5), (14, 50), white=False),
        line((20, -5), (20, 50), single=False),
        line((26, -5), (26, 50), single=False, solid=False),
        line((32, -5), (32, 50), white=False, solid=False),
    ]
    at = [2, 8, 14, 20, 26, 32]
    assert draw_mask(lanes, (9, 40), FULL)[4, at].tolist() == [1, 2, 3, 4, 5, 255]
    assert draw_mask(lanes, (9, 40), WHITE)[4, at].tolist() == [1, 2, 255, 255, 255, 255]


def test_what_is_ignored_lies_below_and_later_classes_above() -> None:
    crossing = [
        line((5, -5), (5, 20), solid=False),
        line((-5, 5), (20, 5)),
        line((-5, 8), (20, 8), white=False),
    ]
    for lanes in (crossing, crossing[::-1]):
        mask = draw_mask(lanes, (12, 12), WHITE)
        assert mask[5, 5] == 2
        assert mask[5, 0] == 1
        assert mask[8, 5] == 2
        assert mask[8, 0] == 255


def test_a_line_far_outside_is_clipped_not_bent() -> None:
    mask = draw_mask([line((-1e9, -1e9 + 3), (1e9, 1e9 + 3))], (20, 20), WHITE, width_px=1)
    assert np.argwhere(mask).tolist() == [[col + 3, col] for col in range(17)]


def test_lines_that_miss_the_frame_leave_nothing() -> None:
    outside = [
        line((-9, -9), (-3, 30)),
        line((1e9, 0), (1e9, 5)),
        line((-30, 10), (10, -30)),  # its bounding box touches the frame
    ]
    assert not draw_mask(outside, (10, 10), WHITE).any()
    assert draw_mask([line((-1, -9), (-1, 30))], (10, 10), WHITE)[:, 0].all()  # its edge is inside


def test_no_lanes_and_a_frame_of_one_pixel() -> None:
    assert draw_mask([], (3, 4), WHITE).tolist() == [[0] * 4] * 3
    assert draw_mask([line((-5, 0), (5, 0))], (1, 1), WHITE).tolist() == [[1]]


def test_the_matrix_moves_the_line_and_leaves_its_width() -> None:
    # Twice as large and 4 px to the right: column 5 lands on 14, still 3 px wide.
    matrix = np.array([[2.0, 0, 4], [0, 2, 0]])
    mask = draw_mask([line((5, 0), (5, 9))], (20, 30), WHITE, matrix=matrix)
    assert np.flatnonzero(mask[9]).tolist() == [13, 14, 15]
    # A quarter turn: columns become rows.
    turned = draw_mask([line((5, -9), (5, 99))], (20, 30), WHITE, matrix=np.eye(3)[[1, 0]])
    assert np.flatnonzero(turned[:, 9]).tolist() == [4, 5, 6]


def test_every_pixel_by_its_distance_to_the_polyline() -> None:
    rng = np.random.default_rng(0)
    centres = np.stack(np.meshgrid(np.arange(50), np.arange(40)), axis=-1).astype(float)
    for width_px in (1, 1.7, 3, 8, 15):
        vertices = rng.uniform(-20, 60, (5, 2))
        expected = np.zeros((40, 50), bool)
        for start, end in pairwise(vertices):
            leg = end - start
            share = np.clip((centres - start) @ leg / (leg @ leg), 0, 1)
            away = np.hypot(*np.moveaxis(centres - start - share[..., None] * leg, -1, 0))
            expected |= away <= width_px / 2
        mask = draw_mask([Lane(vertices)], (40, 50), WHITE, width_px=width_px)
        np.testing.assert_array_equal(mask > 0, expected)


def test_a_line_below_one_pixel_is_refused() -> None:
    with pytest.raises(ValueError, match=r'0\.5 px; below 1 px a line has gaps'):
        draw_mask([], (3, 3), WHITE, width_px=0.5)
