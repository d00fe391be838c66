"""A student that learns from the labels and from a teacher."""

import copy
from collections.abc import Callable, Sequence
from typing import Any, Literal

import torch
import torch.nn.functional as F
from mmengine.config import ConfigDict
from mmseg.models.segmentors import EncoderDecoder
from mmseg.utils import SampleList
from torch import Tensor, nn

from lanedet_mm.models.distillers.frozen_teacher import FrozenTeacher
from lanedet_mm.models.distillers.gradient_norm import gradient_norm
from lanedet_mm.models.distillers.head_output import HeadOutput
from lanedet_mm.models.distillers.pseudo_labels import (
    check_confidence,
    is_labelled,
    with_pseudo_labels,
)
from lanedet_mm.registry import MODELS

Listener = Callable[[Tensor, Tensor, Tensor, Tensor], None]


@MODELS.register_module()
class SegmentorDistiller(EncoderDecoder):
    """A student with a frozen teacher at its side; it learns `(1 - alpha) * hard + alpha * soft`.

    It is the student: its weights have the student's names, so that a checkpoint loads in the
    student's own config, and testing and predicting know no teacher. The teacher is read by
    `init_weights`, which a runner calls before the first step of a training and never for a test;
    with `alpha` 0 and no further losses not even then. Soft is `loss_kd`, by default `T^2` times
    the KL divergence at `T = 4` (Hinton et al. 2015); further losses are added with their own
    weights. The total is the sum of all that begins with `loss_` or has `.loss_` in its name.

    A sample whose metainfo says `is_labelled=False` has the teacher's word alone, at every pixel:
    soft labels, and with `pseudo_label_confidence` labels for the student's own loss. Of the others
    only pixels that are not ignored count.

    Args:
        student: Config of the student, an `EncoderDecoder`.
        teacher: Config file of the teacher's training, or the config of its model; see
            `FrozenTeacher`.
        teacher_checkpoint: Its weights, a path or a pattern; see `FrozenTeacher`.
        alpha: Share of the soft loss, in [0, 1].
        loss_kd: The soft loss, on logits; default `LogitDistillationLoss`.
        hard: Loss, or list of losses, in place of the student's `loss_decode`.
        logit_losses: Further losses on logits, such as `ChannelWiseDistillationLoss`, `DISTLoss`.
        feature_losses: Further losses on the features that logits are read from; student and
            teacher need as many channels there, for nothing is learned between them that would
            not be the student's.
        resize_to: Whose size both are compared at, 'teacher' or 'student'. A line of a few pixels
            does not survive a size that is too coarse for it.
        pseudo_label_confidence: How probable the teacher's class has to be to be the label of a
            pixel of an unlabeled sample, in [0, 1], or for each class in (0, 1], see
            `with_pseudo_labels`; None gives these no label.
        teacher_flips: Ask the teacher about all four flips of an image, at four times its cost.
    """

    def __init__(
        self,
        *,
        student: dict[str, Any],
        teacher: str | dict[str, Any],
        teacher_checkpoint: str,
        alpha: float = 0.7,
        loss_kd: dict[str, Any] | None = None,
        hard: dict[str, Any] | list[dict[str, Any]] | None = None,
        logit_losses: Sequence[dict[str, Any]] = (),
        feature_losses: Sequence[dict[str, Any]] = (),
        resize_to: Literal['teacher', 'student'] = 'teacher',
        pseudo_label_confidence: float | Sequence[float] | None = None,
        teacher_flips: bool = False,
    ) -> None:
        config = ConfigDict(copy.deepcopy(student))
        kind = config.pop('type', None)
        if kind != 'EncoderDecoder':
            raise ValueError(f"the student is a {kind!r}; needed is the config of 'EncoderDecoder'")
        if not 0 <= alpha <= 1 or resize_to not in ('teacher', 'student'):
            raise ValueError(
                f'alpha is {alpha}, resize_to {resize_to!r}; needed are a share in [0, 1], and '
                "'teacher' or 'student'"
            )
        if hard is not None:
            config.decode_head.loss_decode = hard
        super().__init__(**config)
        if pseudo_label_confidence is not None:
            check_confidence(pseudo_label_confidence, self.num_classes)
        self.alpha = alpha
        self.resize_to = resize_to
        self.pseudo_label_confidence = pseudo_label_confidence
        self.loss_kd = MODELS.build(loss_kd or {'type': 'LogitDistillationLoss'})
        self.logit_losses = nn.ModuleList(MODELS.build(one) for one in logit_losses)
        self.feature_losses = nn.ModuleList(MODELS.build(one) for one in feature_losses)
        names = self.soft_loss_names
        if len(set(names)) != len(names):
            raise ValueError(f'losses are named {names}; needed are different names: set loss_name')
        self.teacher = FrozenTeacher(teacher, teacher_checkpoint, flips=teacher_flips)
        self.preprocessor = dict(config.get('data_preprocessor') or {})
        self.hears_teacher = True  # False: the next losses are the student's own
        # Called with what the losses compare, student, teacher, valid, label, while it is set.
        self.listener: Listener | None = None
        self.gradient_ratio: Tensor | None = None  # of the last losses that a listener heard

    @property
    def has_teacher(self) -> bool:
        """Whether anything is learned from the teacher."""
        return self._has_soft_losses or self.pseudo_label_confidence is not None

    @property
    def _has_soft_losses(self) -> bool:
        return self.alpha > 0 or len(self.logit_losses) + len(self.feature_losses) > 0

    @property
    def soft_loss_names(self) -> list[str]:
        """What its losses are called that ask the teacher."""
        return [one.loss_name for one in (self.loss_kd, *self.logit_losses, *self.feature_losses)]

    def init_weights(self) -> None:
        """Load the teacher, see `FrozenTeacher.load`, then start the student's weights."""
        self._load_teacher()
        super().init_weights()

    def loss(self, inputs: Tensor, data_samples: SampleList) -> dict[str, Tensor]:
        """Losses of a batch.

        Args:
            inputs: Preprocessed images, shape (N, 3, H, W).
            data_samples: Samples with `gt_sem_seg`.

        Returns:
            Name to value.
        """
        if not (self.has_teacher and self.hears_teacher):
            return dict(super().loss(inputs, data_samples))
        self._load_teacher()
        hears_all = self._has_soft_losses or self.listener is not None
        told, labelled = self.teacher(inputs) if hears_all else None, data_samples
        unlabeled = [index for index, one in enumerate(data_samples) if not is_labelled(one)]
        if self.pseudo_label_confidence is not None and unlabeled:
            some = (
                self.teacher(inputs[unlabeled]).logits if told is None else told.logits[unlabeled]
            )
            labelled = with_pseudo_labels(
                data_samples,
                some,
                confidence=self.pseudo_label_confidence,
                ignore_index=self.decode_head.ignore_index,
                align_corners=self.align_corners,
            )
        with HeadOutput.heard_from(self.decode_head) as heard:
            hard = super().loss(inputs, labelled)
        hard = {
            name: value * (1 - self.alpha) if 'loss' in name else value
            for name, value in hard.items()
        }
        soft = {} if told is None else self._soft_losses(heard[0], told, data_samples)
        features = heard[0].features
        if self.listener is not None and features.requires_grad and soft:
            self.gradient_ratio = gradient_norm(soft, features) / gradient_norm(hard, features)
        return hard | soft

    def _soft_losses(
        self, student: HeadOutput, teacher: HeadOutput, data_samples: SampleList
    ) -> dict[str, Tensor]:
        """What is learned from the teacher, each loss under its name."""
        logits = self._at_one_size(student.logits, teacher.logits)
        label, valid = self._truth(data_samples, logits[0].shape[2:])
        if self.listener is not None:
            self.listener(logits[0].detach(), logits[1], valid, label)
        losses = {}
        if self.alpha > 0:
            losses[self.loss_kd.loss_name] = self.alpha * self.loss_kd(*logits, valid)
        losses |= {loss.loss_name: loss(*logits, valid) for loss in self.logit_losses}
        if len(self.feature_losses):
            features = self._at_one_size(student.features, teacher.features)
            losses |= {loss.loss_name: loss(*features, valid) for loss in self.feature_losses}
        return losses

    def _at_one_size(self, student: Tensor, teacher: Tensor) -> tuple[Tensor, Tensor]:
        """Both in the size of the one that `resize_to` names, in float32."""
        both = [one.to(torch.promote_types(one.dtype, torch.float32)) for one in (student, teacher)]
        wanted = both[self.resize_to == 'teacher'].shape[2:]
        for index, one in enumerate(both):
            if one.shape[2:] != wanted:
                both[index] = F.interpolate(
                    one,
                    wanted,
                    mode='bilinear',
                    align_corners=self.align_corners,
                    antialias=one.shape[2] > wanted[0],
                )
        return both[0], both[1]

    def _truth(self, data_samples: SampleList, size_hw: torch.Size) -> tuple[Tensor, Tensor]:
        """Labels, and which pixels count, both of shape (N, *size_hw)."""
        label = torch.stack([one.gt_sem_seg.data for one in data_samples])  # (N, 1, H, W)
        valid = label != self.decode_head.ignore_index
        for index, sample in enumerate(data_samples):
            if not is_labelled(sample):
                height, width = sample.metainfo['img_shape'][:2]
                valid[index, :, :height, :width] = True  # all but what a batch pads
        small, counted = (
            F.interpolate(one.float(), size_hw, mode='nearest-exact') for one in (label, valid)
        )
        return small[:, 0].long(), counted[:, 0] > 0

    def _load_teacher(self) -> None:
        if self.has_teacher and not self.teacher.is_loaded:
            self.teacher.load(num_classes=self.num_classes, preprocessor=self.preprocessor)

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> 'SegmentorDistiller':
        """What `to`, `cuda` and `float` do to the student they do to the teacher."""
        self.teacher.follow(fn)
        return super()._apply(fn, recurse)
