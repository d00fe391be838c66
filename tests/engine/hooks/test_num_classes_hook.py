from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from mmengine.evaluator import BaseMetric, Evaluator
from mmengine.model import BaseModel
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from lanedet_mm.engine.hooks import NumClassesHook
from lanedet_mm.registry import MODELS


class Data(Dataset):
    def __init__(self, count: int | None) -> None:
        self.metainfo = {} if count is None else {'classes': tuple('abcde'[:count])}

    def __getitem__(self, index: int) -> tuple[Tensor]:
        return (torch.zeros(1),)

    def __len__(self) -> int:
        return 2


class Model(BaseModel):
    """A decode head, and a step that does not need it."""

    def __init__(self, num_classes: int | None) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(()))
        self.steps = 0
        if num_classes is not None:
            init_default_scope('lanedet_mm')
            self.decode_head = MODELS.build(
                {
                    'type': 'EfficientHead',
                    'in_channels': (4,),
                    'channels': (5,),
                    'num_classes': num_classes,
                    'loss_decode': {'type': 'DiceFocalLoss'},
                }
            )

    def forward(self, *_: Any, mode: str, **__: Any) -> Any:  # noqa: ANN401
        self.steps += 1
        return {'loss': self.weight * 1} if mode == 'loss' else [0]


class Metric(BaseMetric):
    """Scores nothing."""

    def process(self, *_: Any) -> None:  # noqa: ANN401
        self.results.append(0)

    def compute_metrics(self, results: list[Any]) -> dict[str, int]:
        return {'size': len(results)}


def runner(tmp_path: Path, model: Model, *, data: Any, val: Any = None) -> Runner:  # noqa: ANN401
    loaders = {
        'train_dataloader': DataLoader(data, batch_size=1),
        'train_cfg': {'by_epoch': False, 'max_iters': 2, 'val_interval': 1},
        'optim_wrapper': {'optimizer': {'type': 'SGD', 'lr': 0.1}},
        'test_dataloader': DataLoader(data, batch_size=1),
        'test_evaluator': Evaluator(Metric()),
        'test_cfg': {},
    }
    if val is not None:
        loaders |= {
            'val_dataloader': DataLoader(val, batch_size=1),
            'val_evaluator': Evaluator(Metric()),
            'val_cfg': {},
        }
    return Runner(
        model,
        str(tmp_path),
        experiment_name=tmp_path.name,
        custom_hooks=[NumClassesHook()],
        default_hooks={'checkpoint': None},
        **loaders,
    )


@pytest.mark.parametrize(
    ('classes', 'data'),
    [(3, Data(3)), (3, Data(None)), (None, Data(3))],
)
def test_as_many_classes_as_the_data_have_are_trained_and_tested(
    tmp_path: Path,
    classes: int | None,
    data: Any,  # noqa: ANN401
) -> None:
    ran = runner(tmp_path, Model(classes), data=data)
    ran.train()
    ran.test()
    assert ran.model.steps == 2 + len(data)


@pytest.mark.parametrize('classes', [2, 4])
def test_other_classes_stop_before_the_first_step_and_say_what_to_set(
    tmp_path: Path, classes: int
) -> None:
    model = Model(classes)
    message = (
        f'decode_head has num_classes={classes} and the Data has 3 classes '
        r'\(a, b, c\); needed is the same number\. Set model\.decode_head\.num_classes=3'
    )
    with pytest.raises(ValueError, match=message):
        runner(tmp_path, model, data=Data(3)).train()
    assert model.steps == 0


def test_validation_data_of_other_classes_stop_before_the_first_step(tmp_path: Path) -> None:
    model = Model(3)
    with pytest.raises(ValueError, match=r'num_classes=3 and the Data has 2 classes \(a, b\)'):
        runner(tmp_path, model, data=Data(3), val=Data(2)).train()
    assert model.steps == 0


def test_test_data_of_other_classes_stop_before_the_first_tile(tmp_path: Path) -> None:
    model = Model(3)
    with pytest.raises(ValueError, match=r'num_classes=3 and the Data has 2 classes \(a, b\)'):
        runner(tmp_path, model, data=Data(2)).test()
    assert model.steps == 0


def test_a_wrapped_model_is_looked_into() -> None:
    wrapped = SimpleNamespace(
        model=Model(2), train_dataloader=SimpleNamespace(dataset=Data(3)), val_loop=None
    )
    wrapped.model = torch.nn.parallel.DataParallel(wrapped.model)
    with pytest.raises(ValueError, match=r'^decode_head has num_classes=2'):
        NumClassesHook().before_train(wrapped)
