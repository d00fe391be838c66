import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lanedet_mm.deploy.openvino.shared_core import shared_core

SaveScale = Callable[..., Path]
pytestmark = pytest.mark.usefixtures('openvino')
# A handler as torch's DataLoader has it, and models that go in the order in which they came.
CODE = """
import gc, signal, subprocess, sys
from lanedet_mm.deploy.openvino.openvino_session import OpenVINOSession
signal.signal(signal.SIGCHLD, lambda *_: print('heard'))
first, second = OpenVINOSession(sys.argv[1]), OpenVINOSession(sys.argv[1])
del first
gc.collect()
del second
gc.collect()
subprocess.run([sys.executable, '-c', ''])
"""


def test_a_signal_is_heard_after_models_have_gone(save_scale: SaveScale) -> None:
    command = [sys.executable, '-X', 'faulthandler', '-c', CODE, str(save_scale())]
    root = Path(__file__).parents[3]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=root)
    assert (ended.returncode, ended.stdout) == (0, 'heard\n'), ended.stderr


def test_there_is_one() -> None:
    assert shared_core() is shared_core()
