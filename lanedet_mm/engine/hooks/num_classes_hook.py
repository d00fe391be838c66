"""A model that has the classes of its data."""

from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner
from mmseg.models.decode_heads.decode_head import BaseDecodeHead

from lanedet_mm.engine.hooks.fixed_tiles import inner_model
from lanedet_mm.registry import HOOKS


@HOOKS.register_module()
class NumClassesHook(Hook):
    """Stop before the first step or test if a decode head has other classes than the data.

    Without it a training with classes to spare runs and its predictions mean nothing, and one with
    too few stops deep in a loss. Data without classes, such as unlabeled tiles, and models without
    a decode head are not looked at.
    """

    priority = 'VERY_HIGH'

    def before_train(self, runner: Runner) -> None:
        """Compare the training data and, where there are some, the validation data.

        Raises:
            ValueError: If their number of classes is not the model's.
        """
        _check(runner, 'train_dataloader', runner.train_dataloader)
        if runner.val_loop is not None:
            _check(runner, 'val_dataloader', runner.val_loop.dataloader)

    def before_test(self, runner: Runner) -> None:
        """Compare the test data.

        Raises:
            ValueError: If their number of classes is not the model's.
        """
        _check(runner, 'test_dataloader', runner.test_loop.dataloader)


def _check(runner: Runner, name: str, dataloader: Any) -> None:  # noqa: ANN401 - any of torch's
    classes = getattr(dataloader.dataset, 'metainfo', {}).get('classes')
    if not classes:
        return
    for head_name, head in inner_model(runner).named_modules():
        if isinstance(head, BaseDecodeHead) and head.num_classes != len(classes):
            raise ValueError(
                f'{head_name} has num_classes={head.num_classes} and the data of {name} have '
                f'{len(classes)} classes ({", ".join(classes)}); needed is the same number. Set '
                f'model.{head_name}.num_classes={len(classes)}, or the taxonomy of the data'
            )
