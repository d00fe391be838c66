"""A network that OpenVINO runs, asked as one of ONNX Runtime is asked."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.deploy.openvino.import_openvino import import_openvino
from lanedet_mm.deploy.openvino.shared_core import shared_core
from lanedet_mm.inference.onnx_model import METADATA_KEY

METADATA_PATH = ['framework', METADATA_KEY]  # where OpenVINO keeps ONNX's metadata
PRECISION_PATH = [METADATA_KEY, 'precision']
PRECISIONS = ('fp32', 'fp16', 'int8')
TYPES = {'f32': 'tensor(float)', 'i64': 'tensor(int64)', 'i32': 'tensor(int32)'}


class OpenVINOSession:
    """The part of `onnxruntime.InferenceSession` that a `LaneModel` needs.

    Args:
        path: OpenVINO's `.xml` file with its `.bin` beside it, or an ONNX file.
        device: `cpu`, or another one of OpenVINO's, such as `gpu` for Intel's.
        threads: How many; None takes all cores.
        precision: 'fp32', 'int8' (which is in the graph), or 'fp16', which is half precision of
            the kind that the device is fast in, bfloat16 on newer CPUs; None takes the file's
            word, and FP32 where it has none.

    Raises:
        ImportError: If OpenVINO is not installed.
        FileNotFoundError: If one of the files is missing.
        ValueError: If OpenVINO does not take them, or has no such device.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        device: str = 'cpu',
        threads: int | None = None,
        precision: str | None = None,
    ) -> None:
        openvino = import_openvino()
        _check_files(Path(path))
        core, name = shared_core(), openvino_device(device)
        try:
            # `read_model` takes ONNX too, but makes of its Q/DQ nodes what changes 8 % of a U-Net's
            # classes (OpenVINO 2026.4).
            read = core.read_model if Path(path).suffix == '.xml' else openvino.convert_model
            model = read(str(path))
            self.metadata = _said(model, METADATA_PATH)
            self.precision = precision or _said(model, PRECISION_PATH) or 'fp32'
            self.compiled = core.compile_model(model, name, _settings(threads, self.precision))
        except Exception as error:  # its exceptions share no class of their own
            raise ValueError(
                f'{path}: OpenVINO does not take it ({_reason(error)}); copy it again if it is cut '
                'off, else export it again (tools/deploy.py)'
            ) from error

    def get_modelmeta(self) -> SimpleNamespace:
        """What the file says of itself."""
        known = {} if self.metadata is None else {METADATA_KEY: self.metadata}
        return SimpleNamespace(custom_metadata_map=known)

    def get_inputs(self) -> list[SimpleNamespace]:
        """Names, types and shapes, free sides as None."""
        return [_described(port) for port in self.compiled.inputs]

    def get_outputs(self) -> list[SimpleNamespace]:
        """Names, types and shapes, free sides as None."""
        return [_described(port) for port in self.compiled.outputs]

    def run(self, names: None, inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """All outputs, in the order of the graph."""
        outputs = self.compiled(dict(inputs), share_inputs=True)
        return [np.asarray(outputs[port]) for port in self.compiled.outputs]


def openvino_device(device: str) -> str:
    """What OpenVINO calls a device.

    Raises:
        ImportError: If OpenVINO is not installed.
        ValueError: If it has no such device.
    """
    name = device.upper().replace(':', '.')
    if name != 'CPU' and name not in shared_core().available_devices:
        raise ValueError(
            f'no device {device!r}; OpenVINO has {shared_core().available_devices} here: take cpu'
        )
    return name


def _check_files(path: Path) -> None:
    """OpenVINO takes a file without weights for one that has none."""
    if not path.is_file():
        raise FileNotFoundError(f'no model {path}')
    weights = path.with_suffix('.bin')
    if path.suffix == '.xml' and not weights.is_file():
        raise FileNotFoundError(
            f'no weights {weights}; {path.name} and {weights.name} go together: copy both'
        )


def _settings(threads: int | None, precision: str) -> dict[str, Any]:
    """OpenVINO's options: one image as soon as possible, not many at a time."""
    if precision not in PRECISIONS:
        raise ValueError(f'precision {precision!r}; needed is one of {PRECISIONS}')
    settings: dict[str, Any] = {'PERFORMANCE_HINT': 'LATENCY'}
    if precision != 'fp16':
        # Without it, a CPU that knows bfloat16 rounds all to 8 bits.
        settings['INFERENCE_PRECISION_HINT'] = 'f32'
    if threads is not None:
        settings['INFERENCE_NUM_THREADS'] = threads
    return settings


def _said(model: Any, path: list[str]) -> str | None:  # noqa: ANN401
    """A text that the file holds."""
    return str(model.get_rt_info(path).value) if model.has_rt_info(path) else None


def _described(port: Any) -> SimpleNamespace:  # noqa: ANN401
    """An input or output as ONNX Runtime describes it."""
    kind = port.get_element_type().get_type_name()
    shape = [None if side.is_dynamic else side.get_length() for side in port.partial_shape]
    return SimpleNamespace(name=port.any_name, type=TYPES.get(kind, kind), shape=shape)


def _reason(error: Exception) -> str:
    """The line of OpenVINO's many that says something."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith(('Exception from', 'Check '))]
    return (telling or lines or ['no reason given'])[-1][:200]
