import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lanedet_mm.evaluation.confusion import confusion_matrix
from lanedet_mm.evaluation.lines.line_comparison import compare_lines
from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.evaluation.records.tile_records import append_record
from lanedet_mm.evaluation.records.tile_sums import TileSums

RunTool = Callable[..., str]
CLASSES = ('background', 'solid', 'dashed')


def evaluated(folder: Path, *, missed_rows: int, tiles: int = 12) -> Path:
    """What an evaluation leaves of a model that misses the last rows of every line."""
    folder.mkdir()
    for at in range(tiles):
        truth = np.zeros((60, 60), np.uint8)
        truth[:, 20:23], truth[:, 40:43] = 1, 2
        predicted = truth.copy()
        predicted[60 - missed_rows - at % 3 * (missed_rows > 0) :] = 0
        lines = compare_lines(predicted, truth, ground_gsd_m=0.2, num_classes=3)
        sums = TileSums(confusion_matrix(predicted, truth, 3), lines)
        city = 'cairo' if at % 2 else 'nevada'
        record = TileRecord(str(at), city, f'block {at // 2}', 0.2, CLASSES, sums)
        append_record(folder / 'tiles.jsonl', record)
    return folder


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return evaluated(tmp_path / 'good', missed_rows=0)


@pytest.fixture
def worse(tmp_path: Path) -> Path:
    return evaluated(tmp_path / 'worse', missed_rows=6)


def test_a_worse_model_ends_with_1_and_a_better_one_with_0(
    good: Path, worse: Path, call_tool: RunTool
) -> None:
    printed = call_tool('compare.py', good, worse, '--resamples', 2000, status=1)
    assert 'B is worse than A: lane IoU -11.7 (' in printed  # 7 of 60 rows, on average
    assert 'city cairo' in printed
    assert (
        call_tool('compare.py', worse, good, '--resamples', 2000, status=0)
        .splitlines()[-2]
        .startswith('B is better than A: lane IoU +11.7 (')
    )
    printed = call_tool('compare.py', good, worse, '--resamples', 2000, '--margin', 20, status=0)
    assert 'not for certain by more than 20.0' in printed


def test_a_model_against_itself_does_not_differ(good: Path, call_tool: RunTool) -> None:
    printed = call_tool('compare.py', good, good, '--resamples', 200)
    assert 'no difference found between A and B: lane IoU +0.0 (0.0 to 0.0), p 1.000' in printed


def test_latency_stands_beside_it_and_json_has_the_table(
    tmp_path: Path, good: Path, worse: Path, call_tool: RunTool
) -> None:
    (good / 'run.json').write_text('{"latency_ms": 40.0, "model_bytes": 8, "model": ["x"]}')
    (worse / 'run.json').write_text('{"latency_ms": 20.0}')
    out = tmp_path / 'made/comparison.json'
    printed = call_tool('compare.py', worse, good, '--resamples', 200, '--out', out)
    assert '+100.0 %' in printed
    report = json.loads(out.read_text())
    assert report['costs'] == {
        'latency_ms': {'a': 20, 'b': 40},
        'model_bytes': {'a': None, 'b': 8},
    }
    assert report['verdict'] in printed


def test_errors_end_with_2(
    tmp_path: Path, good: Path, call_tool: RunTool, capsys: pytest.CaptureFixture[str]
) -> None:
    fewer = evaluated(tmp_path / 'fewer', missed_rows=0, tiles=10)
    call_tool('compare.py', good, fewer, status=2)
    assert "error: 2 of 12 tiles are in A only ['10', '11']" in capsys.readouterr().err
    call_tool('compare.py', good, tmp_path / 'none', status=2)
    assert 'error: no ' in capsys.readouterr().err
    call_tool('compare.py', good, good, '--tolerance', 0.4, status=2)
    assert 'error: tolerance is 0.4 m' in capsys.readouterr().err
    call_tool('compare.py', good, good, '--margin', -1, status=2)
    assert 'needed are points of at least 0' in capsys.readouterr().err
