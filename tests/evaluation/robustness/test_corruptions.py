from typing import Any

import cv2
import numpy as np
import pytest

from lanedet_mm.evaluation.robustness.corruptions import CORRUPTIONS

CHANGES_SIZE = ('gsd_coarser', 'gsd_finer')


def photograph(height: int = 160, width: int = 200) -> np.ndarray:
    """Smooth ground of mid tones with a bright road and two lines of paint."""
    rng = np.random.default_rng(0)
    ground = rng.integers(40, 140, (4, 5, 3), dtype=np.uint8)
    image = cv2.resize(ground, (width, height), interpolation=cv2.INTER_CUBIC)
    image[:, 80:120] = 90
    image[:, 90:93] = 210
    image[:, 108:111] = 210
    return image


IMAGE = photograph()


def at_strength(name: str, strength: int, seed: int = 0) -> np.ndarray:
    return CORRUPTIONS[name].apply(IMAGE, strength, np.random.default_rng(seed))


def change(name: str, strength: int) -> float:
    """Mean absolute change in grey levels, at the size of the image."""
    image = cv2.resize(at_strength(name, strength), (200, 160), interpolation=cv2.INTER_LINEAR)
    return float(np.abs(image.astype(float) - IMAGE).mean())


@pytest.mark.parametrize('name', CORRUPTIONS)
def test_each_strength_changes_more_than_the_one_before(name: str) -> None:
    changes = [change(name, strength) for strength in range(1, 6)]
    # Pixels that become smaller only blur the way back a little less, so that little changes.
    if name != 'gsd_finer':
        assert changes == sorted(set(changes))
    assert changes[0] > 0.05


@pytest.mark.parametrize('name', CORRUPTIONS)
def test_the_input_stays_and_the_output_is_of_its_kind(name: str) -> None:
    before = IMAGE.copy()
    image = at_strength(name, 3)
    np.testing.assert_array_equal(IMAGE, before)
    assert image.dtype == np.uint8
    assert name in CHANGES_SIZE or image.shape == IMAGE.shape


@pytest.mark.parametrize('name', CORRUPTIONS)
def test_a_seed_repeats_and_another_one_differs_where_something_is_drawn(name: str) -> None:
    first = at_strength(name, 4)
    np.testing.assert_array_equal(first, at_strength(name, 4))
    is_drawn = name in ('shadow', 'haze', 'colour_cast', 'motion_blur', 'noise')
    assert np.array_equal(first, at_strength(name, 4, seed=1)) != is_drawn


def test_the_documented_table_is_the_table() -> None:
    from lanedet_mm.evaluation.robustness import corruptions

    rows: dict[str, Any] = {}
    for line in (corruptions.__doc__ or '').splitlines():
        cells = [cell.strip() for cell in line.strip('|').split('|')]
        if len(cells) == 3 and ',' in cells[1]:
            rows[cells[0]] = tuple(
                float(part[0]) / float(part[-1]) if len(part) > 1 else float(part[0])
                for part in (amount.split('/') for amount in cells[1].split(','))
            )
    assert rows == {name: one.amounts for name, one in CORRUPTIONS.items()}


def test_a_strength_beyond_the_five_is_refused() -> None:
    with pytest.raises(ValueError, match='strength is 6; there are 1 to 5'):
        CORRUPTIONS['haze'].apply(IMAGE, 6, np.random.default_rng(0))
