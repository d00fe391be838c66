import numpy as np
import pytest

from lanedet_mm.evaluation.scenarios.line_pieces import LinePieces


def cut(*lines: list[list[float]], dashed: bool = False, size_px: int = 200) -> LinePieces:
    """Pieces of lines in pixels of 0.1 m, (column, row)."""
    vertices = [np.array(line) for line in lines]
    return LinePieces.cut(vertices, [dashed] * len(lines), gsd_m=0.1, size_hw=(size_px, size_px))


def test_a_line_of_10_m_is_cut_in_pieces_of_5_m() -> None:
    pieces = cut([[50.0, 20.0], [50.0, 120.0]])
    assert len(pieces) == 2  # round(10 / 4) of one length
    assert pieces.along_m == pytest.approx([2.5, 7.5])
    assert len(pieces.station_m) == 20
    assert pieces.station_m[0] == pytest.approx([2.25, 5.0])  # (row, column) in metres
    assert pieces.way == pytest.approx(np.tile([1.0, 0.0], (20, 1)))
    assert np.bincount(pieces.piece).tolist() == [10, 10]


def test_what_lies_outside_the_tile_is_left_out() -> None:
    pieces = cut([[-100.0, 50.0], [100.0, 50.0]], [[500.0, 0.0], [500.0, 100.0]])
    assert set(pieces.line) == {0}
    # 20 m in five pieces of 4 m, of which 10.05 m lie inside: half a piece and two.
    assert np.bincount(pieces.piece).tolist() == [4, 8, 8]
    assert pieces.along_m == pytest.approx([10, 14, 18])


def test_no_line_and_a_line_without_length_are_no_trouble() -> None:
    assert len(cut()) == 0
    assert (cut().territory(2.0) == -1).all()
    assert len(cut([[50.0, 50.0], [50.0, 50.0]])) == 1


def test_the_ground_goes_to_the_nearest_piece_within_reach() -> None:
    pieces = cut([[50.0, 0.0], [50.0, 199.0]], [[80.0, 0.0], [80.0, 199.0]])
    nearest = pieces.territory(2.0)
    owner = np.append(pieces.line, -1)[nearest]
    assert owner[100, [29, 31, 64, 66, 99, 101]].tolist() == [-1, 0, 0, 1, 1, -1]
    along = pieces.along_m[nearest[[10, 100, 190], 50]]
    assert along == pytest.approx([2, 10, 18], abs=2)


def test_means_and_quantiles_are_of_pieces() -> None:
    pieces = cut([[50.0, 20.0], [50.0, 120.0]])
    values = np.repeat([1.0, 3.0], 10) + np.tile([0.0, 1.0], 10)
    assert pieces.mean(values) == pytest.approx([1.5, 3.5])
    assert pieces.quantile(values, 1.0) == pytest.approx([2, 4])
