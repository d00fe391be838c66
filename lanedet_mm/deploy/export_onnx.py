"""A checkpoint as one ONNX file, by mmdeploy."""

import contextlib
import functools
import json
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import onnx
import torch
from mmengine.config import Config
from mmengine.logging import MMLogger
from mmengine.registry import init_default_scope

from lanedet_mm.inference.onnx_model import METADATA_KEY
from lanedet_mm.lanes import Taxonomy


def export_onnx(
    deploy_config: Path | str,
    config: Path | str,
    checkpoint: Path | str,
    out: Path | str,
) -> Path:
    """Export through mmdeploy and write what a user of the file needs into the file.

    Args:
        deploy_config: mmdeploy's deploy config.
        config: Config of the model.
        checkpoint: Its weights.
        out: Folder of the file, which the deploy config names.

    Returns:
        The ONNX file, with its metadata under `METADATA_KEY` as JSON: classes, palette, mean,
        std, to_rgb, tile_px, ground_gsd_m (range in training), output ('logits').
    """
    from mmdeploy.apis import torch2onnx  # mmdeploy is only here for export

    deploy, model = Config.fromfile(deploy_config), Config.fromfile(config)
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    metadata = model_metadata(model)
    tile = np.zeros((metadata['tile_px'], metadata['tile_px'], 3), np.uint8)
    name = deploy.onnx_config.save_file
    init_default_scope(model.get('default_scope', 'mmseg'))  # an export before left mmseg's
    with _torchscript_exporter(), _quiet():
        torch2onnx(tile, str(out), name, deploy, model, str(checkpoint), 'cpu')
    proto = onnx.load(out / name)
    entry = proto.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, json.dumps(metadata)
    onnx.checker.check_model(proto)
    onnx.save(proto, out / name)
    return out / name


def model_metadata(config: Config) -> dict[str, Any]:
    """What a user of the exported file has to know."""
    dataset = config.train_dataloader.dataset
    taxonomy = Taxonomy.named(dataset.get('taxonomy', 'white'))
    crop = next(step for step in dataset.pipeline if step.type == 'RandomLaneCrop')
    preprocessor = config.model.data_preprocessor
    return {
        'classes': list(taxonomy.classes),
        'palette': [list(color) for color in taxonomy.palette],
        'mean': list(preprocessor.mean),
        'std': list(preprocessor.std),
        'to_rgb': preprocessor.bgr_to_rgb,
        'tile_px': crop.crop_px,
        'ground_gsd_m': list(crop.ground_gsd_m) if crop.get('ground_gsd_m') else None,
        'output': 'logits',
    }


@contextlib.contextmanager
def _torchscript_exporter() -> Iterator[None]:
    """torch's newer exporter cannot follow mmdeploy's rewritten forward."""
    export = functools.partial(torch.onnx.export, dynamo=False)
    with patch('torch.onnx.export', export):
        yield


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """mmdeploy and the tracer warn of operators and branches that no model here has."""
    logger = MMLogger.get_current_instance()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            yield
    finally:
        logger.setLevel(level)
