import numpy as np

from lanedet_mm.lanes.lane_centrelines import LaneCentrelines, Line
from lanedet_mm.lanes.weak_mask import weak_mask

GSD_M, SIZE_HW = 0.25, (160, 160)
PAINT, BACKGROUND, IGNORE = 1, 0, 255


def up(col: float) -> Line:
    """A lane that is driven upwards, through the whole photograph."""
    return np.array([[col, 200.0], [col, -40.0]])


def mask_of(
    *lanes: Line,
    turns: tuple[Line, ...] = (),
    unknown: tuple[Line, ...] = (),
    lines: tuple[Line, ...] | None = None,
) -> np.ndarray:
    return weak_mask(LaneCentrelines(GSD_M, lanes, turns, unknown), SIZE_HW, lines=lines)


def runs(row: np.ndarray) -> list[tuple[int, int, int]]:
    """Stretches of a row: label, first and last column."""
    starts = np.flatnonzero(np.diff(row.astype(int), prepend=-1))
    ends = [*(starts[1:] - 1), len(row) - 1]
    return [(int(row[first]), int(first), int(last)) for first, last in zip(starts, ends)]  # noqa: B905


def test_a_row_across_two_lanes_3_5_m_apart() -> None:
    mask = mask_of(up(80), up(94))
    assert runs(mask[60]) == [
        (BACKGROUND, 0, 47),  # more than 8 m, 32 px, from the lane at 80
        (IGNORE, 48, 77),  # there may be an edge line
        (BACKGROUND, 78, 82),  # 0.7 m, 2.8 px, around the lane
        (IGNORE, 83, 86),
        (PAINT, 87, 87),  # 0.2 m, 0.8 px, around the middle
        (IGNORE, 88, 91),
        (BACKGROUND, 92, 96),
        (IGNORE, 97, 126),
        (BACKGROUND, 127, 159),
    ]
    assert (mask == mask[60]).all()


def test_opposite_lanes_have_no_divider() -> None:
    row = mask_of(up(80), up(94)[::-1])[60]
    assert runs(row)[2:5] == [(BACKGROUND, 78, 82), (IGNORE, 83, 91), (BACKGROUND, 92, 96)]


def test_lanes_5_m_apart_have_no_divider() -> None:
    row = mask_of(up(80), up(100))[60]
    assert runs(row)[2:5] == [(BACKGROUND, 78, 82), (IGNORE, 83, 97), (BACKGROUND, 98, 102)]


def test_near_a_turning_link_there_is_no_divider_and_on_it_nothing_is_known() -> None:
    link = np.array([[80.0, 60], [94, 60]])
    mask = mask_of(up(80), up(94), turns=(link,))
    column = runs(mask[:, 87])
    # 10 m are 40 px from 60 +- 2; 0.2 m around the line's end is its own pixel.
    assert column[0] == (PAINT, 0, 20)
    assert column[-1] == (PAINT, 100, 159)
    assert not (mask[21:100] == PAINT).any()
    # In a lane's middle, 3 m are 12 px.
    assert runs(mask[:, 80]) == [(BACKGROUND, 0, 47), (IGNORE, 48, 72), (BACKGROUND, 73, 159)]


def test_a_link_away_from_lanes_is_road() -> None:
    row = mask_of(up(10), turns=(up(100),))[60]
    # Known from the lane's middle to 8 m beyond it, and from 8 m beyond the link.
    assert runs(row) == [
        (IGNORE, 0, 7),
        (BACKGROUND, 8, 12),
        (IGNORE, 13, 42),
        (BACKGROUND, 43, 67),
        (IGNORE, 68, 132),
        (BACKGROUND, 133, 159),
    ]


def test_dividers_that_are_known_are_drawn_as_they_are() -> None:
    row = mask_of(up(80), up(94), lines=(up(84.0),))[60]
    assert np.flatnonzero(row == PAINT).tolist() == [84]
    # The doubt of 0.8 m, 3.2 px, around the line counts more than the middle of the lane at 80.
    assert runs(row)[2:6] == [
        (BACKGROUND, 78, 80),
        (IGNORE, 81, 83),
        (PAINT, 84, 84),
        (IGNORE, 85, 91),
    ]
    assert not (mask_of(up(80), up(94), lines=()) == PAINT).any()


def test_of_an_unknown_polygon_nothing_is_said() -> None:
    box = np.array([[70.0, 30], [120, 30], [120, 50], [70, 50]])
    known, masked = mask_of(up(80), up(94)), mask_of(up(80), up(94), unknown=(box,))
    assert (masked[30:51, 70:121] == IGNORE).all()
    masked[30:51, 70:121] = known[30:51, 70:121]
    np.testing.assert_array_equal(masked, known)


def test_without_lanes_in_the_photograph_all_is_background() -> None:
    assert (mask_of() == BACKGROUND).all()
    assert (mask_of(up(400), up(414)) == BACKGROUND).all()


def test_widths_can_be_chosen_in_metres() -> None:
    centrelines = LaneCentrelines(GSD_M, (up(80), up(94)))
    row = weak_mask(centrelines, SIZE_HW, line_m=1.0, doubt_m=0.5, lane_middle_m=0.25, road_m=4.0)[
        60
    ]
    assert runs(row)[1:6] == [
        (IGNORE, 64, 78),
        (BACKGROUND, 79, 81),
        (IGNORE, 82, 84),
        (PAINT, 85, 89),
        (IGNORE, 90, 92),
    ]
