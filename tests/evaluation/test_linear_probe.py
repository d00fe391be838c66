import numpy as np
import pytest

from lanedet_mm.evaluation.linear_probe import LinearProbe

RNG = np.random.default_rng


def repeated(names: str, count: int) -> np.ndarray:
    return np.repeat(np.array(list(names)), count)


def test_what_a_line_can_part_is_parted_everywhere() -> None:
    groups = repeated('abc', 40)
    labels = np.arange(120) % 2 == 0
    features = RNG(0).normal(0, 1, (120, 5))
    features[:, 3] = np.where(labels, 4, -4) + features[:, 3] / 10
    assert LinearProbe.fit(features, labels, groups) == LinearProbe(accuracy=1.0, groups=3)


@pytest.mark.parametrize('share', [0.5, 0.05])
def test_noise_is_chance_however_rare_a_class_is(share: float) -> None:
    features = RNG(0).normal(0, 1, (2000, 3))
    labels = RNG(1).random(2000) < share
    probe = LinearProbe.fit(features, labels, repeated('abcd', 500))
    assert probe.accuracy == pytest.approx(0.5, abs=0.07)


@pytest.mark.parametrize('names', ['ab', 'abcdefg'])
def test_a_group_is_never_on_both_sides(names: str) -> None:
    # The label of each group is in a feature of its own: known with the group, else not at all.
    groups = repeated(names, 20)
    labels = np.arange(len(groups)) % 2 == 0
    one_hot = groups[:, None] == np.array(list(names))
    probe = LinearProbe.fit(one_hot * np.where(labels, 1.0, -1.0)[:, None], labels, groups)
    assert probe == LinearProbe(accuracy=0.5, groups=len(names))


def test_features_of_any_scale_are_heard() -> None:
    labels = np.arange(80) % 2 == 0
    features = RNG(0).normal(0, 1, (80, 2)) * (1e-4, 1e4)
    features[:, 0] += np.where(labels, 1e-3, -1e-3)
    assert LinearProbe.fit(features, labels, repeated('ab', 40)).accuracy == 1


@pytest.mark.parametrize(
    ('labels', 'names', 'message'),
    [
        ([True, False] * 4, 'aaaaaaaa', r"4 of 8 labels are true, in the groups \['a'\]"),
        ([True] * 8, 'aaaabbbb', '8 of 8 labels are true'),
        ([False] * 8, 'aaaabbbb', '0 of 8 labels are true'),
        ([True] * 4 + [False] * 4, 'aaaabbbb', r'without the groups .* one class alone'),
    ],
)
def test_what_cannot_be_judged_is_refused(labels: list[bool], names: str, message: str) -> None:
    features = RNG(0).normal(0, 1, (8, 2))
    with pytest.raises(ValueError, match=message):
        LinearProbe.fit(features, np.array(labels), np.array(list(names)))
