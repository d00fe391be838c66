import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tensorrt_double import TensorRTDouble
from tiny_engines import CpuGpu, StreamDouble, WriteConv

from lanedet_mm.deploy.open_model import open_model
from lanedet_mm.deploy.parity import compare_models
from lanedet_mm.deploy.tensorrt.build_engine import build_engine
from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.input_profile import InputProfile
from lanedet_mm.inference.lane_model import LaneModel
from lanedet_mm.inference.onnx_model import OnnxModel

MANY = InputProfile((2, 3, 4, 4), (2, 3, 8, 8), (3, 3, 16, 16))
DETAIL = {
    'classes': ['background', 'solid', 'dashed'],
    'palette': [[0, 0, 0], [255, 0, 0], [0, 0, 255]],
    'mean': [10, 20, 30],
    'std': [50, 100, 200],
    'to_rgb': True,
    'tile_px': 8,
    'overlap_px': 2,
    'ground_gsd_m': [0.1, 0.3],
    'output': 'logits',
}
Open = Callable[..., LaneModel]


@pytest.fixture
def open_built(
    double: TensorRTDouble,
    stream: StreamDouble,
    tmp_path: Path,
    write_conv: WriteConv,
    gpu: Gpu,
    monkeypatch: pytest.MonkeyPatch,
) -> Open:
    """Build an engine of the convolution and open it: `open_built(output='class_map')`."""
    assert double.__version__ and stream.cuda_stream
    monkeypatch.setattr(Gpu, 'of', lambda device: gpu)

    def build(profile: InputProfile = MANY, **changes: object) -> LaneModel:
        source = write_conv(metadata=json.dumps({**DETAIL, **changes}))
        build_engine(source, tmp_path / 'a.engine', profiles=[profile], gpu=gpu)
        return open_model([tmp_path / 'a.engine'])

    return build


def tiles(count: int) -> list[np.ndarray]:
    return list(np.random.default_rng(0).integers(0, 256, (count, 8, 8, 3), np.uint8))


@pytest.mark.parametrize('count', [1, 2, 3, 7])  # below, at, above the batches that it takes
@pytest.mark.parametrize('output', ['logits', 'probabilities'])
def test_it_says_what_onnx_runtime_says(
    open_built: Open, tmp_path: Path, count: int, output: str
) -> None:
    model = open_built(output=output)
    found, expected = model(tiles(count)), OnnxModel(tmp_path / 'conv.onnx')(tiles(count))
    assert found.shape == (count, 3, 8, 8)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_a_pixel_by_hand(open_built: Open) -> None:
    """BGR (40, 120, 60) is RGB (60, 120, 40): normalized (1, 1, 0.05), doubled (2, 2, 0.1)."""
    tile = np.full((4, 4, 3), (40, 120, 60), np.uint8)
    found = open_built(output='probabilities')([tile])
    np.testing.assert_allclose(found[0, :, 0, 0], [2, 2, 0.1], rtol=1e-6)


def test_it_knows_what_the_onnx_file_knew(open_built: Open) -> None:
    model = open_built()
    assert model.classes == ('background', 'solid', 'dashed')
    assert model.palette == ((0, 0, 0), (255, 0, 0), (0, 0, 255))
    assert (model.tile_px, model.fixed_size, model.has_probabilities) == (8, False, True)
    assert (model.overlap_px, model.ground_gsd_m) == (2, (0.1, 0.3))
    fixed = open_built(InputProfile((1, 3, 16, 16), (1, 3, 16, 16), (4, 3, 16, 16)))
    assert (fixed.tile_px, fixed.fixed_size) == (16, True)
    assert not open_built(output='class_map').has_probabilities


def test_sides_are_padded_as_pytorch_pads_them(open_built: Open, tmp_path: Path) -> None:
    """Windows of 5 x 3 px, which the engine would not take, are 8 x 4 to it."""
    model = open_built(size_divisor=4, output='probabilities')
    windows = [tile[:5, :3] for tile in tiles(2)]
    found = model(windows)
    assert found.shape == (2, 3, 5, 3)
    expected = OnnxModel(tmp_path / 'conv.onnx')(windows)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_a_size_that_it_does_not_take_is_refused(open_built: Open) -> None:
    with pytest.raises(ValueError, match=r'an image of 2 x 3 x 17 x 17; the engine takes 2\.\.3'):
        open_built()([np.zeros((17, 17, 3), np.uint8)])


def test_the_parity_gate_takes_it(open_built: Open, tmp_path: Path) -> None:
    model = open_built()
    parity = compare_models(OnnxModel(tmp_path / 'conv.onnx'), model, tiles(2))
    assert (parity.changed, parity.pixels) == (0, 128)


@pytest.mark.usefixtures('open_built')
def test_an_engine_without_metadata_is_refused(
    tmp_path: Path, write_conv: WriteConv, gpu: Gpu
) -> None:
    build_engine(write_conv(), tmp_path / 'a.engine', profiles=[MANY], gpu=gpu)
    with pytest.raises(ValueError, match='its ONNX file had no metadata'):
        open_model([tmp_path / 'a.engine'])


def test_what_an_engine_needs_is_said_on_opening(
    open_built: Open, tmp_path: Path, double: TensorRTDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_built()
    with monkeypatch.context() as other:
        other.setattr(double, '__version__', '10.3.0')
        with pytest.raises(ValueError, match=r'and TensorRT 10\.3\.0 is installed; '):
            open_model([tmp_path / 'a.engine'])
    with monkeypatch.context() as other:
        other.setattr(Gpu, 'of', lambda device: CpuGpu(0, 'NVIDIA L4', '8.9'))
        with pytest.raises(ValueError, match=r'and this GPU is NVIDIA L4 \(8\.9\); build it again'):
            open_model([tmp_path / 'a.engine'])
    (tmp_path / 'a.engine.json').unlink()
    with pytest.raises(FileNotFoundError, match='an engine and its sidecar go together'):
        open_model([tmp_path / 'a.engine'])
