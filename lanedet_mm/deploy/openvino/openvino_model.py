"""OpenVINO's files or an ONNX file as a `LaneModel`, run by OpenVINO."""

from pathlib import Path

from lanedet_mm.deploy.openvino.openvino_session import OpenVINOSession
from lanedet_mm.inference.onnx_model import OnnxModel


class OpenVINOModel(OnnxModel):
    """An `OnnxModel` that another runtime runs.

    Args:
        path: `.xml` file with its `.bin` beside it, or an ONNX file, of one image input and with
            metadata, as tools/deploy.py writes them.
        device: `cpu`, or another one of OpenVINO's, such as `gpu` for Intel's.
        threads: How many; None takes all cores.
        precision: See `OpenVINOSession`.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        device: str = 'cpu',
        threads: int | None = None,
        precision: str | None = None,
    ) -> None:
        session = OpenVINOSession(path, device=device, threads=threads, precision=precision)
        self._use(session, path)
