import pytest
import torch
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from torch import nn

from lanedet_mm.registry import MODELS


class Segmentor(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        init_default_scope('lanedet_mm')
        arch = {'embed_dims': 8, 'num_layers': 2, 'num_heads': 2, 'feedforward_channels': 8}
        self.backbone = MODELS.build(
            {
                'type': 'ViTPyramid',
                'vit': {'arch': arch, 'img_size': 32},
                'stem_channels': (4, 4),
                'token_channels': (4, 4),
            }
        )
        self.decode_head = nn.Conv2d(4, 2, 1)


CONFIG = {
    'constructor': 'ViTLayerDecayConstructor',
    'optimizer': {'type': 'AdamW', 'lr': 1.0, 'weight_decay': 0.1},
    'paramwise_cfg': {
        'layer_decay_rate': 0.5,
        'flat_decay_mult': 0.0,
        'custom_keys': {'pos_embed': {'decay_mult': 0.0}},
    },
}


def groups(model: nn.Module) -> dict[str, dict[str, float]]:
    wrapper = build_optim_wrapper(model, CONFIG)
    names = {id(weight): name for name, weight in model.named_parameters()}
    return {
        names[id(one)]: group for group in wrapper.optimizer.param_groups for one in group['params']
    }


def test_the_deeper_the_layer_the_faster_it_learns() -> None:
    rates = {name: group['lr'] for name, group in groups(Segmentor()).items()}
    vit = 'backbone.vit.'
    assert rates[vit + 'pos_embed'] == rates[vit + 'patch_embed.projection.weight'] == 0.125
    assert rates[vit + 'layers.0.ln1.weight'] == 0.25
    assert rates[vit + 'layers.1.ffn.layers.1.weight'] == 0.5
    rest = [rate for name, rate in rates.items() if not name.startswith(vit)]
    assert rest
    assert set(rest) == {1.0}


def test_every_weight_is_in_one_group_and_decays_as_asked() -> None:
    model = Segmentor()
    found = groups(model)
    assert set(found) == {name for name, _ in model.named_parameters()}
    assert found['backbone.vit.pos_embed']['weight_decay'] == 0
    assert found['decode_head.bias']['weight_decay'] == 0
    assert found['decode_head.weight']['weight_decay'] == 0.1


def test_a_model_without_a_transformer_is_refused() -> None:
    with pytest.raises(ValueError, match=r'Linear has no backbone\.vit'):
        build_optim_wrapper(nn.Linear(2, 2), CONFIG)


def test_a_step_moves_weights_by_their_rates() -> None:
    model = Segmentor()
    wrapper = build_optim_wrapper(model, CONFIG)
    before = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    sum(one.square().sum() for one in model.backbone(torch.randn(2, 3, 32, 32))).backward()
    wrapper.step()
    moved = (model.backbone.vit.cls_token - before['backbone.vit.cls_token']).abs().max()
    # Adam's first step has the length of the rate, whatever the gradient; decay is 10 % of that.
    assert moved.item() == pytest.approx(0.125, rel=0.1)
