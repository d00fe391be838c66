"""Which runtime a model file needs."""

from collections.abc import Sequence
from pathlib import Path

from lanedet_mm.inference.lane_model import LaneModel


def open_model(files: Sequence[Path | str], *, device: str = 'cpu') -> LaneModel:
    """Open a model by its files' names.

    Args:
        files: One `.onnx` file, or a config (`.py`) and a checkpoint (`.pth`).
        device: Where it runs, such as `cpu` or `cuda:0`.

    Raises:
        ValueError: If the files are neither.
        FileNotFoundError: If one of them is missing.
    """
    suffixes = [Path(file).suffix for file in files]
    # Imported here, so that only the runtime in use is needed.
    if suffixes == ['.onnx']:
        from lanedet_mm.inference.onnx_model import OnnxModel

        return OnnxModel(files[0], device=device)
    if suffixes in (['.py', '.pth'], ['.py', '.pt']):
        from lanedet_mm.inference.torch_model import TorchModel

        return TorchModel(files[0], files[1], device=device)
    raise ValueError(
        f'no model is {" ".join(map(str, files))}; needed is X.onnx, or a config (.py) and its '
        'checkpoint (.pth)'
    )
