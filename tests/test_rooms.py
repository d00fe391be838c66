"""The walls of the tree: which room imports which."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = 'lanedet_mm'

# DESIGN.md's table says the same. What is on one line may import the rooms behind it, and itself.
ALLOWED: dict[str, set[str]] = {
    'lanes': set(),
    'imagery': set(),
    'synthesis': {'lanes', 'imagery'},
    'datasets': {'lanes', 'imagery', 'registry'},
    'collection': {'lanes', 'imagery', 'synthesis', 'datasets', 'registry'},
    'checkpoints': set(),
    'models': {'checkpoints', 'registry'},
    'engine': {'checkpoints', 'datasets', 'models', 'evaluation', 'visualization', 'registry'},
    'evaluation': {'lanes', 'imagery', 'synthesis', 'inference', 'visualization', 'registry'},
    'inference': {'imagery', 'registry'},
    'deploy': {'checkpoints', 'engine', 'evaluation', 'inference', 'lanes', 'registry'},
    'visualization': {'lanes'},
    'experiments': {'checkpoints', 'engine'},
    'registry': set(),
}
PLAIN = ('lanes', 'imagery', 'synthesis')
FRAMEWORKS = {'torch', 'torchvision', 'mmengine', 'mmcv', 'mmseg', 'mmpretrain', 'mmdeploy'}


def imported_modules(source: str) -> Iterator[str]:
    """Every module that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, 'imports are absolute'
            # `from lanedet_mm import lanes` names a room behind the `import`.
            names = (f'{node.module}.{alias.name}' for alias in node.names)
            yield from names if node.module == PACKAGE else [str(node.module)]


def rooms_of(source: str) -> set[str]:
    """Rooms that a file imports."""
    parts = (module.split('.') for module in imported_modules(source))
    return {path[1] for path in parts if path[0] == PACKAGE and len(path) > 1} - {'__version__'}


def files_of(room: str) -> list[Path]:
    folder = ROOT / PACKAGE / room
    return sorted(folder.rglob('*.py')) if folder.is_dir() else [folder.with_suffix('.py')]


def test_imports_are_seen_wherever_they_stand() -> None:
    source = 'import os\ndef f():\n    from lanedet_mm.models.losses import x\n'
    assert rooms_of(source) == {'models'}
    assert rooms_of('from lanedet_mm import engine, lanes') == {'engine', 'lanes'}
    assert rooms_of('import lanedet_mm.datasets.manifest') == {'datasets'}
    assert list(imported_modules('import torch.nn')) == ['torch.nn']


def test_every_room_stands_in_the_table() -> None:
    there = {path.stem for path in (ROOT / PACKAGE).iterdir() if not path.name.startswith('_')}
    assert there == set(ALLOWED)


@pytest.mark.parametrize('room', ALLOWED)
def test_a_room_imports_what_it_may(room: str) -> None:
    wrong = [
        f'{path.relative_to(ROOT)} imports {PACKAGE}.{other}'
        for path in files_of(room)
        for other in sorted(rooms_of(path.read_text()) - ALLOWED[room] - {room})
    ]
    assert not wrong


def test_no_room_reaches_itself_through_others() -> None:
    left = dict(ALLOWED)
    while left:
        free = [room for room, needs in left.items() if not needs & set(left)]
        assert free, f'a cycle among {sorted(left)}'
        for room in free:
            del left[room]


@pytest.mark.parametrize('room', PLAIN)
def test_plain_rooms_know_neither_torch_nor_mm(room: str) -> None:
    reachable = [room, *ALLOWED[room]]
    known = {
        f'{path.relative_to(ROOT)} imports {module}'
        for one in reachable
        for path in files_of(one)
        for module in imported_modules(path.read_text())
        if module.split('.')[0] in FRAMEWORKS
    }
    assert not known


def test_design_says_the_same() -> None:
    rows = (
        [cell.strip() for cell in line.strip('|').split('|')]
        for line in (ROOT / 'DESIGN.md').read_text().splitlines()
        if line.startswith('| `')
    )
    said = {
        room.strip('`/').removesuffix('.py'): {
            other.strip('` ') for other in allowed.split(',') if other != 'nothing of ours'
        }
        for room, _, allowed in rows
    }
    assert said == ALLOWED
