import pytest
from tile_world import Build


@pytest.mark.parametrize(
    'url',
    [
        'https://tile.openstreetmap.org/{z}/{x}/{y}.png',
        'https://{s}.tile.openstreetmap.org/{z}/{x}/{y}.png',
        'http://c.tile.openstreetmap.fr/hot/{z}/{x}/{y}.png',
        'https://TILE.OpenStreetMap.ORG:443/{z}/{x}/{y}.png',
        'https://user:word@tile.openstreetmap.org./{z}/{x}/{y}.png',
        'tile.openstreetmap.org/{z}/{x}/{y}.png',
        '//tile.openstreetmap.org//{z}//{x}/{y}.png',
        'https://tile.openstreetmap.org//{z}/{x}/{y}.png',
        'https://tile.openstreetmap.org/{z}/{x}/{y}.png?see=http://a.example.org/',
        'https://tile%2Eopenstreetmap.org/{z}/{x}/{y}.png',
        'https://tile.openstreetmap%2eorg/{z}/{x}/{y}.png',
        'https://proxy.example.org/https://tile.openstreetmap.org/{z}/{x}/{y}.png',
        'https://proxy.example.org/?u=https%3A%2F%2Ftile.openstreetmap.org/{z}/{x}/{y}.png',
        'https://{env:MAP_HOST}/{z}/{x}/{y}.png',
        'https://tile.osm.org/{z}/{x}/{y}.png',
        'https://osm.org/{z}/{x}/{y}.png',
        'https://a.tile.opentopomap.org/{z}/{x}/{y}.png',
        'https://osm.rrze.fau.de/osmhd/{z}/{x}/{y}.png',
    ],
)
def test_drawn_maps_are_refused_however_their_host_is_written(
    build: Build, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv('MAP_HOST', 'tile.openstreetmap.org')
    message = 'serves drawn maps, not photographs: .* their rules forbid to download many tiles'
    with pytest.raises(ValueError, match=message):
        build(url=url)


@pytest.mark.parametrize('host', ['cosm.org', 'photos.example.org/osm.d', 'open.streetmap.org'])
def test_a_host_that_only_sounds_like_it_is_not_refused(build: Build, host: str) -> None:
    assert build(url=f'https://{host}/{{z}}/{{x}}/{{y}}').server.layout.template.startswith('https')
