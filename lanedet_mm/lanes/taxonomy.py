"""Which kind of line is which class: data, not code."""

from dataclasses import dataclass
from itertools import product

from lanedet_mm.lanes.lane import Lane

IGNORE_INDEX = 255
Kind = tuple[bool, bool, bool]


@dataclass(frozen=True)
class Taxonomy:
    """Classes of lane markings.

    Attributes:
        name: How configs name it.
        classes: Class names; index 0 is the background.
        palette: RGB colour of each class, for pictures.
        kinds: Class index of each (single, white, solid); a kind that is not here is ignored.
    """

    name: str
    classes: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]
    kinds: dict[Kind, int]

    def class_of(self, lane: Lane) -> int:
        """Class index of a lane, `IGNORE_INDEX` where the taxonomy has no class for it."""
        return self.kinds.get((lane.single, lane.white, lane.solid), IGNORE_INDEX)

    @classmethod
    def named(cls, name: str) -> 'Taxonomy':
        """The taxonomy of a name; `ValueError` lists the names that there are."""
        if name not in TAXONOMIES:
            raise ValueError(f'no taxonomy {name!r}; there are {sorted(TAXONOMIES)}')
        return TAXONOMIES[name]


_WHITE_SOLID: Kind = (True, True, True)
_WHITE_DASHED: Kind = (True, True, False)
_ALL: list[Kind] = [(one, two, three) for one, two, three in product((True, False), repeat=3)]

TAXONOMIES = {
    'marking': Taxonomy(
        'marking',
        ('background', 'marking'),
        ((0, 0, 0), (230, 60, 50)),
        dict.fromkeys(_ALL, 1),
    ),
    'white': Taxonomy(
        'white',
        ('background', 'white_solid', 'white_dashed'),
        ((0, 0, 0), (230, 60, 50), (40, 150, 255)),
        {_WHITE_SOLID: 1, _WHITE_DASHED: 2},
    ),
    'full': Taxonomy(
        'full',
        (
            'background',
            'white_solid',
            'white_dashed',
            'yellow_solid',
            'double_solid',
            'double_dashed',
        ),
        ((0, 0, 0), (230, 60, 50), (40, 150, 255), (255, 200, 0), (200, 60, 220), (60, 220, 160)),
        {
            _WHITE_SOLID: 1,
            _WHITE_DASHED: 2,
            (True, False, True): 3,
            (False, True, True): 4,
            (False, True, False): 5,
        },
    ),
}
