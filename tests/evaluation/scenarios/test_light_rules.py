import numpy as np
import pytest

from lanedet_mm.evaluation.scenarios.line_light import LineLight
from lanedet_mm.evaluation.scenarios.line_pieces import LinePieces
from lanedet_mm.evaluation.scenarios.occluded import is_occluded
from lanedet_mm.evaluation.scenarios.shadow import is_shadow
from lanedet_mm.evaluation.scenarios.tag_pieces import SCENARIOS, tag_pieces
from lanedet_mm.evaluation.scenarios.worn import is_worn

SIZE_PX = 400  # 40 m at 0.1 m: a line of ten pieces


def road(dashed: bool = False) -> tuple[np.ndarray, LinePieces]:
    """A grey road with a white line of 0.3 m from top to bottom; every piece is 40 rows."""
    image = np.full((SIZE_PX, SIZE_PX, 3), 100, np.uint8)
    image[:, 199:202] = 220
    line = np.array([[200.0, -0.5], [200.0, SIZE_PX - 0.5]])
    return image, LinePieces.cut([line], [dashed], gsd_m=0.1, size_hw=(SIZE_PX, SIZE_PX))


def flags(*true: int) -> list[bool]:
    return [index in true for index in range(10)]


def test_light_is_measured_on_and_beside_the_line() -> None:
    image, pieces = road()
    image[:, 205] = 10  # 0.5 m to the right of a line that runs down, which is its left
    light = LineLight.measure(image, pieces)
    assert light.paint == pytest.approx(np.full(len(light.paint), 220))
    assert np.sort(light.beside[10]).tolist() == pytest.approx([10, 100, 100, 100, 100, 100])


@pytest.mark.parametrize(('share', 'shaded'), [(0.4, True), (0.6, False)])
def test_a_road_is_in_shadow_below_half_of_the_lit_road(share: float, shaded: bool) -> None:
    image, pieces = road()
    image[80:160] = (image[80:160] * share).astype(np.uint8)
    light = LineLight.measure(image, pieces)
    assert is_shadow(pieces, light).tolist() == flags(*([2, 3] if shaded else []))


def test_worn_paint_has_little_contrast_and_shaded_paint_is_not_worn() -> None:
    image, pieces = road()
    image[80:120, 199:202] = 150  # 50 of 120 levels above the road
    image[200:240, 199:202] = 160  # 60 of 120
    image[280:320] = (image[280:320] * 0.4).astype(np.uint8)
    assert is_worn(pieces, LineLight.measure(image, pieces)).tolist() == flags(2)


def test_gaps_of_a_dashed_line_are_not_worn() -> None:
    image, pieces = road(dashed=True)
    image[0:280, 199:202] = 100
    image[80:120, 199:202] = 220
    worn = is_worn(pieces, LineLight.measure(image, pieces))
    # Dashes are on piece 2 and from 7 on: 5 is 8 m from 7, and none is farther from both.
    assert not worn.any()
    image[80:120, 199:202] = 100
    assert is_worn(pieces, LineLight.measure(image, pieces)).tolist() == flags(0, 1, 2, 3, 4)


def test_a_quarter_hidden_is_occluded() -> None:
    _, pieces = road()
    hidden = np.zeros((SIZE_PX, SIZE_PX), bool)
    hidden[120:131, 150:250] = True
    hidden[200:206, 150:250] = True
    assert is_occluded(pieces, hidden).tolist() == flags(3)


def test_pieces_without_a_tag_are_plain_and_what_is_not_known_is_not_tagged() -> None:
    image, pieces = road()
    image[80:120, 199:202] = 110
    tags = tag_pieces(image, pieces)
    assert set(tags) == set(SCENARIOS) - {'occluded'}
    assert tags['all'].all()
    assert tags['worn'].tolist() == flags(2)
    assert tags['plain'].tolist() == (~np.array(flags(2))).tolist()
    hidden = np.zeros((SIZE_PX, SIZE_PX), bool)
    hidden[80:120] = True
    tags = tag_pieces(image, pieces, hidden=hidden)
    assert tags['occluded'].tolist() == flags(2)
    assert not tags['worn'].any()


def test_a_tile_without_lines_has_no_pieces_to_tag() -> None:
    pieces = LinePieces.cut([], [], gsd_m=0.1, size_hw=(64, 64))
    tags = tag_pieces(np.zeros((64, 64, 3), np.uint8), pieces, hidden=np.zeros((64, 64), bool))
    assert all(len(tagged) == 0 for tagged in tags.values())
