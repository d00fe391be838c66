import pytest

from lanedet_mm.lanes import CITIES, AnnotationError, city_of


def test_the_first_digit_is_the_city() -> None:
    assert [city_of(f'{digit}0000012') for digit in range(7)] == list(CITIES)
    assert city_of('30000001') == 'glasgow'


@pytest.mark.parametrize(
    'tile_id', ['70000001', '90000001', '3000001', '300000011', 'boston01', '']
)
def test_an_id_that_names_no_city_is_refused(tile_id: str) -> None:
    with pytest.raises(AnnotationError, match=f"tile id '{tile_id}' names no city"):
        city_of(tile_id)
