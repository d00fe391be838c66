import numpy as np
import pytest
from matplotlib.colors import to_rgb

from lanedet_mm.visualization.embedding_plot import _groups, embedding_plot


def clusters(count: int, each: int) -> tuple[np.ndarray, list[str]]:
    """Features of places that are far from each other."""
    rng = np.random.default_rng(0)
    centres = 5 * rng.normal(0, 1, (count, 8)).repeat(each, 0)
    names = [f'place {index:02d}' for index in range(count) for _ in range(each)]
    return centres + rng.normal(0, 1, centres.shape), names


def inside(picture: np.ndarray) -> tuple[slice, slice]:
    """Rows and columns of the plot between its black frame."""
    black = (picture < 60).all(axis=2)
    rows = np.flatnonzero(black.sum(1) > 200)
    cols = np.flatnonzero(black.sum(0) > 200)
    return slice(rows[0] + 1, rows[-1]), slice(cols[0] + 1, cols[-1])


def pixels_of(picture: np.ndarray, colour: str) -> np.ndarray:
    """Rows and columns of the pixels of points of a colour, alone or over each other."""
    plot = picture[inside(picture)].astype(float)
    covers = (0.8, 0.96, 0.992)  # one point, two, three
    drawn = [255 * (cover * np.array(to_rgb(colour)) + 1 - cover) for cover in covers]
    return np.argwhere(np.any([np.abs(plot - one).max(axis=2) < 3 for one in drawn], axis=0))


def test_each_name_is_a_colour_and_far_places_stay_apart() -> None:
    features, names = clusters(3, 30)
    picture = embedding_plot(features, names, title='Epoch 3')
    found = [pixels_of(picture, f'C{index}') for index in range(3)]
    assert min(len(points) for points in found) > 150
    centres = [points.mean(0) for points in found]
    spread = max(np.linalg.norm(p - c, axis=1).max() for p, c in zip(found, centres, strict=True))
    for index in range(3):
        assert np.linalg.norm(centres[index] - centres[index - 1]) > spread
    assert len(pixels_of(picture, 'C3')) == 0


def test_the_same_seed_gives_the_same_picture() -> None:
    features, names = clusters(2, 10)
    first = embedding_plot(features, names, seed=1)
    assert first.dtype == np.uint8
    assert first.shape == (550, 700, 3)
    np.testing.assert_array_equal(first, embedding_plot(features, names, seed=1))


@pytest.mark.filterwarnings('error:constrained_layout')
@pytest.mark.parametrize(('prefix', 'count'), [('', 45), ('a place with a very long name ', 3)])
def test_the_legend_leaves_room_for_the_plot_and_is_not_cut_off(prefix: str, count: int) -> None:
    features, names = clusters(count, 4)
    picture = embedding_plot(features, [prefix + name for name in names])
    rows, cols = inside(picture)
    assert rows.stop - rows.start > 450
    assert cols.stop - cols.start > 400
    assert (picture[:, -3:] == 255).all()
    legend = np.flatnonzero((picture[:, cols.stop + 5 :] < 255).any(axis=(1, 2)))
    assert 5 < legend[0] < legend[-1] < 545


def test_the_rarest_names_share_a_grey() -> None:
    names = [f'{index:02d}' for index in range(22) for _ in range(2 if index in (3, 7) else 5)]
    groups, legend = _groups(names)
    assert list(legend.values()) == [f'{i:02d}' for i in range(22) if i not in (3, 7)] + [
        '2 others'
    ]
    assert [name for name, group in zip(names, groups, strict=True) if group is None] == [
        *('03', '03', '07', '07')
    ]


def test_long_names_that_begin_alike_stay_two() -> None:
    begin = 'a place with a very long name '
    groups, legend = _groups([begin + 'one', begin + 'two'])
    assert list(groups) == [begin + 'one', begin + 'two']
    assert list(legend.values()) == ['a place with a very lon…'] * 2


@pytest.mark.parametrize(('features', 'names'), [(3, 3), (5, 4)])
def test_too_few_or_unnamed_features_are_refused(features: int, names: int) -> None:
    with pytest.raises(ValueError, match=f'{features} features and {names} names; needed are'):
        embedding_plot(np.zeros((features, 2)), ['a'] * names)
