"""A model and its input, ready to be timed."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.deploy.timing.timed_case import TimedCase
from lanedet_mm.inference.lane_model import LaneModel


@dataclass(frozen=True)
class TimedModel:
    """What a worker runs.

    Attributes:
        network: Runs the network alone on an input that has been prepared.
        whole: Runs the `LaneModel`: pixels in, probabilities out.
        load_ms: Milliseconds from the file to a model that can run; imports do not count.
        version: Name and version of the runtime.
    """

    network: Callable[[], object]
    whole: Callable[[], object]
    load_ms: float
    version: str

    @classmethod
    def open(cls, case: TimedCase) -> 'TimedModel':
        """Open a case's model in this process, with noise as its images."""
        rng = np.random.default_rng(0)
        side = case.size_px
        tiles = list(rng.integers(0, 256, (case.batch, side, side, 3), np.uint8))
        inputs = rng.standard_normal((case.batch, 3, side, side), np.float32)
        runtimes = {'onnxruntime': _onnxruntime, 'openvino': _openvino, 'tensorrt': _tensorrt}
        return runtimes.get(case.provider, _pytorch)(case, tiles, inputs)


Tiles = Sequence[NDArray[np.uint8]]
Inputs = NDArray[np.float32]


def _onnxruntime(case: TimedCase, tiles: Tiles, inputs: Inputs) -> TimedModel:
    """A session with as many threads as the case says."""
    from lanedet_mm.inference.onnx_model import OnnxModel
    from lanedet_mm.inference.onnxruntime_session import import_onnxruntime

    onnxruntime = import_onnxruntime()
    begin = time.perf_counter()
    model = OnnxModel(case.files[0], device=case.device, threads=case.threads)
    load_ms = 1e3 * (time.perf_counter() - begin)
    version = f'ONNX Runtime {onnxruntime.__version__} ({model.session.get_providers()[0]})'
    return _of_session(model, tiles, inputs, load_ms, version)


def _openvino(case: TimedCase, tiles: Tiles, inputs: Inputs) -> TimedModel:
    """An OpenVINO model with as many threads as the case says."""
    from lanedet_mm.deploy.openvino.import_openvino import import_openvino
    from lanedet_mm.deploy.openvino.openvino_model import OpenVINOModel

    openvino = import_openvino()
    begin = time.perf_counter()
    model = OpenVINOModel(case.files[0], device=case.device, threads=case.threads)
    load_ms = 1e3 * (time.perf_counter() - begin)
    return _of_session(model, tiles, inputs, load_ms, f'OpenVINO {openvino.__version__}')


def _of_session(
    model: Any,  # noqa: ANN401 - an `OnnxModel`, or one that is asked as it is
    tiles: Tiles,
    inputs: Inputs,
    load_ms: float,
    version: str,
) -> TimedModel:
    """A model that has a session."""
    _check_size(model, len(inputs), inputs.shape[2])
    feed = {model.input_name: inputs}
    return TimedModel(
        network=lambda: model.session.run(None, feed),
        whole=lambda: model(tiles),
        load_ms=load_ms,
        version=version,
    )


def _tensorrt(case: TimedCase, tiles: Tiles, inputs: Inputs) -> TimedModel:
    """An engine, whose network is timed with its input on the GPU."""
    import torch

    from lanedet_mm.deploy.tensorrt.import_tensorrt import import_tensorrt
    from lanedet_mm.deploy.tensorrt.tensorrt_model import TensorRTModel

    trt = import_tensorrt()
    begin = time.perf_counter()
    model = TensorRTModel(case.files[0], device=case.device)
    load_ms = 1e3 * (time.perf_counter() - begin)
    _check_size(model, case.batch, case.size_px)
    (name,) = model.runner.inputs
    feed = {name: torch.from_numpy(inputs).to(model.gpu.device)}

    def network() -> object:
        output = model.runner(feed)
        torch.cuda.synchronize(model.gpu.device)
        return output

    return TimedModel(network, lambda: model(tiles), load_ms, f'TensorRT {trt.__version__}')


def _pytorch(case: TimedCase, tiles: Tiles, inputs: Inputs) -> TimedModel:
    """A segmentor in PyTorch, as it is or compiled."""
    import torch

    from lanedet_mm.inference.torch_model import TorchModel

    torch.set_num_threads(case.threads)
    begin = time.perf_counter()
    model = TorchModel(*case.files, device=case.device)
    load_ms = 1e3 * (time.perf_counter() - begin)
    version = f'PyTorch {torch.__version__}'
    if case.provider == 'torch_compile':
        model.model.encode_decode = torch.compile(model.model.encode_decode)
        version += ' (torch.compile)'
    image = torch.from_numpy(inputs).to(model.device).contiguous(memory_format=torch.channels_last)
    meta = [{'img_shape': image.shape[2:], 'ori_shape': image.shape[2:]}] * case.batch

    @torch.inference_mode()
    def network() -> object:
        output = model.model.encode_decode(image, meta)
        if model.device.type == 'cuda':
            torch.cuda.synchronize(model.device)
        return output

    return TimedModel(network, lambda: model(tiles), load_ms, version)


def _check_size(model: LaneModel, batch: int, size_px: int) -> None:
    """Whether the network takes the case's input at once."""
    fixed = getattr(model, 'batch', None)
    if model.fixed_size and model.tile_px != size_px:
        raise ValueError(f'takes windows of {model.tile_px} px and no others')
    if fixed not in (None, batch):
        raise ValueError(f'takes a batch of {fixed} and no other')
