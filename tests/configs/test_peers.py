"""The peers have the weights of mmseg's own configs, but for the classes."""

from pathlib import Path

import mmseg
import pytest
from mmengine.config import Config, ConfigDict
from mmengine.registry import init_default_scope

from lanedet_mm.registry import MODELS

CONFIGS = Path(__file__).parents[2] / 'configs' / 'peers'
THEIRS = {
    'bisenetv2': '_base_/models/bisenetv2.py',
    'ddrnet_23_slim': 'ddrnet/ddrnet_23-slim_in1k-pre_2xb6-120k_cityscapes-1024x1024.py',
    'pidnet_s': 'pidnet/pidnet-s_2xb6-120k_1024x1024-cityscapes.py',
    'segformer_b0': '_base_/models/segformer_mit-b0.py',
}


def shapes(model: ConfigDict) -> dict[str, tuple[int, ...]]:
    """Of all weights, with three classes and no class weights."""
    for head in (model.decode_head, *model.get('auxiliary_head', [])):
        losses = head.loss_decode if isinstance(head.loss_decode, list) else [head.loss_decode]
        head.num_classes = 3
        for loss in losses:
            loss.pop('class_weight', None)
    return {name: tuple(one.shape) for name, one in MODELS.build(model).state_dict().items()}


@pytest.mark.parametrize('name', sorted(path.stem for path in CONFIGS.glob('*.py')))
def test_weights_are_those_of_mmseg(name: str) -> None:
    init_default_scope('lanedet_mm')
    theirs = Path(str(mmseg.__file__)).parent / '.mim' / 'configs' / THEIRS[name]
    ours = Config.fromfile(CONFIGS / f'{name}.py').model
    assert shapes(ours) == shapes(Config.fromfile(theirs).model)
