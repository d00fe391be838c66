import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from lanedet_mm.models.losses import OHEMCrossEntropyLoss, hard_pixels, pixel_cross_entropy

LOSSES = torch.tensor([[[0.1, 0.9, 0.3], [0.8, 0.2, 0.0]], [[0.5, 0.4, 0.6], [0.0, 0.0, 0.0]]])
VALID = torch.tensor([[[1, 1, 1], [1, 1, 0]], [[1, 1, 1], [0, 0, 0]]], dtype=torch.bool)


def kept(*, on_a_gpu: bool, **options: float) -> list[float]:
    """Losses of the pixels that are kept; a GPU's way has no short cut."""
    with pytest.MonkeyPatch.context() as patch:
        if on_a_gpu:
            patch.setattr(torch.compiler, 'is_compiling', lambda: True)
        hard = hard_pixels(LOSSES, VALID, **options)
    assert hard.dtype == torch.bool
    assert not (hard & ~VALID).any()
    return sorted(round(value, 3) for value in LOSSES[hard].tolist())


@pytest.mark.parametrize('on_a_gpu', [False, True])
@pytest.mark.parametrize(
    ('options', 'expected'),
    [
        # The threshold keeps enough.
        ({'thresh': 0.5, 'min_kept': 2}, [0.5, 0.6, 0.8, 0.9]),
        ({'thresh': 0.5, 'min_kept': 0}, [0.5, 0.6, 0.8, 0.9]),
        # It keeps two; the least number takes the next hardest of the batch.
        ({'thresh': 0.7, 'min_kept': 5}, [0.4, 0.5, 0.6, 0.8, 0.9]),
        ({'thresh': 9.0, 'min_kept': 1}, [0.9]),
        # Two of each image: the second has none above the threshold.
        ({'thresh': 0.7, 'min_kept': 2, 'per_image': True}, [0.5, 0.6, 0.8, 0.9]),
        ({'thresh': 0.7, 'min_kept': 3, 'per_image': True}, [0.3, 0.4, 0.5, 0.6, 0.8, 0.9]),
        # Fewer valid pixels than are to be kept, in the batch and in an image: all of them.
        ({'thresh': 0.7, 'min_kept': 100}, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 0.9]),
        (
            {'thresh': 0.7, 'min_kept': 5, 'per_image': True},
            [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 0.9],
        ),
        ({'thresh': 0.0, 'min_kept': 1}, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 0.9]),
    ],
)
def test_kept_by_hand(options: dict[str, float], expected: list[float], on_a_gpu: bool) -> None:
    assert kept(on_a_gpu=on_a_gpu, **options) == expected


def test_nothing_valid_keeps_nothing() -> None:
    hard = hard_pixels(torch.zeros(2, 3, 4), torch.zeros(2, 3, 4, dtype=torch.bool))
    assert not hard.any()


def plain_ohem(logits: Tensor, label: Tensor, thresh: float, min_kept: int) -> float:
    """The same by sorting in NumPy."""
    values = logits.numpy().astype(np.float64)
    prob = np.exp(values) / np.exp(values).sum(1, keepdims=True)
    valid = label.numpy() != 255
    true = np.take_along_axis(prob, np.where(valid, label.numpy(), 0)[:, None], 1)[:, 0]
    losses = np.sort(-np.log(true[valid]))[::-1]
    return float(losses[: max(min_kept, (losses >= thresh).sum())].mean())


@pytest.mark.parametrize('thresh', [0.2, 0.7, 1.5, 50.0])
@pytest.mark.parametrize('min_kept', [1, 40, 100_000])
def test_against_plain_numpy(
    random_case: tuple[Tensor, Tensor], thresh: float, min_kept: int
) -> None:
    logits, label = random_case
    value = OHEMCrossEntropyLoss(thresh=thresh, min_kept=min_kept)(logits, label)
    assert value.item() == pytest.approx(plain_ohem(logits, label, thresh, min_kept), abs=1e-5)


def test_keeping_all_is_cross_entropy(random_case: tuple[Tensor, Tensor]) -> None:
    logits, label = random_case
    value = OHEMCrossEntropyLoss(thresh=0.0)(logits, label)
    assert value.item() == pytest.approx(F.cross_entropy(logits, label, ignore_index=255).item())


def test_only_hard_pixels_have_a_gradient_and_each_its_own() -> None:
    logits = torch.tensor([[0.0, 4.0], [0.0, 0.0]]).view(1, 2, 1, 2).requires_grad_()
    label = torch.zeros(1, 1, 2, dtype=torch.long)  # losses log 2 = 0.693 and 0.018
    loss = OHEMCrossEntropyLoss(thresh=0.6, min_kept=1)(logits, label)
    loss.backward()
    assert loss.item() == pytest.approx(math.log(2))
    assert logits.grad is not None
    assert logits.grad.flatten().tolist() == pytest.approx([-0.5, 0.0, 0.5, 0.0])


def test_the_last_hardest_pixel_learns_too() -> None:
    logits = torch.randn(1, 3, 8, 8, requires_grad=True)
    label = torch.randint(0, 3, (1, 8, 8))
    OHEMCrossEntropyLoss(thresh=100.0, min_kept=7)(logits, label).backward()
    assert logits.grad is not None
    assert int(logits.grad.abs().sum(dim=1).count_nonzero()) == 7


def test_loss_of_a_pixel_is_0_where_it_is_ignored(random_case: tuple[Tensor, Tensor]) -> None:
    logits, label = random_case
    losses = pixel_cross_entropy(logits, label)
    assert losses.shape == label.shape
    assert (losses[label == 255] == 0).all()
    assert (losses[label != 255] > 0).all()


def test_errors_say_what_to_do() -> None:
    with pytest.raises(ValueError, match='thresh is -1, min_kept is 1024; needed is 0'):
        OHEMCrossEntropyLoss(thresh=-1)
    with pytest.raises(ValueError, match='min_kept is -5; needed is 0 or more'):
        OHEMCrossEntropyLoss(min_kept=-5)
