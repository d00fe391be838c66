"""The seven cities of AEL, by the first digit of a tile's eight-digit id."""

from lanedet_mm.lanes.annotation_error import AnnotationError

CITIES = ('valencia', 'cairo', 'aucamville', 'glasgow', 'gopeng', 'nevada', 'sao_paulo')


def city_of(tile_id: str) -> str:
    """Name of the city that a tile belongs to.

    Args:
        tile_id: Eight digits; the first one is the city.

    Raises:
        AnnotationError: If the id is not eight digits or names no city.
    """
    if len(tile_id) != 8 or not tile_id.isdigit() or int(tile_id[0]) >= len(CITIES):
        known = ', '.join(f'{digit} {city}' for digit, city in enumerate(CITIES))
        raise AnnotationError(
            None,
            f'tile id {tile_id!r} names no city: an AEL id has eight digits, the first one the '
            f'city ({known}); rename the tile or add its city to lanedet_mm/lanes/cities.py',
        )
    return CITIES[int(tile_id[0])]
