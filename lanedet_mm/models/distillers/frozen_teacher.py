"""A trained segmentor that is asked and never changed."""

import copy
import os
import urllib.error
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config, ConfigDict
from mmengine.logging import print_log
from mmengine.runner.checkpoint import CheckpointLoader
from mmseg.models.segmentors import EncoderDecoder
from mmseg.structures import SegDataSample
from torch import Tensor

from lanedet_mm.checkpoints.newest_checkpoint import newest_checkpoint
from lanedet_mm.checkpoints.weight_problems import weight_problems
from lanedet_mm.models.distillers.head_output import HeadOutput
from lanedet_mm.registry import MODELS

_FLIPS = ((), (2,), (3,), (2, 3))
_PREPROCESSING = ('mean', 'std', 'bgr_to_rgb', 'rgb_to_bgr')


class FrozenTeacher:
    """A teacher beside the student's tree of modules.

    It is no `nn.Module`, so that whoever walks the student (optimizer, checkpoint, `train()`,
    several GPUs) does not meet it: each process loads its own and nothing is sent. Nothing is read
    before `load`, so that a student is tested where its teacher is not.

    Args:
        config: Config file of a training, or the config of its model. Of a distiller's, the
            student is the teacher: a chain.
        checkpoint: Its weights: a path, a URL, or a pattern (`work_dirs/NAME/best_*.pth`), of which
            the newest file is taken.
        flips: Average its class probabilities over the four flips of an image: a surer teacher, at
            four times the cost. Features are those of the image as it lies.
    """

    def __init__(
        self, config: str | dict[str, Any], checkpoint: str, *, flips: bool = False
    ) -> None:
        self.config = config
        self.flips = flips
        self.checkpoint = checkpoint
        self.path: str | None = None  # of the file that was loaded
        self.classes: tuple[str, ...] | None = None
        self._module: EncoderDecoder | None = None
        self._moves: list[Callable[[Tensor], Tensor]] = []

    @property
    def module(self) -> EncoderDecoder:
        """The network.

        Raises:
            RuntimeError: If it is not loaded.
        """
        if self._module is None:
            raise RuntimeError('the teacher is not loaded; call init_weights() of the distiller')
        return self._module

    @property
    def is_loaded(self) -> bool:
        """Whether there is a network."""
        return self._module is not None

    def load(self, *, num_classes: int, preprocessor: dict[str, Any]) -> None:
        """Build the network and load every weight; once.

        Args:
            num_classes: Of the student.
            preprocessor: Config of the student's data_preprocessor.

        Raises:
            FileNotFoundError: If config or checkpoint cannot be had.
            ValueError: If classes or preprocessing differ from the student's, or if weights are
                missing, unexpected or of another shape.
        """
        if self._module is not None:
            return
        config = self._model_config()
        _check_preprocessing(config.get('data_preprocessor') or {}, preprocessor)
        with torch.random.fork_rng(devices=[]):  # the student draws what it draws without a teacher
            module = MODELS.build(config)
        if module.num_classes != num_classes:
            raise ValueError(
                f'the teacher has {module.num_classes} classes, the student {num_classes}; needed '
                'are the same: train one of them on the taxonomy of the other'
            )
        self.path = newest_checkpoint(self.checkpoint)
        content = _read(self.path)
        _load_strictly(module, content.get('state_dict', content), self.path)
        self.classes = _classes(content)
        module.eval().requires_grad_(False)
        for move in self._moves:
            module._apply(move)
        self._module = module
        print_log(f'teacher: {self.path}, {len(module.state_dict())} weights', 'current')

    def follow(self, move: Callable[[Tensor], Tensor]) -> None:
        """Go where the student goes: another device, dtype or memory layout."""
        if self._module is None:
            self._moves.append(move)
        else:
            self._module._apply(move)

    @torch.no_grad()
    def __call__(self, inputs: Tensor) -> HeadOutput:
        """What it says of preprocessed images, shape (N, 3, H, W), in the precision around it."""
        head = self.module.decode_head
        ways = _FLIPS if self.flips else _FLIPS[:1]
        with HeadOutput.heard_from(head) as heard:
            for way in ways:
                head.forward(self.module.extract_feat(inputs.flip(way)))
        if not self.flips:
            return heard[0]
        probabilities = torch.stack(
            [
                one.logits.flip(way).float().softmax(dim=1)
                for one, way in zip(heard, ways, strict=True)
            ]
        ).mean(dim=0)
        tiny = torch.finfo(torch.float32).tiny
        return HeadOutput(heard[0].features, probabilities.clamp(min=tiny).log())

    @torch.no_grad()
    def val_step(self, data: dict[str, Any]) -> list[SegDataSample]:
        """Predictions of a batch as a loader gives it, in the teacher's own way of testing."""
        self.module._set_device(next(self.module.parameters()).device)
        return list(self.module.val_step(data))

    def _model_config(self) -> ConfigDict:
        if isinstance(self.config, dict):
            model = ConfigDict(copy.deepcopy(self.config))
        elif not Path(self.config).is_file():
            raise FileNotFoundError(
                f'no config {self.config} of the teacher; name it: --cfg-options model.teacher=FILE'
            )
        else:
            model = Config.fromfile(self.config).model
        model = model.get('student', model)
        model.train_cfg = None
        return model


def _check_preprocessing(teacher: dict[str, Any], student: dict[str, Any]) -> None:
    """Both have to see the same pixels, for they are given the same tensor."""
    theirs, ours = (
        {key: _plain(one.get(key)) for key in _PREPROCESSING} for one in (teacher, student)
    )
    if theirs != ours:
        raise ValueError(
            f"the teacher's data_preprocessor has {theirs}, the student's {ours}; needed is the "
            'same: a student is trained with the preprocessing of its teacher'
        )


def _plain(value: Any) -> Any:  # noqa: ANN401 - numbers or a flag
    """Comparable: a list and a tuple, 0 and 0.0, None and False mean the same."""
    return [float(one) for one in value] if isinstance(value, list | tuple) else bool(value)


def _read(path: str) -> dict[str, Any]:
    """A checkpoint, which runs no code."""
    os.environ.setdefault('TORCH_FORCE_WEIGHTS_ONLY_LOAD', '1')
    try:
        return dict(CheckpointLoader.load_checkpoint(path, map_location='cpu'))
    except (urllib.error.URLError, OSError) as error:
        raise FileNotFoundError(
            f"the teacher's weights {path} cannot be had ({error}). Train the teacher first "
            '(tools/train.py), or name its weights: --cfg-options model.teacher_checkpoint=FILE'
        ) from None


def _load_strictly(module: EncoderDecoder, weights: dict[str, Tensor], path: str) -> None:
    problems = weight_problems(weights, module.state_dict())
    if problems:
        raise ValueError(
            f"{path} does not fit the teacher's config; name the config that it was trained with. "
            f'{len(problems)} weights: ' + '; '.join(problems)
        )
    module.load_state_dict(weights, strict=True)


def _classes(content: dict[str, Any]) -> tuple[str, ...] | None:
    """Names that training wrote into a checkpoint; None where there are none."""
    meta = (content.get('meta') or {}).get('dataset_meta') or {}
    return tuple(meta['classes']) if 'classes' in meta else None
