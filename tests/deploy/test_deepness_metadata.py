import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from mmengine.config import Config

from lanedet_mm.deploy.deepness_metadata import deepness_metadata
from lanedet_mm.deploy.export_onnx import export_onnx
from lanedet_mm.inference.onnx_model import OnnxModel

SmallDeploy = Callable[..., Path]
METADATA: dict[str, Any] = {
    'classes': ['background', 'white_solid', 'white_dashed'],
    'mean': [51.0, 102.0, 127.5],
    'std': [25.5, 51.0, 255.0],
    'to_rgb': True,
    'tile_px': 512,
    'overlap_px': 128,
    'ground_gsd_m': [0.1, 0.3],
    'output': 'probabilities',
}


def test_keys_units_and_encoding() -> None:
    found = {key: json.loads(text) for key, text in deepness_metadata(METADATA).items()}
    assert found == {
        'model_type': 'Segmentor',
        'class_names': {'0': 'background', '1': 'white_solid', '2': 'white_dashed'},
        'resolution': 20.0,  # cm: half way between 10 and 30
        'tile_size': 512,
        'tiles_overlap': 25,  # percent
        'standardization_mean': [0.2, 0.4, 0.5],  # of pixels in [0, 1]
        'standardization_std': [0.1, 0.2, 1.0],
        'seg_thresh': 0.0,
        'seg_small_segment': 0,
    }


def test_what_does_not_work_there_says_nothing() -> None:
    assert deepness_metadata({**METADATA, 'output': 'logits'}) == {}
    assert deepness_metadata({**METADATA, 'to_rgb': False}) == {}
    assert 'resolution' not in deepness_metadata({**METADATA, 'ground_gsd_m': None})
    names = deepness_metadata({**METADATA, 'output': 'class_map'})['class_names']
    assert json.loads(names) == {'0': 'lane'}


@pytest.mark.parametrize('name', ['onnxruntime_static_probabilities.py', 'onnxruntime_static.py'])
def test_by_these_keys_alone_the_classes_are_ours(
    tmp_path: Path, config: Config, checkpoint: Path, small_deploy: SmallDeploy, name: str
) -> None:
    """What the plug-in does with a window, worked out from the keys."""
    file = export_onnx(small_deploy(name), config, checkpoint, tmp_path)
    session = onnxruntime.InferenceSession(file)
    said = session.get_modelmeta().custom_metadata_map
    side = json.loads(said['tile_size'])
    assert session.get_inputs()[0].shape == [1, 3, side, side]
    rgb = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    mean, std = (
        np.array(json.loads(said[f'standardization_{key}']), np.float32) for key in ('mean', 'std')
    )
    batch = ((np.float32(rgb / 255) - mean) / std).transpose(2, 0, 1)[None]
    (result,) = session.run(None, {'input': batch})
    result[result < json.loads(said['seg_thresh'])] = 0
    ours = OnnxModel(file)([rgb[..., ::-1]])[0].argmax(0)
    assert len(np.unique(ours)) > 1
    if result.shape[1] == 1:
        assert np.array_equal(result[0, 0] != 0, ours > 0)
    else:
        assert len(json.loads(said['class_names'])) == result.shape[1]
        assert np.array_equal(result[0].argmax(0), ours)
