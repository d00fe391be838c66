import mercantile
import pytest

from lanedet_mm.collection.web.tile_layout import TileLayout, tile_gsd_m, zoom_for
from lanedet_mm.lanes import mercator_y

TILE = mercantile.Tile(5, 6, 4)


@pytest.mark.parametrize(
    ('template', 'url'),
    [
        ('http://a/{z}/{x}/{y}.jpg', 'http://a/4/5/6.jpg'),
        ('http://a/{z}/{x}/{-y}', 'http://a/4/5/9'),  # 16 rows: 15 - 6
        ('http://a/{q}', 'http://a/0321'),  # x 0101, y 0110: digits x + 2 y
        ('http://a?M={TileMatrix}&R={TileRow}&C={TileCol}', 'http://a?M=4&R=6&C=5'),
    ],
)
def test_tiles_are_named_as_the_server_names_them(template: str, url: str) -> None:
    assert TileLayout(template).tile_url(TILE) == url


def test_a_map_server_is_asked_for_a_box() -> None:
    layout = TileLayout('http://a?BBOX={bbox}&WIDTH={width}&HEIGHT={height}')
    assert layout.is_wms
    url = layout.box_url((-10.5, 20.0, 30.0, 40.25), 512)
    assert url == 'http://a?BBOX=-10.500000,20.000000,30.000000,40.250000&WIDTH=512&HEIGHT=512'


def test_a_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    template = 'http://a/{z}/{x}/{y}?key={env:MAP_KEY}'
    monkeypatch.delenv('MAP_KEY', raising=False)
    with pytest.raises(ValueError, match=r"needs \['MAP_KEY'\] from the environment"):
        TileLayout(template)
    monkeypatch.setenv('MAP_KEY', 'abc')
    assert TileLayout(template).tile_url(TILE) == 'http://a/4/5/6?key=abc'


@pytest.mark.parametrize('template', ['http://a/{z}/{x}', 'http://a', 'http://a/{z}/{x}/{y}/{w}'])
def test_an_unknown_kind_of_server_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match='the URL has the placeholders'):
        TileLayout(template)


def test_a_pixel_of_a_tile_is_smaller_on_the_ground_towards_the_poles() -> None:
    assert tile_gsd_m(0, 0) == pytest.approx(156543.03392)
    assert tile_gsd_m(19, mercator_y(60)) == pytest.approx(156543.03392 / 2**19 / 2)
    assert tile_gsd_m(19, 0, tile_px=512) == pytest.approx(156543.03392 / 2**20)


@pytest.mark.parametrize(('latitude', 'zoom'), [(0, 20), (60, 19), (-60, 19)])
def test_the_zoom_is_that_of_the_ground_and_not_of_the_map(latitude: float, zoom: int) -> None:
    assert zoom_for(0.15, mercator_y(latitude)) == zoom
