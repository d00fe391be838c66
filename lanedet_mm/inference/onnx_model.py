"""An ONNX file as a `LaneModel`, run by ONNX Runtime; knows neither torch nor MM."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.inference.lane_model import Image, Probabilities

METADATA_KEY = 'lanedet_mm'
OUTPUTS = ('probabilities', 'logits', 'class_map')


class OnnxModel:
    """An exported segmentor that says about itself what a caller has to know.

    The file's metadata holds JSON under the key `lanedet_mm`: `classes`, `palette` (RGB),
    `output` (`probabilities`, `logits` or `class_map`), and, unless normalization is part of the
    graph, `mean`, `std` and `to_rgb`. Batch and size may be free or fixed in the graph.

    Args:
        path: ONNX file with one image input, float32 (N, 3, H, W), and one output, (N, C, H, W),
            or (N, 1, H, W) for a class map.
        device: `cpu`, or `cuda` where ONNX Runtime has been built for it.
    """

    def __init__(self, path: Path | str, *, device: str = 'cpu') -> None:
        if not Path(path).is_file():
            raise FileNotFoundError(f'no model {path}')
        self.session = _open(Path(path), device)
        detail = _metadata(self.session, path)
        self.classes: tuple[str, ...] = tuple(detail['classes'])
        self.palette = tuple((int(r), int(g), int(b)) for r, g, b in detail['palette'])
        self.output = detail['output']
        self.to_rgb = bool(detail.get('to_rgb', False))
        self.mean = _per_channel(detail.get('mean') or (0, 0, 0))
        self.scale = 1 / _per_channel(detail.get('std') or (1, 1, 1))
        image = self.session.get_inputs()[0]
        self.input_name = image.name
        batch, _, height, width = (
            side if isinstance(side, int) and side > 0 else None for side in image.shape
        )
        if height != width:
            raise ValueError(
                f'{path}: takes windows of {height} x {width} px; needed are square ones, or a '
                'size that is left free: export it again'
            )
        self.batch = batch
        self.fixed_size = height is not None
        self.tile_px: int | None = height or detail.get('tile_px')

    def __call__(self, tiles: Sequence[Image]) -> Probabilities:
        """Class probabilities of windows; see `LaneModel`."""
        images = np.stack(tiles)
        if self.to_rgb:
            images = images[..., ::-1]
        inputs = np.multiply(images - self.mean, self.scale, dtype=np.float32)
        return self._probabilities(self._run(np.ascontiguousarray(inputs.transpose(0, 3, 1, 2))))

    def _run(self, inputs: NDArray[np.float32]) -> NDArray[Any]:
        """The graph's output for any number of windows, also where its batch is fixed."""
        step = self.batch or len(inputs)
        outputs = []
        for first in range(0, len(inputs), step):
            part = inputs[first : first + step]
            missing = step - len(part)
            if missing:
                part = np.concatenate([part, np.repeat(part[-1:], missing, axis=0)])
            output = np.asarray(self.session.run(None, {self.input_name: part})[0])
            outputs.append(output[: step - missing])
        return np.concatenate(outputs)

    def _probabilities(self, output: NDArray[Any]) -> Probabilities:
        """Probabilities from whatever the graph ends with."""
        if self.output == 'class_map':
            index = output.reshape(len(output), 1, *output.shape[-2:])
            output = index == np.arange(len(self.classes))[:, None, None]
        if self.output == 'logits':
            power = np.exp(output - output.max(axis=1, keepdims=True))
            output = power / power.sum(axis=1, keepdims=True)
        return np.asarray(output, np.float32)


def _open(path: Path, device: str) -> Any:  # noqa: ANN401 - onnxruntime has no types
    """A session on the device."""
    try:
        import onnxruntime
    except ImportError as error:
        raise ImportError(
            f'{path} needs ONNX Runtime: python -m pip install onnxruntime '
            '(onnxruntime-gpu for a GPU)'
        ) from error
    kind, _, index = device.partition(':')
    providers: dict[str, Any] = {
        'cpu': 'CPUExecutionProvider',
        'cuda': ('CUDAExecutionProvider', {'device_id': index or '0'}),
    }
    if kind not in providers:
        raise ValueError(f'no device {device!r}; needed is cpu, cuda or cuda:1')
    if kind == 'cuda' and 'CUDAExecutionProvider' not in onnxruntime.get_available_providers():
        raise ValueError(
            'this ONNX Runtime has no GPU; take --device cpu, or: '
            'python -m pip install onnxruntime-gpu'
        )
    try:
        return onnxruntime.InferenceSession(str(path), providers=[providers[kind]])
    except Exception as error:  # its exceptions share no class of their own
        raise ValueError(f'{path}: ONNX Runtime does not take it ({error})') from error


def _metadata(session: Any, path: Path | str) -> dict[str, Any]:  # noqa: ANN401
    """What the file says about itself."""
    text = session.get_modelmeta().custom_metadata_map.get(METADATA_KEY)
    if text is None:
        raise ValueError(
            f'{path}: has no metadata {METADATA_KEY!r}, so its classes and normalization are not '
            'known; export the model with tools/deploy.py'
        )
    detail: dict[str, Any] = json.loads(text)
    missing = sorted({'classes', 'palette', 'output'} - set(detail))
    if missing or detail['output'] not in OUTPUTS:
        raise ValueError(
            f'{path}: metadata {METADATA_KEY!r} lacks {missing} or has an output other than '
            f'{OUTPUTS}; export the model with tools/deploy.py'
        )
    return detail


def _per_channel(values: Sequence[float]) -> NDArray[np.float32]:
    return np.asarray(values, np.float32)
