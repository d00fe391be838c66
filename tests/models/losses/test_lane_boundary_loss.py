from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.ndimage import maximum_filter
from torch import Tensor

from lanedet_mm.models.losses import LaneBoundaryLoss
from lanedet_mm.models.losses.lane_boundary_loss import soft_boundary


def test_border_of_a_block_by_hand() -> None:
    prob = torch.zeros(1, 1, 7, 7)
    prob[..., 1:6, 1:6] = 1
    border = soft_boundary(prob, torch.ones(1, 1, 7, 7))[0, 0]
    expected = torch.zeros(7, 7)
    expected[1:6, 1:6] = 1
    expected[2:5, 2:5] = 0
    assert torch.equal(border, expected)


def test_a_thin_line_is_all_border_and_an_ignored_neighbour_is_none() -> None:
    prob = torch.zeros(1, 1, 5, 5)
    prob[..., 2] = 1
    valid = torch.ones(1, 1, 5, 5)
    assert torch.equal(soft_boundary(prob, valid), prob)
    valid[..., 1], valid[..., 3] = 0, 0
    assert soft_boundary(prob, valid).sum() == 0


@pytest.mark.parametrize(('shift_px', 'expected'), [(0, 0.0), (2, 0.0), (3, 1.0)])
def test_a_line_beside_its_place(
    logits_of: Callable[..., Tensor], shift_px: int, expected: float
) -> None:
    label = torch.zeros(1, 16, 16, dtype=torch.long)
    label[:, :, 7] = 1
    value = LaneBoundaryLoss(tolerance_px=2)(logits_of(label.roll(shift_px, dims=2)), label)
    assert value.item() == pytest.approx(expected, abs=1e-5)


def test_half_found_by_hand(logits_of: Callable[..., Tensor]) -> None:
    label = torch.zeros(1, 16, 16, dtype=torch.long)
    label[:, :, 7] = 1
    found = label.clone()
    found[:, 8:] = 0
    value = LaneBoundaryLoss(tolerance_px=0)(logits_of(found), label)
    assert value.item() == pytest.approx(1 - 2 * 1 * 0.5 / 1.5, abs=1e-5)


def test_missing_a_lane_costs_1_and_background_alone_0(logits_of: Callable[..., Tensor]) -> None:
    label = torch.zeros(1, 16, 16, dtype=torch.long)
    everything = logits_of(torch.ones_like(label))
    assert LaneBoundaryLoss()(everything, label).item() == 0
    label[:, 4] = 2
    value = LaneBoundaryLoss()(logits_of(torch.zeros_like(label)), label)
    assert value.item() == pytest.approx(1, abs=1e-5)


def test_against_plain_numpy(random_case: tuple[Tensor, Tensor]) -> None:
    logits, label = random_case
    prob, truth = logits.softmax(1).numpy(), label.numpy()
    valid = truth != 255

    def spread(values: np.ndarray, side: int) -> np.ndarray:
        return np.stack([maximum_filter(one, side, mode='constant', cval=0.0) for one in values])

    scores = []
    for index in (1, 2):
        off = (1 - prob[:, index]) * valid
        found = (spread(off, 3) - off) * valid
        off = (truth != index) * valid * 1.0
        there = (spread(off, 3) - off) * valid
        precision = (found * spread(there, 5)).sum() / found.sum()
        recall = (there * spread(found, 5)).sum() / there.sum()
        scores.append(2 * precision * recall / (precision + recall))
    expected = 1 - np.mean(scores)
    assert LaneBoundaryLoss()(logits, label).item() == pytest.approx(expected, abs=1e-5)


def test_negative_tolerance_is_refused() -> None:
    with pytest.raises(ValueError, match='tolerance_px is -1; needed is 0 or more'):
        LaneBoundaryLoss(tolerance_px=-1)
