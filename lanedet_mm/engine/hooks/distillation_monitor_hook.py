"""How near a student is to its teacher."""

import logging
import math
from dataclasses import dataclass
from typing import Any

import torch
from mmengine.dist import master_only
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner
from torch import Tensor

from lanedet_mm.engine.hooks.fixed_tiles import inner_model
from lanedet_mm.models.distillers import SegmentorDistiller
from lanedet_mm.registry import HOOKS

_TEACHER = 'kd_teacher'


@HOOKS.register_module()
class DistillationMonitorHook(Hook):
    """Write how much of its teacher a student has, in training and at each validation.

    Of the pixels of a batch that count: `train/kd_correlation`, of all logits less their mean over
    the classes, which no softmax sees; `train/kd_agreement`, the share with the same class; both
    also as `..._lane`, of lane pixels alone: by the label, in an unlabeled sample by the teacher.
    `train/kd_gradient_ratio` is how loud the teacher is: the norm of the gradient of its losses
    over that of the labels', pseudo-labels among them, at the features that the student's logits
    are read from; where all it gives are pseudo-labels there is none. In between nothing is kept
    or computed; of several GPUs the first one's batch counts.

    At each validation `val/retention`: the student's score over the teacher's. The teacher is
    scored once, after the first validation, by the same loop's data and evaluator; checkpoints that
    are saved thereafter hold its score.

    Args:
        interval: Iterations between two measurements.
        score: Key of the evaluator's result that retention is of; higher is better.
    """

    def __init__(self, *, interval: int = 50, score: str = 'lane_iou') -> None:
        if interval < 1:
            raise ValueError(f'interval is {interval}; needed is 1 or more')
        self.interval = interval
        self.score = score
        self._model: SegmentorDistiller | None = None
        self._heard: LogitPair | None = None

    def before_train(self, runner: Runner) -> None:
        """Find the distiller.

        Raises:
            ValueError: If there is none, or if its teacher was trained on other classes.
        """
        model = inner_model(runner)
        if not isinstance(model, SegmentorDistiller):
            raise ValueError(
                f'the model is a {type(model).__name__}; needed is a SegmentorDistiller: use one, '
                "or take DistillationMonitorHook out of the config's custom_hooks"
            )
        if not model.has_teacher:
            print_log('alpha is 0: nothing of a teacher to watch', 'current')
            return
        ours = (getattr(runner.train_dataloader.dataset, 'metainfo', None) or {}).get('classes')
        theirs = model.teacher.classes
        if ours is not None and theirs is not None and tuple(ours) != theirs:
            raise ValueError(
                f'the teacher was trained on the classes {theirs}, the training data have '
                f'{tuple(ours)}; needed are the same in the same order: set the taxonomy of one '
                'to that of the other'
            )
        self._model = model

    @master_only
    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: dict[str, Any] | None = None
    ) -> None:
        """When due, listen."""
        if self._model is not None and self.every_n_train_iters(runner, self.interval):
            self._model.listener = self._keep

    @master_only
    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict[str, Any] | None = None,
        outputs: dict[str, Any] | None = None,
    ) -> None:
        """Stop listening; write what was heard."""
        heard, self._heard = self._heard, None
        if self._model is None or heard is None:
            return
        self._model.listener = None
        ratio = self._model.gradient_ratio
        for name, value in heard.measures().items():
            runner.message_hub.update_scalar(f'train/kd_{name}', value)
        if ratio is not None and math.isfinite(ratio):  # a batch without labels has none
            runner.message_hub.update_scalar('train/kd_gradient_ratio', float(ratio))

    def after_val_epoch(self, runner: Runner, metrics: dict[str, float] | None = None) -> None:
        """Write the share of the teacher's score.

        Raises:
            ValueError: If the evaluator gives no such score.
        """
        if self._model is None:
            return
        if self.score not in (metrics or {}):
            raise ValueError(
                f'validation gives {sorted(metrics or {})}; needed is {self.score!r}: set score of '
                'DistillationMonitorHook'
            )
        teacher, student = self._teacher_score(runner, self._model), (metrics or {})[self.score]
        if teacher > 0 and not math.isnan(student):
            runner.message_hub.update_scalar('val/retention', student / teacher)
        else:
            print_log(
                f"no retention: the teacher's {self.score} is {teacher}, the student's {student}",
                'current',
                logging.WARNING,
            )

    def _keep(self, student: Tensor, teacher: Tensor, valid: Tensor, label: Tensor) -> None:
        if self._heard is None:
            self._heard = LogitPair(student, teacher, valid, label)

    def _teacher_score(self, runner: Runner, model: SegmentorDistiller) -> float:
        """From the message hub, which checkpoints hold, or by a run over the validation side."""
        said = {'checkpoint': model.teacher.path, 'of': self.score}
        known = runner.message_hub.get_info(_TEACHER) or {}
        if {**known, **said} == known:
            return float(known['score'])
        print_log(f'scoring the teacher, {model.teacher.path}, once', 'current')
        loop = runner.val_loop
        for batch in loop.dataloader:
            outputs = model.teacher.val_step(batch)
            loop.evaluator.process(data_samples=outputs, data_batch=batch)
        score = float(loop.evaluator.evaluate(len(loop.dataloader.dataset))[self.score])
        runner.message_hub.update_info(_TEACHER, {**said, 'score': score})
        return score


@dataclass(frozen=True)
class LogitPair:
    """What a distiller compares: logits (N, C, H, W), valid pixels and labels (N, H, W)."""

    student: Tensor
    teacher: Tensor
    valid: Tensor
    label: Tensor

    @torch.no_grad()
    def measures(self) -> dict[str, float]:
        """What is written; nothing of what would be 0 / 0."""
        classes = self.teacher.shape[1]
        known = (self.label >= 0) & (self.label < classes)  # not what is ignored
        is_lane = self.label.where(known, self.teacher.argmax(dim=1)) > 0
        regions = {'': self.valid, '_lane': self.valid & is_lane}
        same = self.student.argmax(dim=1) == self.teacher.argmax(dim=1)
        found = [
            torch.stack([region.sum(), (same & region).sum(), self._correlation(region)])
            for region in regions.values()
        ]
        measures = {}
        for name, (count, agreeing, correlation) in zip(
            regions, torch.stack(found).tolist(), strict=True
        ):
            if count:
                measures[f'agreement{name}'] = agreeing / count
                measures[f'correlation{name}'] = correlation
        return {name: value for name, value in measures.items() if math.isfinite(value)}

    def _correlation(self, region: Tensor) -> Tensor:
        """Pearson's, of float64 logits in a region; not finite where one of them is constant."""
        inside = region.unsqueeze(1)
        count = region.sum() * self.teacher.shape[1]
        ours, theirs = (
            (one - one.mean(dim=1, keepdim=True)).where(inside, 0).double()
            for one in (self.student, self.teacher)
        )
        # Their means over classes are 0, and so are those over any set of pixels.
        covariance, own, its = (
            (one * other).sum() / count
            for one, other in ((ours, theirs), (ours, ours), (theirs, theirs))
        )
        return covariance / (own * its).sqrt()
