"""Which runtime a model file needs."""

from collections.abc import Sequence
from pathlib import Path

from lanedet_mm.inference.lane_model import LaneModel

NEEDED = 'X.onnx, X.engine, X.xml, or a config (.py) and its checkpoint (.pth)'


def open_model(files: Sequence[Path | str], *, device: str | None = None) -> LaneModel:
    """Open a model by its files' names.

    Args:
        files: One file of ONNX (`.onnx`), TensorRT (`.engine`, its sidecar beside it) or OpenVINO
            (`.xml`, its `.bin` beside it), or a config (`.py`) and a checkpoint (`.pth`).
        device: Where it runs, such as `cpu` or `cuda:0`; None is the GPU for an engine, which runs
            nowhere else, for a checkpoint what training takes, a GPU where there is one, and else
            the CPU.

    Raises:
        ValueError: If the files are none of these, broken, or do not run here.
        FileNotFoundError: If one of them is missing.
        ImportError: If their runtime is not installed; says how to.
    """
    suffixes = [Path(file).suffix for file in files]
    # Imported here, so that only the runtime in use is needed.
    if suffixes in (['.py', '.pth'], ['.py', '.pt']):
        from mmengine.device import get_device

        from lanedet_mm.inference.torch_model import TorchModel

        return TorchModel(files[0], files[1], device=device or get_device())
    if len(files) != 1 or suffixes[0] not in ('.onnx', '.engine', '.xml'):
        raise ValueError(f'no model is {" ".join(map(str, files))}; needed is {NEEDED}')
    if not Path(files[0]).is_file():
        raise FileNotFoundError(f'no model {files[0]}')
    if suffixes == ['.engine']:
        from lanedet_mm.deploy.tensorrt.tensorrt_model import TensorRTModel

        return TensorRTModel(files[0], device=device or 'cuda')
    if suffixes == ['.xml']:
        from lanedet_mm.deploy.openvino.openvino_model import OpenVINOModel

        return OpenVINOModel(files[0], device=device or 'cpu')
    from lanedet_mm.inference.onnx_model import OnnxModel

    return OnnxModel(files[0], device=device or 'cpu')
