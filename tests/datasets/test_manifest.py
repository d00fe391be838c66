import json
from pathlib import Path

import pytest

from lanedet_mm.datasets.manifest import find_images, read_manifest, write_manifest
from lanedet_mm.lanes import AnnotationError


def test_only_the_file_names_count(tmp_path: Path) -> None:
    rows = [
        ['/home/them/imgs/40000195.jpg', '/home/them/json/40000195.json', 'mask/40000195.jpg'],
        [r'C:\them\imgs\00000001.png', r'C:\them\json\00000001.json'],
    ]
    (tmp_path / 'm.json').write_text(json.dumps({'data': rows}))
    assert read_manifest(tmp_path / 'm.json') == [
        ('40000195.jpg', '40000195.json'),
        ('00000001.png', '00000001.json'),
    ]


def test_images_are_found_with_another_suffix(tmp_path: Path) -> None:
    for name in ('a.jpg', 'b.png', 'c.jpeg', 'd.txt'):
        (tmp_path / name).touch()
    names = ['a.jpg', 'b.jpg', 'c.png', 'd.jpg', 'e.jpg']
    assert find_images(tmp_path, names) == ['a.jpg', 'b.png', 'c.jpeg', None, None]
    assert find_images(tmp_path / 'nowhere', names[:1]) == [None]


def test_writes_what_it_reads(tmp_path: Path) -> None:
    path = tmp_path / 'splits' / 'a' / 'train_data.json'
    write_manifest(path, ['30000001', '30000002'], images={'30000002': '30000002.png'})
    assert read_manifest(path) == [
        ('30000001.jpg', '30000001.json'),
        ('30000002.png', '30000002.json'),
    ]


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('{"data": []}', 'names no tile'),
        ('{"data": [["a.jpg", "a.js', 'not JSON'),
        ('[]', 'no manifest; needed is'),
        ('{"data": [["a.jpg"]]}', 'no manifest; needed is'),
        ('{"data": ["a.jpg"]}', 'no manifest; needed is'),
        (
            '{"data": [["x/a.jpg", "a.json"], ["y/a.jpg", "a.json"], ["b.jpg", "b.json"]]}',
            r"names 1 tiles more than once: \['a.jpg'\]",
        ),
    ],
)
def test_a_manifest_that_cannot_be_used_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / 'm.json'
    path.write_text(text)
    with pytest.raises(AnnotationError, match=rf'm\.json: {message}'):
        read_manifest(path)


def test_a_missing_manifest_lists_what_there_is(tmp_path: Path) -> None:
    (tmp_path / 'val_data.json').write_text('{}')
    with pytest.raises(AnnotationError, match=r"no such manifest; .* holds \['val_data.json'\]"):
        read_manifest(tmp_path / 'train_data.json')
