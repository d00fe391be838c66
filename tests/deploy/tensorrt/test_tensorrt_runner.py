from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tensorrt_double import TensorRTDouble
from tiny_engines import StreamDouble, WriteConv

from lanedet_mm.deploy.tensorrt.build_engine import build_engine
from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.input_profile import InputProfile
from lanedet_mm.deploy.tensorrt.load_engine import load_engine
from lanedet_mm.deploy.tensorrt.tensorrt_runner import TensorRTRunner

SMALL = InputProfile((1, 3, 4, 4), (1, 3, 4, 4), (2, 3, 8, 8))
LARGE = InputProfile((1, 3, 16, 16), (1, 3, 16, 16), (1, 3, 16, 16))


@pytest.fixture
def runner(
    double: TensorRTDouble, stream: StreamDouble, tmp_path: Path, write_conv: WriteConv, gpu: Gpu
) -> TensorRTRunner:
    """A runner of an engine that doubles, with two profiles."""
    assert double.__version__ and stream.cuda_stream
    engine = tmp_path / 'conv.engine'
    build_engine(write_conv(), engine, profiles=[SMALL, LARGE], gpu=gpu)
    return TensorRTRunner(load_engine(engine, gpu=gpu), gpu=gpu)


def test_tensors_are_read_and_written_by_their_names(runner: TensorRTRunner) -> None:
    assert runner.inputs == {'input': torch.float32}
    assert runner.outputs == {'output': torch.float32}
    for shape in ((1, 3, 4, 4), (2, 3, 8, 5), (1, 3, 16, 16), (1, 3, 7, 7)):
        image = torch.randn(shape)
        outputs = runner({'input': image})
        assert list(outputs) == ['output']
        torch.testing.assert_close(outputs['output'], 2 * image, rtol=0, atol=0)


def test_outputs_of_one_call_outlive_the_next(runner: TensorRTRunner) -> None:
    first = runner({'input': torch.ones(1, 3, 4, 4)})['output']
    runner({'input': torch.zeros(1, 3, 4, 4)})
    assert first.unique().tolist() == [2.0]


def test_a_tensor_in_another_order_is_read_as_it_looks(runner: TensorRTRunner) -> None:
    image = torch.randn(1, 3, 6, 5).to(memory_format=torch.channels_last).transpose(2, 3)
    torch.testing.assert_close(runner({'input': image})['output'], 2 * image)


def test_it_runs_on_the_current_stream(
    runner: TensorRTRunner,
    double: TensorRTDouble,
    stream: StreamDouble,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    image = {'input': torch.ones(1, 3, 4, 4)}
    runner(image)
    runner(image)
    assert double._recorder.streams == [77, 77]
    assert stream.waited == []
    other = StreamDouble(78)
    monkeypatch.setattr(torch.cuda, 'current_stream', lambda device: other)
    runner(image)
    assert double._recorder.streams == [77, 77, 78]
    assert other.waited == ['end of work on 77'], 'the context has one set of buffers'


def test_a_shape_outside_every_profile_is_refused(runner: TensorRTRunner) -> None:
    wanted = (
        r'an image of 1 x 3 x 9 x 9; the engine takes 1..2 x 3 x 4..8 x 4..8 or 1 x 3 x 16 x 16'
    )
    with pytest.raises(ValueError, match=wanted):
        runner({'input': torch.ones(1, 3, 9, 9)})
    with pytest.raises(ValueError, match='an image of 1 x 4 x 8 x 8; the engine takes'):
        runner({'input': torch.ones(1, 4, 8, 8)})


@pytest.mark.parametrize(
    ('inputs', 'wanted'),
    [
        ({'image': torch.ones(1, 3, 4, 4)}, r"inputs \['image'\]; the engine takes \['input'\]"),
        ({}, r"inputs \[\]; the engine takes \['input'\]"),
        ({'input': torch.ones(1, 3, 4, 4).half()}, 'is torch.float16 on cpu; needed is torch.f'),
        ({'input': torch.ones(1, 3, 4, 4, device='meta')}, 'float32 on meta; needed is .* on cpu'),
    ],
)
def test_what_the_engine_would_read_wrongly_is_refused(
    runner: TensorRTRunner, inputs: dict[str, torch.Tensor], wanted: str
) -> None:
    with pytest.raises(ValueError, match=wanted):
        runner(inputs)


def refusing(answer: object) -> Callable[..., object]:
    return lambda *arguments: answer


@pytest.mark.parametrize(
    ('name', 'answer', 'error', 'wanted'),
    [
        ('execute_async_v3', False, RuntimeError, 'TensorRT did not run'),
        ('set_input_shape', False, ValueError, 'does not take .input. as'),
        ('get_tensor_shape', (1, -1, 4, 4), ValueError, 'has no shape before it is computed'),
        ('set_optimization_profile_async', False, RuntimeError, 'does not change to profile 1'),
    ],
)
def test_each_refusal_of_tensorrt_is_an_error(
    runner: TensorRTRunner, name: str, answer: object, error: type[Exception], wanted: str
) -> None:
    object.__setattr__(runner.context, name, refusing(answer))
    side = 16 if name.startswith('set_optimization') else 4
    with pytest.raises(error, match=wanted):
        runner({'input': torch.ones(1, 3, side, side)})


def test_an_engine_without_memory_is_an_error(runner: TensorRTRunner, gpu: Gpu) -> None:
    runner.loaded.engine._recorder.refuses_context = True
    with pytest.raises(RuntimeError, match='no memory left on cpu'):
        TensorRTRunner(runner.loaded, gpu=gpu)
