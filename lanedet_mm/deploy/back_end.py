"""The runtime that a deploy config asks for."""

import contextlib
import dataclasses
import importlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from mmengine.config import Config
from mmengine.logging import MMLogger
from numpy.typing import NDArray

from lanedet_mm.deploy.openvino.import_openvino import import_openvino
from lanedet_mm.deploy.openvino.openvino_session import openvino_device
from lanedet_mm.deploy.tensorrt.engine_sidecar import EngineSidecar, sidecar_path
from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.import_tensorrt import import_tensorrt
from lanedet_mm.inference.onnxruntime_session import session_provider

BACK_ENDS = ('onnxruntime', 'openvino', 'tensorrt')
INSTALL_MMDEPLOY = (
    'python -m pip install --no-deps mmdeploy==1.3.1 && '
    'python -m pip install -r requirements/deploy.txt'
)


@contextlib.contextmanager
def same_logger() -> Iterator[None]:
    """mmdeploy makes its logger mmengine's current one, which a training's lines then go to."""
    before = MMLogger.get_current_instance()
    try:
        yield
    finally:
        MMLogger._instance_dict.move_to_end(before.instance_name)


@same_logger()
def read_deploy_config(path: Path | str) -> Config:
    """A deploy config, which registers our back ends by its `custom_imports`.

    Raises:
        FileNotFoundError: If it is not there.
        ImportError: If mmdeploy is not installed; says how to.
        ValueError: If it is of a back end that is not one of `BACK_ENDS`.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f'no deploy config {path}; see `ls configs/deploy`')
    try:
        importlib.import_module('mmdeploy')
    except ImportError as error:
        raise ImportError(f'mmdeploy is not installed: {INSTALL_MMDEPLOY}') from error
    config = Config.fromfile(path)
    kind = config.get('backend_config', {}).get('type')
    if kind not in BACK_ENDS:
        raise ValueError(f'{path}: the back end is {kind!r}; needed is one of {BACK_ENDS}')
    return config


def check_back_end(deploy: Config, *, device: str | None = None) -> str:
    """Whether a deploy config's back end can build and run here, said before an export of minutes.

    Args:
        deploy: The deploy config.
        device: Where it is to run; None is the GPU for TensorRT, and the CPU for the others.

    Returns:
        The device.

    Raises:
        ImportError: If the back end is not installed; says how to.
        ValueError: If the device is not there, or the back end cannot run on it.
    """
    kind = deploy.backend_config.type
    if kind == 'tensorrt':
        import_tensorrt()
        Gpu.of(device or 'cuda')
        return device or 'cuda'
    device = device or 'cpu'
    if kind == 'openvino':
        import_openvino()
        openvino_device(device)
    else:
        session_provider(device)
    return device


def requested_precision(deploy: Config) -> str:
    """'fp32', 'fp16' or 'int8', by our `backend_config.precision` or mmdeploy's flags."""
    from mmdeploy.utils import get_precision

    return str(deploy.backend_config.get('precision') or get_precision(deploy)).lower()


def build_model(
    deploy: Config,
    source: Path,
    out: Path,
    *,
    device: str,
    calibration_tiles: Sequence[NDArray[np.uint8]] = (),
    timing_folder: Path | None = None,
) -> Path:
    """The file that the back end runs.

    Args:
        deploy: The deploy config.
        source: The exported ONNX file, which may be moved.
        out: Folder of the file.
        device: Where it is to run.
        calibration_tiles: For INT8, windows of the training side in BGR, shape (H, W, 3).
        timing_folder: Where TensorRT keeps kernel timings for the next build; None is `out`.
    """
    kind = deploy.backend_config.type
    if kind != 'onnxruntime':
        from mmdeploy.backend.base import get_backend_manager

        options = {'timing_folder': timing_folder} if kind == 'tensorrt' else {}
        (file,) = get_backend_manager(kind).to_backend(
            [str(source)],
            str(out),
            deploy,
            device=device,
            calibration_tiles=calibration_tiles,
            **options,
        )
        return Path(file)
    target = out / deploy.onnx_config.save_file
    if requested_precision(deploy) == 'int8':
        from lanedet_mm.deploy.onnxruntime.int8 import quantize_file

        quantize_file(source, target, calibration_tiles)
        return target
    return Path(shutil.move(source, target))


def set_aside(file: Path) -> Path:
    """Rename a model, with what lies beside it, so that nobody takes it for a good one."""
    if file.suffix == '.engine':
        sidecar = EngineSidecar.read(file)
        source = file.with_name(sidecar.onnx_file)
        if source.is_file():
            source = source.replace(_refused(source))
            dataclasses.replace(sidecar, onnx_file=source.name).write(file)
        sidecar_path(file).replace(sidecar_path(_refused(file)))
    if file.suffix == '.xml':
        file.with_suffix('.bin').replace(_refused(file).with_suffix('.bin'))
    return file.replace(_refused(file))


def move_model(file: Path, out: Path) -> Path:
    """Put a model, with what lies beside it, into another folder of the same disk.

    The file that is opened is moved last, and the one in its place goes first: whatever stops the
    move, no two parts of different models lie there as one.
    """
    parts = []
    if file.suffix == '.engine':
        source = file.with_name(EngineSidecar.read(file).onnx_file)
        parts = [*([source] if source.is_file() else []), sidecar_path(file)]
    if file.suffix == '.xml':
        parts = [file.with_suffix('.bin')]
    target = out / file.name
    if parts:
        target.unlink(missing_ok=True)
    for part in parts:
        part.replace(out / part.name)
    return file.replace(target)


def _refused(file: Path) -> Path:
    return file.with_suffix(f'.refused{file.suffix}')
