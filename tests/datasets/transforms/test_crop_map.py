import numpy as np
import pytest

from lanedet_mm.datasets.transforms.crop_map import crop_map, scale_of


def moved(matrix: np.ndarray, col: float, row: float) -> list[float]:
    return (matrix @ (col, row, 1)).round(9).tolist()


def test_the_middle_of_the_tile() -> None:
    # 4 of 10 px: columns 3 to 6.
    matrix = crop_map(4, (10, 10))
    np.testing.assert_array_equal(matrix, [[1, 0, -3], [0, 1, -3]])


@pytest.mark.parametrize(
    ('place', 'first'), [((0, 0), (0, 0)), ((1, 1), (6, 16)), ((1, 0), (6, 0))]
)
def test_the_place_goes_from_edge_to_edge(
    place: tuple[float, float], first: tuple[int, int]
) -> None:
    assert moved(crop_map(4, (10, 20), place=place), *first) == [0, 0]


@pytest.mark.parametrize(
    ('turn', 'flip', 'corner'),
    [
        (1, False, (0, 0)),
        (1j, False, (3, 0)),  # what was on the left is on top
        (-1, False, (3, 3)),
        (-1j, False, (0, 3)),
        (1, True, (3, 0)),
        (1j, True, (3, 3)),
    ],
)
def test_quarter_turns_and_flips_map_pixels_to_pixels(
    turn: complex, flip: bool, corner: tuple[int, int]
) -> None:
    matrix = crop_map(4, (4, 4), turn=turn, flip=flip)
    assert moved(matrix, 0, 0) == list(corner)
    assert sorted(
        map(tuple, (moved(matrix, col, row) for col in range(4) for row in range(4)))
    ) == [(col, row) for col in range(4) for row in range(4)]


def test_scale_is_crop_pixels_per_tile_pixel() -> None:
    matrix = crop_map(8, (100, 100), scale=2, place=(0, 0))
    # The crop shows tile columns -0.5 to 3.5: its first pixel centre is a quarter pixel in.
    assert moved(matrix, -0.25, -0.25) == [0, 0]
    assert moved(matrix, 3.25, 3.25) == [7, 7]
    assert scale_of(matrix) == pytest.approx(2)


@pytest.mark.parametrize('angle_deg', [0, 17, 45, 100, 271])
@pytest.mark.parametrize('place', [(0, 0), (0.3, 0.9), (1, 1)])
@pytest.mark.parametrize('scale', [0.6, 1, 1.7])
def test_the_footprint_stays_in_the_tile(
    angle_deg: float, place: tuple[float, float], scale: float
) -> None:
    turn = complex(np.exp(1j * np.radians(angle_deg)))
    matrix = crop_map(50, (140, 160), scale=scale, turn=turn, place=place)
    back = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))
    corners = np.array([[-0.5, -0.5, 1], [49.5, -0.5, 1], [-0.5, 49.5, 1], [49.5, 49.5, 1]])
    at = (corners @ back.T)[:, :2]
    assert (at >= -1).all()  # the corner of its bounding box is rounded to a pixel
    assert (at <= (140, 160)).all()


def test_a_small_tile_lies_whole_in_the_crop() -> None:
    for place in ((0, 0), (0.4, 0.7), (1, 1)):
        matrix = crop_map(64, (30, 20), place=place)
        assert min(moved(matrix, 0, 0)) >= 0
        assert max(moved(matrix, 29, 19)) <= 63
