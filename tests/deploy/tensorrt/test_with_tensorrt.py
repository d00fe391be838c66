"""The same with TensorRT itself, where it and a GPU are at hand."""

import importlib.util
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from tiny_engines import WriteConv

from lanedet_mm.deploy.onnx_graph import read_graph
from lanedet_mm.deploy.parity import compare_models
from lanedet_mm.deploy.tensorrt.build_engine import build_engine
from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.input_profile import InputProfile
from lanedet_mm.deploy.tensorrt.load_engine import load_engine
from lanedet_mm.deploy.tensorrt.prepare_graph import prepare_graph
from lanedet_mm.deploy.tensorrt.tensorrt_model import TensorRTModel
from lanedet_mm.deploy.tensorrt.tensorrt_runner import TensorRTRunner
from lanedet_mm.inference.onnx_model import OnnxModel

INSTALLED = importlib.util.find_spec('tensorrt') is not None
pytestmark = [
    pytest.mark.tensorrt,
    pytest.mark.skipif(
        not (INSTALLED and torch.cuda.is_available()),
        reason='TensorRT is not installed, or there is no GPU',
    ),
]
SMALL = InputProfile((1, 3, 4, 4), (1, 3, 4, 4), (2, 3, 8, 8))
LARGE = InputProfile((1, 3, 16, 16), (1, 3, 16, 16), (1, 3, 16, 16))
STATIC = InputProfile((1, 3, 64, 64), (1, 3, 64, 64), (1, 3, 64, 64))
CHANGED = {'fp32': 1e-3, 'fp16': 1e-2, 'int8': 5e-2}  # share of the pixels; untrained weights


def test_an_engine_is_built_loaded_and_run(tmp_path: Path, write_conv: WriteConv) -> None:
    gpu, engine, cache = Gpu.of('cuda'), tmp_path / 'a.engine', tmp_path / 'timing.cache'
    for _ in range(2):  # the second time with the timings of the first
        build_engine(write_conv(), engine, profiles=[SMALL, LARGE], gpu=gpu, timing_cache=cache)
    assert cache.stat().st_size > 0
    runner = TensorRTRunner(load_engine(engine, gpu=gpu), gpu=gpu)
    for shape in ((1, 3, 4, 4), (2, 3, 8, 5), (1, 3, 16, 16), (1, 3, 7, 7)):
        image = torch.randn(shape, device='cuda')
        torch.testing.assert_close(runner({'input': image})['output'], 2 * image)


def test_another_stream_waits_for_the_first(tmp_path: Path, write_conv: WriteConv) -> None:
    gpu, engine = Gpu.of('cuda'), tmp_path / 'a.engine'
    build_engine(write_conv(), engine, profiles=[SMALL], gpu=gpu)
    runner = TensorRTRunner(load_engine(engine, gpu=gpu), gpu=gpu)
    images = [torch.randn(1, 3, 8, 8, device='cuda') for _ in range(20)]
    streams = [torch.cuda.Stream() for _ in range(2)]
    torch.cuda.synchronize()
    outputs = []
    for place, image in enumerate(images):
        with torch.cuda.stream(streams[place % 2]):
            outputs.append(runner({'input': image})['output'])
    torch.cuda.synchronize()
    for image, output in zip(images, outputs, strict=True):
        torch.testing.assert_close(output, 2 * image)


@pytest.mark.parametrize('precision', CHANGED)
def test_every_kind_of_model_says_what_onnx_runtime_says(
    exported: Path, tmp_path: Path, precision: str
) -> None:
    rng = np.random.default_rng(0)
    tiles = list(rng.integers(60, 200, (8, 64, 64, 3), np.uint8))
    graph = prepare_graph(
        read_graph(exported), precision=precision, shape=STATIC.fixed, calibration_tiles=tiles
    )
    source, engine = tmp_path / 'model.onnx', tmp_path / 'model.engine'
    onnx.save(graph, source)
    build_engine(source, engine, profiles=[STATIC], gpu=Gpu.of('cuda'))
    parity = compare_models(OnnxModel(source), TensorRTModel(engine), tiles)
    assert parity.changed <= CHANGED[precision]


def test_a_truncated_engine_is_refused(tmp_path: Path, write_conv: WriteConv) -> None:
    gpu, engine = Gpu.of('cuda'), tmp_path / 'a.engine'
    build_engine(write_conv(), engine, profiles=[SMALL], gpu=gpu)
    engine.write_bytes(engine.read_bytes()[:-1])
    with pytest.raises(ValueError, match='it is cut off'):
        load_engine(engine, gpu=gpu)
