import numpy as np
import pytest

from lanedet_mm.collection.web.tiles_along import tiles_along


@pytest.mark.parametrize(
    ('line', 'squares'),
    [
        ([(5, 5), (35, 5)], [(0, 0), (1, 0), (2, 0), (3, 0)]),
        ([(5, 5), (5, -15)], [(0, -2), (0, -1), (0, 0)]),
        ([(5, 5), (15, 16)], [(0, 0), (0, 1), (1, 1)]),  # above the corner
        ([(5, 5), (25, 25)], [(0, 0), (1, 1), (2, 2)]),  # through the corners
        ([(1, 1), (2, 3), (3, 1)], [(0, 0)]),
        ([(0, 0), (29, 10.5)], [(0, 0), (1, 0), (2, 0), (2, 1)]),
    ],
)
def test_squares_worked_out_by_hand(
    line: list[tuple[float, float]], squares: list[tuple[int, int]]
) -> None:
    assert tiles_along([np.array(line, float)], 10) == squares
    assert tiles_along([np.array(line[::-1], float)], 10) == squares


def test_nothing_is_stepped_over() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        ends = rng.uniform(-500, 500, (2, 2))
        found = set(tiles_along([ends], 10))
        dense = ends[0] + np.linspace(0, 1, 20_001)[:, None] * (ends[1] - ends[0])
        assert {(int(c), int(r)) for c, r in np.floor(dense / 10)} <= found
        assert len(found) <= 2 + sum(abs(np.floor(ends[1] / 10) - np.floor(ends[0] / 10)))


def test_no_lines_no_squares() -> None:
    assert tiles_along([], 10) == []
