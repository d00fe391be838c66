"""An engine as a `LaneModel`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.load_engine import load_engine
from lanedet_mm.deploy.tensorrt.tensorrt_runner import TensorRTRunner
from lanedet_mm.inference.lane_model import Image, Probabilities


class TensorRTModel:
    """An engine that says about itself what its ONNX file said.

    Images are normalized and logits made probabilities on the GPU; only pixels go there and
    probabilities come back.

    Args:
        path: Engine with its sidecar.
        device: `cuda` or `cuda:1`.
    """

    def __init__(self, path: Path | str, *, device: str = 'cuda') -> None:
        self.gpu = Gpu.of(device)
        loaded = load_engine(path, gpu=self.gpu)
        detail = loaded.sidecar.model
        if detail is None:
            raise ValueError(
                f'{path}: its ONNX file had no metadata, so its classes and normalization are not '
                'known; export the model with tools/deploy.py'
            )
        self.runner = TensorRTRunner(loaded, gpu=self.gpu)
        self.classes: tuple[str, ...] = tuple(detail['classes'])
        self.palette = tuple((int(r), int(g), int(b)) for r, g, b in detail['palette'])
        self.output = detail['output']
        self.has_probabilities = self.output != 'class_map'
        self.to_rgb = bool(detail.get('to_rgb'))
        self.mean = self._per_channel(detail.get('mean') or (0, 0, 0))
        self.std = self._per_channel(detail.get('std') or (1, 1, 1))
        self.size_divisor = int(detail.get('size_divisor', 1))
        self.overlap_px: int | None = detail.get('overlap_px')
        gsd_m = detail.get('ground_gsd_m')
        self.ground_gsd_m = (float(gsd_m[0]), float(gsd_m[1])) if gsd_m else None
        profiles = loaded.sidecar.profiles
        self.batches = sorted(profile.largest[0] for profile in profiles)
        sides = {one.smallest[2:] for one in profiles} | {one.largest[2:] for one in profiles}
        self.fixed_size = len(sides) == 1
        self.tile_px: int | None = next(iter(sides))[0] if self.fixed_size else detail['tile_px']

    @torch.inference_mode()
    def __call__(self, tiles: Sequence[Image]) -> Probabilities:
        """Class probabilities of windows; see `LaneModel`."""
        most = self.batches[-1]
        parts = [self._run(tiles[first : first + most]) for first in range(0, len(tiles), most)]
        return np.concatenate(parts)

    def _run(self, tiles: Sequence[Image]) -> Probabilities:
        """As many windows as the engine takes at once."""
        least = min(profile.smallest[0] for profile in self.runner.profiles)
        missing = max(0, least - len(tiles))
        images = np.stack([*tiles, *[tiles[-1]] * missing])
        pixels = torch.from_numpy(images).to(self.gpu.device).permute(0, 3, 1, 2)
        if self.to_rgb:
            pixels = pixels.flip(1)
        height, width = images.shape[1:3]
        # Right and below, as training's config pads what it tests on.
        edges = (0, -width % self.size_divisor, 0, -height % self.size_divisor)
        name = next(iter(self.runner.inputs))
        padded = F.pad((pixels - self.mean) / self.std, edges)
        output = next(iter(self.runner({name: padded}).values()))[..., :height, :width]
        return self._probabilities(output)[: len(tiles)].float().cpu().numpy()

    def _probabilities(self, output: Tensor) -> Tensor:
        """Probabilities from whatever the engine ends with, shape (N, C, H, W)."""
        if self.output == 'class_map':
            index = output.reshape(len(output), 1, *output.shape[-2:])
            return index == torch.arange(len(self.classes), device=index.device)[:, None, None]
        return output.softmax(dim=1) if self.output == 'logits' else output

    def _per_channel(self, values: Sequence[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float32, device=self.gpu.device)[:, None, None]
