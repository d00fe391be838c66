"""What an exported file says of itself."""

import contextlib
import json
import subprocess
from pathlib import Path
from typing import Any

import onnx
from mmengine.config import Config, ConfigDict

import lanedet_mm
from lanedet_mm.deploy.deepness_metadata import deepness_metadata
from lanedet_mm.deploy.onnx_graph import file_sha256
from lanedet_mm.engine.launch import innermost_datasets
from lanedet_mm.inference.onnx_model import METADATA_KEY
from lanedet_mm.inference.torch_model import predicting_model, read_checkpoint
from lanedet_mm.lanes import Taxonomy

USUAL_TILE_PX = 512


def model_metadata(
    config: Config, checkpoint: Path | str, *, output: str, tile_px: int
) -> dict[str, Any]:
    """What a user of the exported file has to know.

    Args:
        config: Config of a training; of a distiller's, what the student needs.
        checkpoint: Its weights.
        output: What the graph ends with, 'logits', 'probabilities' or 'class_map'.
        tile_px: Side of the windows that the graph takes, or is best at.

    Returns:
        classes, palette (RGB), mean, std, to_rgb (whether the channels are turned around from BGR),
        size_divisor (whose multiples sides are padded to, with zeros after the normalization, where
        the graph takes any), tile_px, overlap_px (what neighbouring windows should share),
        ground_gsd_m (least and greatest ground metres per pixel in training; None where the config
        does not say), output, version (of lanedet_mm), commit (None where it is not known),
        checkpoint_sha256.
    """
    dataset = innermost_datasets(config.train_dataloader.dataset)[0]  # the labelled one
    preprocessor = predicting_model(config).data_preprocessor
    gsd_m = _crop(dataset).get('ground_gsd_m')
    return {
        **_classes(checkpoint, dataset),
        'mean': list(preprocessor.mean),
        'std': list(preprocessor.std),
        'to_rgb': bool(preprocessor.get('bgr_to_rgb')),
        'size_divisor': size_divisor(config),
        'tile_px': tile_px,
        'overlap_px': tile_px // 4,
        'ground_gsd_m': list(gsd_m) if gsd_m else None,
        'output': output,
        'version': lanedet_mm.__version__,
        'commit': current_commit(),
        'checkpoint_sha256': file_sha256(checkpoint),
    }


def training_px(config: Config) -> int:
    """Side of what a network has been trained on."""
    return int(
        _crop(innermost_datasets(config.train_dataloader.dataset)[0]).get('crop_px', USUAL_TILE_PX)
    )


def size_divisor(config: Config) -> int:
    """What the sides of an image are padded to multiples of before a network tests on it."""
    test_cfg = predicting_model(config).data_preprocessor.get('test_cfg') or {}
    return int(test_cfg.get('size_divisor') or 1)


def write_metadata(model: onnx.ModelProto, metadata: dict[str, Any]) -> None:
    """Write it into a graph as JSON under `METADATA_KEY`, and what Deepness reads under its keys.

    Args:
        model: The graph, which is changed.
        metadata: As `model_metadata` gives it.
    """
    entries = {METADATA_KEY: json.dumps(metadata), **deepness_metadata(metadata)}
    onnx.helper.set_model_props(model, entries)


def current_commit() -> str | None:
    """Commit of the checkout that this package lies in, with `-dirty` where files differ from it.

    None where it has been installed without its history, or there is no git.
    """
    root = Path(lanedet_mm.__file__).parents[1]
    if not (root / '.git').exists():
        return None
    command = ['git', '-C', str(root), 'describe', '--always', '--dirty', '--abbrev=40']
    with contextlib.suppress(OSError):
        ended = subprocess.run([*command, '--exclude=*'], capture_output=True, text=True)
        return ended.stdout.strip() or None
    return None


def _crop(dataset: ConfigDict) -> dict[str, Any]:
    """The step of the pipeline that cuts what a network is trained on; empty if there is none."""
    steps = dataset.get('pipeline') or []
    return next((step for step in steps if step.type == 'RandomLaneCrop'), {})


def _classes(checkpoint: Path | str, dataset: ConfigDict) -> dict[str, Any]:
    """Names and colours: those that training wrote, or for bare weights the config's."""
    known = (read_checkpoint(checkpoint).get('meta') or {}).get('dataset_meta') or {}
    if not {'classes', 'palette'} <= set(known):
        taxonomy = Taxonomy.named(dataset.get('taxonomy', 'white'))
        known = {'classes': taxonomy.classes, 'palette': taxonomy.palette}
    return {
        'classes': list(known['classes']),
        'palette': [[int(value) for value in color] for color in known['palette']],
    }
