from dataclasses import replace
from pathlib import Path

import pytest
import torch

from lanedet_mm.evaluation.records.evaluation_run import EvaluationRun, read_run


@pytest.fixture
def run(tmp_path: Path) -> EvaluationRun:
    model = tmp_path / 'x.onnx'
    model.write_bytes(b'abc')
    return EvaluationRun.of([model], data={'manifest': 'test.json'}, options={'tile_px': 512})


def test_the_folder_says_what_made_it(tmp_path: Path, run: EvaluationRun) -> None:
    run.claim(tmp_path / 'out')
    run.finish(tmp_path / 'out', latency_ms=12.345)
    there = read_run(tmp_path / 'out')
    assert there is not None
    assert there['model_bytes'] == 3
    assert there['digests'][0].startswith('ba7816bf')  # SHA-256 of abc
    assert there['latency_ms'] == 12.35 or there['latency_ms'] == 12.34
    assert read_run(tmp_path) is None


def test_the_same_run_goes_on_and_another_one_is_refused(
    tmp_path: Path, run: EvaluationRun
) -> None:
    run.claim(tmp_path / 'out')
    run.finish(tmp_path / 'out', latency_ms=1)
    run.claim(tmp_path / 'out')
    with pytest.raises(ValueError, match=r'another run \(other options: .*x\.onnx'):
        replace(run, options={'tile_px': 256}).claim(tmp_path / 'out')


def test_the_size_is_that_of_the_weights_alone(tmp_path: Path) -> None:
    def size_of(name: str) -> int:
        return EvaluationRun.of([tmp_path / name], data={}, options={}).model_bytes

    weights = {'a': torch.zeros(10, 7), 'b': torch.zeros(3, dtype=torch.float64)}
    state = {'state_dict': weights, 'optimizer': {'moment': torch.zeros(1000)}}
    torch.save(state, tmp_path / 'x.pth')
    (tmp_path / 'x.xml').write_bytes(b'graph of the weights')
    (tmp_path / 'x.bin').write_bytes(b'weights')
    assert size_of('x.pth') == 4 * 70 + 8 * 3
    assert size_of('x.xml') == 7
