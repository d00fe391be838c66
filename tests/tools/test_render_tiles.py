import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

PATH = Path(__file__).parents[2] / 'tools' / 'render_tiles.py'


@pytest.fixture(scope='module')
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location('render_tiles', PATH)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_networks_then_annotations_of_them(
    tool: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    networks = ['networks', str(tmp_path / 'n'), '--tiles-per-city', '2', '--cities', 'nevada']
    tool.main([*networks, '--size', '64', '--extent', '1000', '--gsd', '0.1', '0.2'])
    tool.main(['annotations', str(tmp_path / 'a'), '--json-dir', str(tmp_path / 'n' / 'json')])
    out = capsys.readouterr().out
    assert f'{tmp_path / "n"}: 2 tiles of 1 cities' in out
    assert sorted(path.name for path in (tmp_path / 'a' / 'imgs').iterdir()) == [
        '50000000.jpg',
        '50000001.jpg',
    ]


def test_a_broken_annotation_ends_the_tool_with_its_name(tool: ModuleType, tmp_path: Path) -> None:
    (tmp_path / 'json').mkdir()
    (tmp_path / 'json' / '00000001.json').write_text('{')
    with pytest.raises(SystemExit, match=r'1 of 1 tiles failed\n.*00000001\.json: not JSON'):
        tool.main(['annotations', str(tmp_path / 'a'), '--json-dir', str(tmp_path / 'json')])


def test_bad_options_end_the_tool_with_a_reason(tool: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match='needed is 0 < least <= greatest'):
        tool.main(['networks', str(tmp_path / 'n'), '--gsd', '0.3', '0.1'])
