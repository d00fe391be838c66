from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmseg.structures import SegDataSample
from torch import Tensor

from lanedet_mm.registry import MODELS

CONFIGS = Path(__file__).parents[2] / 'configs'


@pytest.mark.parametrize(
    'name', ['demo/ohem_premium', 'demo/student_mobilenetv2', 'peers/bisenetv2', 'peers/pidnet_s']
)
def test_a_side_that_no_stride_divides_moves_nothing(name: str) -> None:
    config = Config.fromfile(CONFIGS / f'{name}.py')
    init_default_scope('lanedet_mm')
    torch.manual_seed(0)
    model = MODELS.build(config.model).eval()

    def logits(image: Tensor) -> Tensor:
        size_hw = tuple(image.shape[1:])
        sample = SegDataSample(metainfo={'img_shape': size_hw, 'ori_shape': size_hw})
        with torch.no_grad():
            (result,) = model.test_step({'inputs': [image], 'data_samples': [sample]})
        return result.seg_logits.data

    # The mean colour is what padding looks like to the network.
    mean = torch.tensor(config.model.data_preprocessor.mean).flip(0).view(3, 1, 1)
    image = torch.rand(3, 93, 122) * 255
    whole = mean.repeat(1, 96, 128)
    whole[:, :93, :122] = image
    odd = logits(image)
    assert odd.shape == (3, 93, 122)
    torch.testing.assert_close(odd, logits(whole)[:, :93, :122], rtol=0, atol=1e-4)
