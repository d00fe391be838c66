"""An ONNX file as a `LaneModel`, run by ONNX Runtime; knows neither torch nor MM."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.inference.lane_model import Image, Probabilities
from lanedet_mm.inference.onnxruntime_session import open_session

METADATA_KEY = 'lanedet_mm'
OUTPUTS = ('probabilities', 'logits', 'class_map')


class OnnxModel:
    """An exported segmentor that says about itself what a caller has to know.

    The file's metadata holds JSON under the key `lanedet_mm`: `classes`, `palette` (RGB),
    `output` (`probabilities`, `logits` or `class_map`), and, unless normalization is part of the
    graph, `mean`, `std` and `to_rgb`. Batch and size may be free or fixed in the graph. Where the
    size is free, sides are padded to multiples of `size_divisor`, as training's config pads them,
    and what was padded is cut off again.

    Args:
        path: ONNX file with one image input, float32 (N, 3, H, W), and one output, (N, C, H, W),
            or (N, 1, H, W) for a class map.
        device: `cpu`, or `cuda` where ONNX Runtime has been built for it.
        threads: How many; None takes all cores.
    """

    def __init__(
        self, path: Path | str, *, device: str = 'cpu', threads: int | None = None
    ) -> None:
        if not Path(path).is_file():
            raise FileNotFoundError(f'no model {path}')
        self._use(open_session(Path(path), device=device, threads=threads), path)

    def _use(self, session: Any, path: Path | str) -> None:  # noqa: ANN401
        """Take a session, of whichever runtime, and what its file says of itself."""
        self.session = session
        detail = _metadata(session, path)
        self.classes: tuple[str, ...] = tuple(detail['classes'])
        self.palette = tuple((int(r), int(g), int(b)) for r, g, b in detail['palette'])
        self.output = detail['output']
        self.has_probabilities = self.output != 'class_map'
        self.to_rgb = bool(detail.get('to_rgb', False))
        self.mean = _per_channel(detail.get('mean') or (0, 0, 0))
        self.scale = 1 / _per_channel(detail.get('std') or (1, 1, 1))
        self.overlap_px: int | None = detail.get('overlap_px')
        gsd_m = detail.get('ground_gsd_m')
        self.ground_gsd_m = (float(gsd_m[0]), float(gsd_m[1])) if gsd_m else None
        self.input_name, (batch, height, width) = _image_input(self.session, path)
        _check_output(self.session, path, 1 if self.output == 'class_map' else len(self.classes))
        if height != width:
            raise ValueError(
                f'{path}: takes windows of {height} x {width} px; needed are square ones, or a '
                'size that is left free: export it again'
            )
        # A graph of one size takes what it takes.
        self.size_divisor = 1 if height is not None else int(detail.get('size_divisor', 1))
        self.batch = batch
        self.fixed_size = height is not None
        self.tile_px: int | None = height or detail.get('tile_px')

    def __call__(self, tiles: Sequence[Image]) -> Probabilities:
        """Class probabilities of windows; see `LaneModel`."""
        images = np.stack(tiles)
        self._check_images(images)
        height, width = images.shape[1:3]
        output = self._run(self._normalized(images))
        return self._probabilities(output[..., :height, :width])

    def _normalized(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What the graph takes, shape (N, 3, H, W); plane by plane it is nine times as fast."""
        height, width = images.shape[1:3]
        sides = (-(-side // self.size_divisor) * self.size_divisor for side in (height, width))
        inputs = np.zeros((len(images), 3, *sides), np.float32)
        for index in range(3):
            plane = inputs[:, index, :height, :width]
            channel = 2 - index if self.to_rgb else index
            np.subtract(images[..., channel], self.mean[index], out=plane)
            plane *= self.scale[index]
        return inputs

    def _check_images(self, images: NDArray[np.uint8]) -> None:
        """Refuse what the graph would refuse with less to say."""
        if images.ndim != 4 or images.shape[3] != 3 or images.dtype != np.uint8:
            raise ValueError(
                f'windows of shape {images.shape[1:]}, {images.dtype}; needed is BGR, (H, W, 3), '
                'uint8: drop or add channels'
            )
        if self.fixed_size and images.shape[1:3] != (self.tile_px, self.tile_px):
            raise ValueError(
                f'windows of {images.shape[1]} x {images.shape[2]} px; the model takes '
                f'{self.tile_px} x {self.tile_px} px and no others: cut such windows, or export it '
                'with a free size (configs/deploy/onnxruntime_dynamic.py), unless it is a ViT'
            )

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


def _image_input(
    session: Any,  # noqa: ANN401
    path: Path | str,
) -> tuple[str, tuple[int | None, int | None, int | None]]:
    """Name of the graph's only input, and its batch, height and width, None where they are free."""
    inputs = session.get_inputs()
    image = inputs[0]
    sides = [side if isinstance(side, int) and side > 0 else None for side in image.shape]
    fits = len(sides) == 4 and sides[1] in (3, None)
    if len(inputs) != 1 or image.type != 'tensor(float)' or not fits:
        found = [f'{one.name}: {one.type} {one.shape}' for one in inputs]
        raise ValueError(
            f'{path}: takes {found}; needed is one image, tensor(float) (N, 3, H, W): export the '
            'model with tools/deploy.py'
        )
    return image.name, (sides[0], sides[2], sides[3])


def _check_output(session: Any, path: Path | str, channels: int) -> None:  # noqa: ANN401
    """Refuse a graph that does not end with as many channels as its metadata says."""
    shape = session.get_outputs()[0].shape
    if len(shape) != 4 or (isinstance(shape[1], int) and shape[1] != channels):
        raise ValueError(
            f'{path}: gives {shape}; by its metadata needed is (N, {channels}, H, W): export the '
            'model with tools/deploy.py'
        )


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
