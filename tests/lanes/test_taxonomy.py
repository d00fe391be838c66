import numpy as np
import pytest

from lanedet_mm.lanes import IGNORE_INDEX, TAXONOMIES, Lane, Taxonomy

LINE = np.array([[0.0, 0.0], [1.0, 1.0]])


@pytest.mark.parametrize(
    ('single', 'white', 'solid', 'in_white', 'in_full'),
    [
        (True, True, True, 'white_solid', 'white_solid'),
        (True, True, False, 'white_dashed', 'white_dashed'),
        (True, False, True, None, 'yellow_solid'),
        (False, True, True, None, 'double_solid'),
        (False, True, False, None, 'double_dashed'),
        (True, False, False, None, None),
        (False, False, True, None, None),
    ],
)
def test_the_class_of_every_kind(
    single: bool, white: bool, solid: bool, in_white: str | None, in_full: str | None
) -> None:
    lane = Lane(LINE, single=single, white=white, solid=solid)
    for name, expected in (('white', in_white), ('full', in_full)):
        taxonomy = TAXONOMIES[name]
        index = taxonomy.class_of(lane)
        assert (None if index == IGNORE_INDEX else taxonomy.classes[index]) == expected


@pytest.mark.parametrize('name', sorted(TAXONOMIES))
def test_classes_have_names_and_colours_of_their_own(name: str) -> None:
    taxonomy = Taxonomy.named(name)
    assert taxonomy.name == name
    assert taxonomy.classes[0] == 'background'
    assert len(set(taxonomy.classes)) == len(set(taxonomy.palette)) == len(taxonomy.classes)
    assert sorted(set(taxonomy.kinds.values())) == list(range(1, len(taxonomy.classes)))


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no taxonomy 'blue'.*\['full', 'marking', 'white'\]"):
        Taxonomy.named('blue')
