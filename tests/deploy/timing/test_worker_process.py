from collections.abc import Callable
from pathlib import Path

import pytest

from lanedet_mm.deploy.openvino.import_openvino import import_openvino
from lanedet_mm.deploy.timing.timed_case import TimedCase
from lanedet_mm.deploy.timing.worker_process import WorkerProcess

SaveModel = Callable[..., Path]


def case_of(path: Path, provider: str = 'onnxruntime', *, batch: int = 2) -> TimedCase:
    return TimedCase('identity', provider, (str(path),), 32, batch, 1)


@pytest.mark.parametrize('provider', ['onnxruntime', 'openvino'])
def test_it_runs_as_often_as_it_is_asked(save_model: SaveModel, provider: str) -> None:
    if provider == 'openvino':
        try:
            import_openvino()
        except ImportError as error:
            pytest.skip(str(error))
    with WorkerProcess(case_of(save_model(), provider)) as worker:
        assert worker.loaded is not None, worker.error
        assert worker.loaded['load_ms'] > 0
        words = {'onnxruntime': 'ONNX Runtime 1', 'openvino': 'OpenVINO 20'}
        assert worker.loaded['version'].startswith(words[provider])
        for runs in (2, 3):
            found = worker.run(runs)
            assert found is not None
            assert len(found['network']['wall_ms']) == len(found['whole']['cpu_ms']) == runs
        peak_mib = worker.finish()
    assert worker.error is None and worker.process.returncode == 0
    assert peak_mib is None or 20 < peak_mib < 400  # neither PyTorch nor matplotlib is in it


@pytest.mark.parametrize(
    ('shape', 'reason'),
    [
        ((1, 3, 64, 64), 'ValueError: takes windows of 64 px and no others'),
        ((1, 3, 'h', 'w'), 'ValueError: takes a batch of 1 and no other'),
    ],
)
def test_a_shape_that_the_model_does_not_take_is_said(
    save_model: SaveModel, shape: tuple[int | str, ...], reason: str
) -> None:
    with WorkerProcess(case_of(save_model(shape=shape))) as worker:
        assert (worker.error, worker.loaded, worker.run(1), worker.finish()) == (
            reason,
            None,
            None,
            None,
        )


def test_a_process_that_is_killed_is_said(save_model: SaveModel) -> None:
    with WorkerProcess(case_of(save_model())) as worker:
        worker.process.kill()
        worker.process.wait()
        assert worker.run(1) is None
    assert worker.error == 'the process ended with status -9, probably for want of memory'
