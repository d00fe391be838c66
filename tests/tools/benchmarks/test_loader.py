import json
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import cv2
import pytest
import torch


def test_a_small_run_times_every_pipeline_on_every_format(
    load_tool: Callable[[str], ModuleType],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tool = load_tool('benchmarks/loader.py')
    # The rest of the suite keeps its cores.
    monkeypatch.setattr(os, 'sched_setaffinity', lambda *_: None)
    monkeypatch.setattr(cv2, 'setNumThreads', lambda _: None)
    monkeypatch.setattr(torch, 'set_num_threads', lambda _: None)
    tool.main(['--tiles', '1', '--repeats', '1', '--json', str(tmp_path / 'speed.json')])
    rows = json.loads((tmp_path / 'speed.json').read_text())
    assert [row['format'] for row in rows] == ['JPEG'] * 3 + ['PNG'] * 3
    assert [row['ratio'] for row in rows if row['pipeline'] == "mmseg's own"] == [1, 1]
    assert all(row['speed'] > 0 for row in rows)
    assert '| files | pipeline | tiles/s |' in capsys.readouterr().out
