import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from lanedet_mm.models.distillers import with_pseudo_labels

Build = Callable[..., nn.Module]
Batch = Callable[..., dict[str, list[Any]]]


def sample(*, size: int = 4, shape: tuple[int, int] = (4, 4), labelled: bool) -> SegDataSample:
    truth = PixelData(data=torch.full((1, size, size), 1 if labelled else 255))
    meta = {'img_shape': shape, 'is_labelled': labelled}
    return SegDataSample(gt_sem_seg=truth, metainfo=meta)


def sure(label: Tensor, probability: Tensor | float) -> Tensor:
    """Logits (1, 3, H, W) that give the class of a label (H, W) a probability, the others half."""
    others = (1 - torch.as_tensor(probability).expand(label.shape)) / 2
    chosen = torch.nn.functional.one_hot(label, 3).permute(2, 0, 1).bool()
    return torch.where(chosen, 1 - 2 * others, others).log()[None]


def loss_of(model: nn.Module, data: dict[str, list[Any]]) -> float:
    model.train()
    packed = model.data_preprocessor(copy.deepcopy(data), True)
    return float(model(**packed, mode='loss')['decode.loss_ce'])


def test_unlabeled_samples_have_the_class_the_teacher_is_sure_of() -> None:
    label = torch.randint(3, (4, 4), generator=torch.Generator().manual_seed(0))
    probability = torch.full((4, 4), 0.8)
    probability[2, 1] = 0.6
    both = [sample(labelled=True), sample(labelled=False)]
    logits = sure(label, probability)
    first, second = with_pseudo_labels(both, logits, confidence=0.7, ignore_index=255)
    assert first is both[0]
    expected = label.clone()
    expected[2, 1] = 255
    assert torch.equal(second.gt_sem_seg.data, expected[None])
    assert second.metainfo == both[1].metainfo
    assert (both[1].gt_sem_seg.data == 255).all()


def test_with_a_confidence_for_each_class_a_rare_one_is_labelled_earlier() -> None:
    probabilities = torch.tensor(
        [
            [0.90, 0.05, 0.05],  # background
            [0.55, 0.40, 0.05],  # less probable than background, and still a line
            [0.55, 0.25, 0.20],  # neither
            [0.40, 0.25, 0.35],  # the surer of two kinds of lines
        ]
    )
    logits = probabilities.T.log()[None, :, :, None]
    row = SegDataSample(
        gt_sem_seg=PixelData(data=torch.full((1, 4, 1), 255)),
        metainfo={'img_shape': (4, 1), 'is_labelled': False},
    )
    (got,) = with_pseudo_labels([row], logits, confidence=(0.7, 0.3, 0.3), ignore_index=255)
    assert got.gt_sem_seg.data.flatten().tolist() == [0, 1, 255, 2]


def test_what_a_batch_pads_stays_ignored() -> None:
    label = torch.ones(4, 4, dtype=torch.long)
    short = [sample(shape=(3, 2), labelled=False)]
    (got,) = with_pseudo_labels(short, sure(label, 0.9), confidence=0.0, ignore_index=255)
    assert (got.gt_sem_seg.data[0, :3, :2] == 1).all()
    assert (got.gt_sem_seg.data == 1).sum() == 6


def test_coarser_logits_are_resized() -> None:
    label = torch.tensor([[0, 1], [2, 1]])
    large = [sample(size=8, shape=(8, 8), labelled=False)]
    (got,) = with_pseudo_labels(large, sure(label, 0.98), confidence=0.0, ignore_index=255)
    corners = got.gt_sem_seg.data[0, ::7, ::7]
    assert torch.equal(corners, label)


def test_they_are_learned_like_labels(distiller: Build, batch: Batch) -> None:
    model = distiller(alpha=0, pseudo_label_confidence=0.0)
    data = batch(2, unlabeled=(1,))
    packed = model.data_preprocessor(copy.deepcopy(data), True)
    told = model.teacher.module.eval()(packed['inputs'], mode='tensor').argmax(1)
    assert len(told[1].unique()) > 1
    taught = copy.deepcopy(data)
    taught['data_samples'][1].gt_sem_seg.data = told[1:2].long()
    plain = distiller(alpha=0)
    assert loss_of(model, data) == pytest.approx(loss_of(plain, taught), rel=1e-6)
    assert loss_of(model, data) != pytest.approx(loss_of(plain, data), rel=1e-3)


def test_the_teacher_looks_at_what_it_labels_alone(distiller: Build, batch: Batch) -> None:
    model, seen = distiller(alpha=0, pseudo_label_confidence=0.0), []
    model.teacher.module.backbone.register_forward_pre_hook(
        lambda _, given: seen.append(len(given[0]))
    )
    loss_of(model, batch(3, unlabeled=(1,)))
    loss_of(model, batch(3))
    model.listener = lambda *_: None  # compares all of it
    loss_of(model, batch(3, unlabeled=(1,)))
    assert seen == [1, 3]


def test_a_teacher_of_pseudo_labels_alone_is_loaded_and_can_fall_silent(
    distiller: Build, batch: Batch
) -> None:
    model = distiller(alpha=0, pseudo_label_confidence=0.5, load=False)
    assert model.has_teacher
    heard, data = loss_of(model, batch(2, unlabeled=(1,))), batch(2, unlabeled=(1,))
    assert model.teacher.is_loaded
    model.hears_teacher = False
    alone = loss_of(distiller(alpha=0), data)
    assert loss_of(model, data) == alone != pytest.approx(heard, rel=1e-3)


@pytest.mark.parametrize(
    'confidence', [-0.1, 1.1, float('nan'), (0.5, 0.5), (0.5, 0.5, 0.0), (0.5, 0.5, 1.1)]
)
def test_a_confidence_that_is_no_probability_is_refused(
    distiller: Build, confidence: float | tuple[float, ...]
) -> None:
    with pytest.raises(ValueError, match='needed is a probability in'):
        distiller(pseudo_label_confidence=confidence)
