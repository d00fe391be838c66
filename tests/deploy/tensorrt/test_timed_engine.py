"""An engine as `tools/benchmark.py` times it."""

import json
from pathlib import Path

import pytest
import torch
from tensorrt_double import TensorRTDouble
from tiny_engines import WriteConv

from lanedet_mm.deploy.tensorrt.build_engine import build_engine
from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.input_profile import InputProfile
from lanedet_mm.deploy.timing.timed_case import TimedCase
from lanedet_mm.deploy.timing.timed_model import TimedModel

DETAIL = {'classes': ['a', 'b', 'c'], 'palette': [[0, 0, 0]] * 3, 'output': 'logits', 'tile_px': 8}
FREE = InputProfile((1, 3, 4, 4), (1, 3, 8, 8), (2, 3, 16, 16))
FIXED = InputProfile((1, 3, 8, 8), (1, 3, 8, 8), (2, 3, 8, 8))


@pytest.fixture
def waited(gpu: Gpu, monkeypatch: pytest.MonkeyPatch) -> list[torch.device]:
    """Devices whose work was waited for; the CPU stands for the GPU."""
    devices: list[torch.device] = []
    monkeypatch.setattr(Gpu, 'of', lambda device: gpu)
    monkeypatch.setattr(torch.cuda, 'synchronize', devices.append)
    return devices


def case_of(folder: Path, size_px: int, batch: int = 2) -> TimedCase:
    return TimedCase('a', 'tensorrt', (str(folder / 'a.engine'),), size_px, batch, 1, 'cuda')


@pytest.mark.usefixtures('stream')
def test_the_network_and_the_whole_call(
    tmp_path: Path,
    write_conv: WriteConv,
    double: TensorRTDouble,
    gpu: Gpu,
    waited: list[torch.device],
) -> None:
    source = write_conv(metadata=json.dumps(DETAIL))
    build_engine(source, tmp_path / 'a.engine', profiles=[FREE], gpu=gpu)
    model = TimedModel.open(case_of(tmp_path, 16))
    assert model.version == f'TensorRT {double.__version__}' and model.load_ms > 0
    output = model.network()
    assert isinstance(output, dict) and output['output'].shape == (2, 3, 16, 16)
    assert waited == [gpu.device], 'a run that is not waited for takes no time'
    assert getattr(model.whole(), 'shape', None) == (2, 3, 16, 16)


@pytest.mark.usefixtures('stream', 'double', 'waited')
def test_another_size_is_refused(tmp_path: Path, write_conv: WriteConv, gpu: Gpu) -> None:
    source = write_conv(metadata=json.dumps(DETAIL))
    build_engine(source, tmp_path / 'a.engine', profiles=[FIXED], gpu=gpu)
    with pytest.raises(ValueError, match='takes windows of 8 px and no others'):
        TimedModel.open(case_of(tmp_path, 16))
