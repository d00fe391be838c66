import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lanedet_mm.deploy.openvino.import_openvino import import_openvino

ROOT = Path(__file__).parents[3]
ROOM = ROOT / 'lanedet_mm/deploy/openvino'


def test_where_it_is_missing_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, 'openvino', None)  # type: ignore[arg-type]
    with pytest.raises(ImportError, match=r"not installed: python -m pip install 'openvino>="):
        import_openvino()


def test_nothing_is_reported_to_anybody(openvino: Any) -> None:  # noqa: ANN401
    """What would send is another module, which is not loaded even where it is installed."""
    assert openvino.__version__
    code = (
        'import sys\n'
        'from lanedet_mm.deploy.openvino.import_openvino import import_openvino\n'
        'import_openvino()\n'
        "stub = 'openvino.tools.ovc.telemetry_stub' in sys.modules\n"
        "print(sys.modules['openvino_telemetry'], stub)"
    )
    ended = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, cwd=ROOT)
    assert ended.stdout.split() == ['None', 'True'], ended.stderr[-2000:]


def test_nothing_of_the_room_needs_it_to_be_imported() -> None:
    code = (
        'import sys, pkgutil, importlib\n'
        "sys.modules['openvino'] = None\n"  # an import of it fails
        'import lanedet_mm.deploy.openvino as room\n'
        'names = [one.name for one in pkgutil.iter_modules(room.__path__)]\n'
        "[importlib.import_module(f'{room.__name__}.{name}') for name in names]\n"
        'print(len(names))\n'
    )
    ended = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, cwd=ROOT)
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert int(ended.stdout.splitlines()[-1]) == len(list(ROOM.glob('[!_]*.py')))
