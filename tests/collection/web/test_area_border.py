from itertools import pairwise

import numpy as np
import pytest

from lanedet_mm.collection.web.area_border import AreaBorder, Line


def ring(*points: tuple[float, float]) -> Line:
    return np.array([*points, points[0]], float)


def within(border: AreaBorder, *points: tuple[float, float]) -> list[list[list[float]]]:
    return [part.tolist() for part in border.within(np.array(points, float))]


BOX = AreaBorder.of_box((0, 0, 10, 10))
HOLED = AreaBorder(
    [[ring((0, 0), (10, 0), (10, 10), (0, 10)), ring((4, 4), (4, 6), (6, 6), (6, 4))]]
)
TWO = AreaBorder([[ring((0, 0), (6, 0), (6, 9), (0, 9))], [ring((4, 0), (9, 0), (9, 9), (4, 9))]])


@pytest.mark.parametrize(
    ('border', 'line', 'parts'),
    [
        (BOX, [(2, 5), (3, 7), (9, 9)], [[[2, 5], [3, 7], [9, 9]]]),
        (BOX, [(11, 5), (30, 7)], []),
        (BOX, [(5, 5), (25, 5)], [[[5, 5], [10, 5]]]),
        (BOX, [(-5, 5), (15, 5)], [[[0, 5], [10, 5]]]),
        (BOX, [(5, 5), (15, 5), (15, 6), (5, 6)], [[[5, 5], [10, 5]], [[10, 6], [5, 6]]]),
        (BOX, [(5, 5), (10, 8), (15, 8)], [[[5, 5], [10, 8]]]),  # a vertex on the border
        (BOX, [(-5, 5), (5, 15)], []),  # through the corner
        (BOX, [(-4, 0), (0, 4), (4, 8)], [[[0, 4], [4, 8]]]),
        (HOLED, [(1, 5), (9, 5)], [[[1, 5], [4, 5]], [[6, 5], [9, 5]]]),
        (HOLED, [(4.5, 5), (5.5, 5)], []),
        (TWO, [(-1, 5), (12, 5)], [[[0, 5], [4, 5], [6, 5], [9, 5]]]),  # both is not neither
    ],
)
def test_parts_worked_out_by_hand(
    border: AreaBorder, line: list[tuple[float, float]], parts: list[list[list[float]]]
) -> None:
    assert within(border, *line) == parts
    assert within(border, *line[::-1]) == [part[::-1] for part in parts[::-1]]


def test_lines_of_an_outline_may_come_in_any_order_and_direction() -> None:
    whole = ring((0, 0), (10, 0), (10, 10), (5, 3), (0, 10))
    pieces = AreaBorder([[whole[3:5][::-1], whole[:3], whole[2:4], whole[4:]]])
    assert pieces.is_closed
    line = [(-1.0, 5.0), (11.0, 5.0)]  # through the notch, from 3.571 to 6.429
    assert within(pieces, *line) == within(AreaBorder([[whole]]), *line)
    np.testing.assert_allclose(
        within(pieces, *line), [[[0, 5], [25 / 7, 5]], [[45 / 7, 5], [10, 5]]]
    )


def test_what_is_inside_lies_inside_and_all_of_it() -> None:
    rng = np.random.default_rng(0)
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    star = rng.uniform(3, 10, 60)[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    border = AreaBorder([[np.concatenate([star, star[:1]])]])

    def is_in(points: np.ndarray) -> np.ndarray:
        """By angle and distance, along the edge of the star there."""
        after = np.floor(np.arctan2(*points.T[::-1]) % (2 * np.pi) / angles[1]).astype(int)
        a, b = star[after], star[(after + 1) % 60]
        side = (b - a)[:, 0] * (points - a)[:, 1] - (b - a)[:, 1] * (points - a)[:, 0]
        return side > 0

    for _ in range(30):
        line = rng.uniform(-12, 12, (4, 2))
        dense = np.concatenate(
            [a + np.linspace(0, 1, 4001)[:, None] * (b - a) for a, b in pairwise(line)]
        )
        length = np.hypot(*np.diff(line, axis=0).T)
        share = is_in(dense).reshape(3, -1).mean(1) @ length
        parts = border.within(line)
        found = sum(np.hypot(*np.diff(part, axis=0).T).sum() for part in parts)
        assert found == pytest.approx(share, abs=0.05)
        assert all(is_in((part[:-1] + part[1:]) / 2).all() for part in parts)


@pytest.mark.parametrize(
    ('outlines', 'closed'),
    [
        ([], False),
        ([[]], False),
        ([[ring((0, 0), (1, 0), (1, 1))]], True),
        ([[ring((0, 0), (1, 0), (1, 1))[:-1]]], False),
        ([[ring((0, 0), (1, 0), (1, 1))], []], False),
    ],
)
def test_an_outline_that_does_not_lead_back_is_not_closed(
    outlines: list[list[Line]], closed: bool
) -> None:
    assert AreaBorder(outlines).is_closed == closed
