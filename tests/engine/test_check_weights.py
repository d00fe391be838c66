from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from mmengine.config import Config
from torch import Tensor, nn

from lanedet_mm.engine.check_weights import check_every_weight, check_start


def model(width: int = 4) -> nn.ModuleDict:
    backbone = nn.Sequential(nn.Conv2d(3, width, 1), nn.BatchNorm2d(width))  # 6 weights, 1 counter
    return nn.ModuleDict({'backbone': backbone, 'head': nn.Conv2d(width, 2, 1)})


@pytest.fixture
def runner(tmp_path: Path) -> SimpleNamespace:
    """A runner of the model, told to start from a file."""
    config = Config({'load_from': str(tmp_path / 'start.pth'), 'resume': False})
    return SimpleNamespace(model=model(), cfg=config)


def save(runner: SimpleNamespace, weights: dict[str, Tensor], *, key: str = 'state_dict') -> None:
    torch.save({key: weights}, runner.cfg.load_from)


def test_a_models_own_weights_fit(runner: SimpleNamespace) -> None:
    own = model().state_dict()
    for weights in (
        own,
        {f'module.{name}': one for name, one in own.items()},
        {name: one for name, one in own.items() if 'num_batches' not in name},
    ):
        save(runner, dict(weights))
        check_every_weight(runner)
        check_start(runner)


def test_every_weight_is_wanted_and_a_few_are_named(runner: SimpleNamespace) -> None:
    weights = dict(model().state_dict())
    del weights['head.bias']
    weights['teacher.weight'] = torch.ones(1)
    weights['head.weight'] = torch.ones(3, 4, 1, 1)
    save(runner, weights)
    with pytest.raises(ValueError, match=r'start\.pth does not fit .* 3 of 8 weights: ') as caught:
        check_every_weight(runner)
    for problem in (
        'missing head.bias',
        'unexpected teacher.weight',
        'head.weight has shape (3, 4, 1, 1), needed is (2, 4, 1, 1)',
    ):
        assert problem in str(caught.value)
    save(runner, {})
    with pytest.raises(ValueError, match=r'8 of 8 weights: .* and 3 more$'):
        check_every_weight(runner)


def test_a_new_head_may_start_from_noise(runner: SimpleNamespace) -> None:
    weights = {name: one for name, one in model().state_dict().items() if 'backbone' in name}
    save(runner, weights)
    check_start(runner)
    del weights['backbone.0.bias'], weights['backbone.1.weight'], weights['backbone.1.bias']
    save(runner, weights)  # half of the encoder
    check_start(runner)
    runner.cfg.resume = True
    with pytest.raises(ValueError, match='5 of 8 weights: missing backbone'):
        check_start(runner)


@pytest.mark.parametrize(
    ('weights', 'key', 'fitting'),
    [
        (model(5).state_dict(), 'state_dict', 0),
        (model()['backbone'].state_dict(), 'state_dict', 0),
        ({'head.bias': torch.ones(2)}, 'state_dict', 0),
        (model().state_dict(), 'model', 0),  # of which mmengine would load nothing
        ({'backbone.0.weight': torch.ones(4, 3, 1, 1)}, 'state_dict', 1),
    ],
)
def test_no_training_starts_from_another_models_weights(
    runner: SimpleNamespace, weights: dict[str, Tensor], key: str, fitting: int
) -> None:
    save(runner, dict(weights), key=key)
    reason = f"have {fitting} of the 6 weights of the model's backbone .*needed is half of them"
    with pytest.raises(ValueError, match=reason):
        check_start(runner)
    runner.cfg.allow_missing_weights = True
    check_start(runner)


def test_a_model_without_a_backbone_is_compared_as_a_whole(runner: SimpleNamespace) -> None:
    runner.model = nn.Linear(2, 2)
    save(runner, {'other': torch.ones(1)})
    with pytest.raises(ValueError, match="have 0 of the 2 weights of the model's modules"):
        check_start(runner)


def test_noise_needs_no_file(runner: SimpleNamespace) -> None:
    runner.cfg.load_from = None
    check_start(runner)
