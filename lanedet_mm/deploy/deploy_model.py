"""From a checkpoint to a file that has been compared with PyTorch."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from mmengine.config import Config

from lanedet_mm.deploy.back_end import (
    build_model,
    check_back_end,
    read_deploy_config,
    requested_precision,
    same_logger,
    set_aside,
)
from lanedet_mm.deploy.export_onnx import export_onnx, output_kind, window_px
from lanedet_mm.deploy.open_model import open_model
from lanedet_mm.deploy.parity import Parity, compare_models
from lanedet_mm.deploy.sample_windows import SampleWindow, calibration_windows, judged_windows
from lanedet_mm.inference.lane_model import Image
from lanedet_mm.inference.torch_model import TorchModel

JUDGED_TILES = 8
CALIBRATION_TILES = 32


@dataclass(frozen=True)
class Deployment:
    """What became of a checkpoint.

    Attributes:
        file: The model; the name of a refused one says so.
        back_end: What runs it.
        device: Where.
        precision: 'fp32', 'fp16' or 'int8'.
        output: 'logits', 'probabilities' or 'class_map'.
        parity: How far it is from PyTorch.
        where: Tile, row and column where it differs first; None if nowhere.
        refused: Why it must not be used; None if it may.
    """

    file: Path
    back_end: str
    device: str
    precision: str
    output: str
    parity: Parity
    where: str | None
    refused: str | None

    def __str__(self) -> str:
        parity = self.parity
        lines = [
            f'{self.file} ({self.size_bytes / 1e6:.1f} MB, {self.back_end}, '
            f'{self.precision}, {self.output})',
            f'{parity.changed:.5%} of {parity.pixels} pixels have another class than in PyTorch'
            + (f'; most in {self.where}' if self.where else ''),
        ]
        if self.output != 'class_map':
            lines.append(f'greatest difference of a probability {parity.max_difference:.1e}')
        if parity.lane_iou is not None:
            one, other = (100 * iou for iou in parity.lane_iou)
            lines.append(f'lane IoU {one:.2f} in PyTorch, {other:.2f} here')
        if self.refused is not None:
            lines.append(f'refused: {self.refused}; the file is kept as {self.file}')
        return '\n'.join(lines)

    @property
    def size_bytes(self) -> int:
        """Of the file, and of the weights beside OpenVINO's."""
        weights = self.file.with_suffix('.bin')
        return sum(one.stat().st_size for one in (self.file, weights) if one.is_file())


@same_logger()
def deploy_model(
    deploy_config: Path | str,
    config: Config,
    checkpoint: Path | str,
    out: Path | str,
    *,
    device: str | None = None,
    images: Sequence[tuple[str, Image]] = (),
) -> Deployment:
    """Export a checkpoint, build the back end's file and compare it with PyTorch.

    Args:
        deploy_config: File of a deploy config, see configs/deploy.
        config: Config of the training.
        checkpoint: Its weights.
        out: Folder of the file.
        device: Where it is to run; None is the GPU for TensorRT, and the CPU for the others.
        images: Names and images (BGR) to compare on, which have no labels; default windows of the
            config's validation side.

    Raises:
        ImportError: If the back end is not installed; before anything else.
        ValueError: If images without labels are to judge a model of lower precision.
    """
    deploy = read_deploy_config(deploy_config)
    device = check_back_end(deploy, device=device)
    precision, size_px = requested_precision(deploy), window_px(deploy, config)
    if images and precision != 'fp32':
        raise ValueError(
            f'{precision} is judged by lane IoU, and the images have no labels; leave them out, to '
            'compare on the validation side'
        )
    reference = TorchModel(config, checkpoint)
    sample = [SampleWindow.cut(name, image, size_px=size_px) for name, image in images]
    sample = sample or judged_windows(config, JUDGED_TILES, size_px=size_px)
    calibration = _calibration(config, sample, size_px) if precision == 'int8' else []
    file = _build(deploy, config, checkpoint, Path(out), device, calibration)
    model = open_model([file], device=device)
    if not model.fixed_size:
        sample.append(_odd(sample[0]))
    truths = [one.truth for one in sample]
    parity = compare_models(reference, model, [one.image for one in sample], truths)
    refused = parity.refusal(precision)
    return Deployment(
        file=file if refused is None else set_aside(file),
        back_end=deploy.backend_config.type,
        device=device,
        precision=precision,
        output=output_kind(deploy),
        parity=parity,
        where=_where(parity, sample),
        refused=refused,
    )


def _calibration(config: Config, sample: Sequence[SampleWindow], size_px: int) -> list[Image]:
    """Windows of the training side, and of no tile that is judged on."""
    judged = {one.tile for one in sample}
    found = calibration_windows(config, CALIBRATION_TILES, size_px=size_px, without=judged)
    return [one.image for one in found]


def _build(
    deploy: Config,
    config: Config,
    checkpoint: Path | str,
    out: Path,
    device: str,
    calibration: Sequence[Image],
) -> Path:
    """The back end's file, by way of an ONNX file that nobody else sees."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as folder:
        source = export_onnx(deploy, config, checkpoint, folder)
        return build_model(deploy, source, out, device=device, calibration_tiles=calibration)


def _odd(one: SampleWindow) -> SampleWindow:
    """A side that no stride divides shows whether the file takes any size."""
    truth = None if one.truth is None else one.truth[:-3, :-5]
    image = np.ascontiguousarray(one.image[:-3, :-5])
    return SampleWindow(one.tile, one.row, one.col, image, truth)


def _where(parity: Parity, sample: Sequence[SampleWindow]) -> str | None:
    """The first pixel that differs, in the tile."""
    if parity.where is None:
        return None
    index, row, col = parity.where
    one = sample[index]
    return f'{one.tile}, first at row {one.row + row}, column {one.col + col}'
