"""An engine from its file, refused where its sidecar says that it cannot run here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lanedet_mm.deploy.tensorrt.engine_sidecar import REBUILD, EngineSidecar
from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.import_tensorrt import import_tensorrt

if TYPE_CHECKING:
    import tensorrt as trt


@dataclass(frozen=True)
class LoadedEngine:
    """An engine with what it needs.

    Attributes:
        engine: TensorRT's engine.
        runtime: TensorRT's runtime, which has to live as long.
        sidecar: What was checked.
    """

    engine: trt.ICudaEngine
    runtime: trt.Runtime
    sidecar: EngineSidecar


def load_engine(path: Path | str, *, gpu: Gpu, onnx: Path | str | None = None) -> LoadedEngine:
    """Check an engine against its sidecar and load it.

    Args:
        path: The engine file.
        gpu: Where it is to run.
        onnx: The ONNX file that it has to be of; where None, the file that its sidecar names, if
            that lies beside it.

    Raises:
        ImportError: If TensorRT 10 or 11 is not installed.
        FileNotFoundError: If engine or sidecar is missing.
        ValueError: If it is cut off, or of another GPU, TensorRT or ONNX file.
    """
    trt = import_tensorrt()
    sidecar = EngineSidecar.read(path)
    if onnx is None:
        beside = Path(path).parent / sidecar.onnx_file
        onnx = beside if beside.is_file() else None
    sidecar.check(path, tensorrt=trt.__version__, gpu=gpu, onnx=onnx)
    with gpu.active():
        runtime = trt.Runtime(trt.Logger(trt.Logger.WARNING))
        engine = runtime.deserialize_cuda_engine(Path(path).read_bytes())
    if engine is None:
        raise ValueError(
            f'{path}: TensorRT does not take it (its reasons are printed above); {REBUILD}'
        )
    return LoadedEngine(engine, runtime, sidecar)
