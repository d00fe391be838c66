"""Split by city: test on one that training has never seen."""

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.datasets.manifest import SIDES
from lanedet_mm.datasets.splits.drop_near import drop_near
from lanedet_mm.datasets.splits.split import Split
from lanedet_mm.lanes import CITIES, city_of


def leave_one_city_out(
    tile_ids: list[str],
    regions: NDArray[np.float64],
    *,
    test_city: str,
    val_city: str | None = None,
    validate: bool = True,
) -> Split:
    """Test on one city, validate on a second, train on the rest.

    Args:
        tile_ids: The tiles.
        regions: Box of each tile in EPSG:3857 metres, shape (N, 4).
        test_city: Name of the city to test on.
        val_city: Name of the city to validate on; None takes the next one after `test_city` that
            there are tiles of, so that over all folds each city validates once.
        validate: Without, every city but `test_city` is trained on.

    Returns:
        The split; tiles of neighbouring cities that overlap another side are dropped.
    """
    cities = np.array([city_of(tile_id) for tile_id in tile_ids])
    there = [city for city in CITIES if city in cities]
    if val_city is None and test_city in there:
        val_city = there[(there.index(test_city) + 1) % len(there)]
    if not validate:
        val_city = None
    sides_needed = {test_city, val_city} - {None}
    if not sides_needed < set(there) or test_city == val_city:
        raise ValueError(
            f'cannot test on {test_city} and validate on {val_city}: there are tiles of {there}, '
            'and needed are two different cities of them and a third one to train on'
        )
    sides = np.full(len(tile_ids), 'train', dtype='<U5')
    if val_city is not None:
        sides[cities == val_city] = 'val'
    sides[cities == test_city] = 'test'
    made_by = {'method': 'leave-one-city-out', 'test_city': test_city, 'val_city': val_city}
    dropped = drop_near(sides, regions)
    name = f'loco_{test_city}' if validate else f'loco_{test_city}_final'
    wanted = SIDES if validate else ('train', 'test')
    return Split.of(name, tile_ids, sides, dropped, made_by, wanted)
