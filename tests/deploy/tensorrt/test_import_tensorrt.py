import subprocess
import sys
from types import SimpleNamespace

import pytest
from tensorrt_double import TensorRTDouble
from tiny_engines import ROOT

from lanedet_mm.deploy.tensorrt.import_tensorrt import import_tensorrt

ROOM = ROOT / 'lanedet_mm/deploy/tensorrt'


def test_versions_10_and_11_are_taken(double: TensorRTDouble) -> None:
    assert import_tensorrt() is double


@pytest.mark.parametrize('version', ['8.6.1', '9.3.0', '12.0.0.1'])
def test_another_version_is_refused(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 'tensorrt', SimpleNamespace(__version__=version))  # type: ignore[arg-type]
    with pytest.raises(ImportError, match=rf'TensorRT {version} is installed; needed is 10 or 11'):
        import_tensorrt()


def test_where_it_is_missing_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, 'tensorrt', None)  # type: ignore[arg-type]
    with pytest.raises(ImportError, match=r"python -m pip install 'tensorrt>=10\.9,<12'"):
        import_tensorrt()


def test_nothing_of_the_room_needs_it_to_be_imported() -> None:
    code = (
        'import sys, pkgutil, importlib\n'
        "sys.modules['tensorrt'] = None\n"  # an import of it fails
        'import lanedet_mm.deploy.tensorrt as room\n'
        'names = [one.name for one in pkgutil.iter_modules(room.__path__)]\n'
        "[importlib.import_module(f'{room.__name__}.{name}') for name in names]\n"
        'print(len(names))\n'
    )
    ended = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, cwd=ROOT)
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert int(ended.stdout.splitlines()[-1]) == len(list(ROOM.glob('[!_]*.py')))
