from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope='module')
def tool(load_tool: Callable[[str], ModuleType]) -> ModuleType:
    return load_tool('prepare_data.py')


def test_ael_from_the_command_line(
    tool: ModuleType,
    tmp_path: Path,
    write_tile: Callable[..., Any],
    write_manifest: Callable[..., Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    for tile_id in ('30000001', '30000002'):
        write_tile(tile_id, suffix='.jpg')
    (tmp_path / 'imgs' / '30000002.jpg').write_bytes(b'')
    write_manifest(['30000001', '30000002'])
    argv = ['ael', str(tmp_path), str(tmp_path / 'out'), '--processes', '1']
    with pytest.raises(SystemExit, match='broken files: get them again'):
        tool.main(argv)
    printed = capsys.readouterr().out
    assert '1 made, 0 there already, 1 broken' in printed
    assert '30000002.jpg: no image that OpenCV reads' in printed
    assert not (tmp_path / 'out' / 'train_data.json').exists()
    tool.main([*argv, '--skip-broken'])
    assert '0 made, 1 there already, 1 broken' in capsys.readouterr().out
    assert '30000002' not in (tmp_path / 'out' / 'train_data.json').read_text()


@pytest.mark.parametrize('kind', ['ael', 'skyscapes'])
def test_an_empty_folder_is_an_error(tool: ModuleType, tmp_path: Path, kind: str) -> None:
    with pytest.raises(SystemExit, match='needed is'):
        tool.main([kind, str(tmp_path), str(tmp_path / 'out')])
