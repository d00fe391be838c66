"""From a checkpoint to a file that has been compared with PyTorch."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config

from lanedet_mm.deploy.back_end import (
    build_model,
    check_back_end,
    move_model,
    read_deploy_config,
    requested_precision,
    same_logger,
    set_aside,
)
from lanedet_mm.deploy.check_model import check_model, compared_sizes
from lanedet_mm.deploy.export_onnx import export_onnx, output_kind
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

    The file comes into its folder when it has been compared: whatever stops that leaves the one
    that was there before.

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
        ValueError: If the device is not there, the deploy config does not suit the model, or images
            without labels are to judge a model of lower precision.
    """
    deploy = read_deploy_config(deploy_config)
    device = check_back_end(deploy, device=device)
    check_model(deploy, config)
    precision, (usual, *others) = requested_precision(deploy), compared_sizes(deploy, config)
    if images and precision != 'fp32':
        raise ValueError(
            f'{precision} is judged by lane IoU, and the images have no labels; leave them out, to '
            'compare on the validation side'
        )
    reference = TorchModel(config, checkpoint)
    size_px = usual[0]
    sample = [SampleWindow.cut(name, image, size_px=size_px) for name, image in images]
    sample = sample or judged_windows(config, JUDGED_TILES, size_px=size_px)
    calibration = _calibration(config, sample, size_px) if precision == 'int8' else []
    sample.extend(sample[0].resized(size_hw) for size_hw in others)
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix='unchecked_') as folder:
        source = export_onnx(deploy, config, checkpoint, Path(folder) / 'export')
        file = build_model(
            deploy,
            source,
            Path(folder),
            device=device,
            calibration_tiles=calibration,
            timing_folder=out,
        )
        parity = _compare(reference, file, device, sample)
        refused = parity.refusal(precision)
        file = move_model(file if refused is None else set_aside(file), out)
    return Deployment(
        file=file,
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


def _compare(
    reference: TorchModel, file: Path, device: str, sample: Sequence[SampleWindow]
) -> Parity:
    """Open the file and run it beside PyTorch; it is closed when that is done."""
    model = open_model([file], device=device)
    images, truths = [one.image for one in sample], [one.truth for one in sample]
    return compare_models(reference, model, images, truths)


def _where(parity: Parity, sample: Sequence[SampleWindow]) -> str | None:
    """The first pixel that differs, in the tile."""
    if parity.where is None:
        return None
    index, row, col = parity.where
    one = sample[index]
    return f'{one.tile}, first at row {one.row + row}, column {one.col + col}'
