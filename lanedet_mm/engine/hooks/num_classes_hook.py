"""A model that has the classes of its data."""

from typing import Any

from mmengine.runner import Runner
from mmpretrain.engine import ClassNumCheckHook
from mmseg.models.decode_heads.decode_head import BaseDecodeHead

from lanedet_mm.engine.hooks.fixed_tiles import inner_model
from lanedet_mm.registry import HOOKS


@HOOKS.register_module()
class NumClassesHook(ClassNumCheckHook):
    """mmpretrain's check of the number of classes, for mmseg's data sets and decode heads.

    Without it a training with classes to spare runs and its predictions mean nothing, and one with
    too few stops deep in a loss. The validation data, too, are looked at before the first step.
    Data without classes, such as unlabeled tiles, and models without a decode head are let through.
    """

    priority = 'VERY_HIGH'

    def before_train(self, runner: Runner) -> None:
        """Compare the training data and, where there are some, the validation data.

        Raises:
            ValueError: If their number of classes is not the model's.
        """
        super().before_train(runner)
        if runner.val_loop is not None:
            self.before_val(runner)

    def _check_head(self, runner: Runner, dataset: Any) -> None:  # noqa: ANN401 - any of torch's
        classes = getattr(dataset, 'metainfo', {}).get('classes')
        if not classes:
            return
        for name, head in inner_model(runner).named_modules():
            if isinstance(head, BaseDecodeHead) and head.num_classes != len(classes):
                raise ValueError(
                    f'{name} has num_classes={head.num_classes} and the {type(dataset).__name__} '
                    f'has {len(classes)} classes ({", ".join(classes)}); needed is the same '
                    f'number. Set model.{name}.num_classes={len(classes)}, or the taxonomy of the '
                    'data'
                )
