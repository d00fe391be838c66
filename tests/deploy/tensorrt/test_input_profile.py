import pytest

from lanedet_mm.deploy.tensorrt.input_profile import InputProfile

RANGE = InputProfile((1, 3, 256, 256), (1, 3, 512, 512), (8, 3, 1024, 1024))


@pytest.mark.parametrize(
    ('shape', 'taken'),
    [
        ((1, 3, 256, 256), True),
        ((8, 3, 1024, 300), True),
        ((9, 3, 512, 512), False),
        ((1, 4, 512, 512), False),
        ((1, 3, 255, 512), False),
        ((3, 512, 512), False),
    ],
)
def test_shapes_within_the_range_are_taken(shape: tuple[int, ...], taken: bool) -> None:
    assert RANGE.contains(shape) is taken


def test_one_shape_alone_is_fixed() -> None:
    shape = (1, 3, 512, 512)
    assert InputProfile(shape, shape, shape).fixed == shape
    assert RANGE.fixed is None
    assert str(RANGE) == '1..8 x 3 x 256..1024 x 256..1024'


def test_it_is_read_as_mmdeploy_writes_it() -> None:
    shapes = {'min_shape': [1, 3, 8, 8], 'opt_shape': [1, 3, 8, 8], 'max_shape': [2, 3, 9, 9]}
    assert InputProfile.parse(shapes) == InputProfile((1, 3, 8, 8), (1, 3, 8, 8), (2, 3, 9, 9))
    with pytest.raises(ValueError, match='needed are min_shape, opt_shape, max_shape'):
        InputProfile.parse({'shape': [1, 3, 8, 8]})


@pytest.mark.parametrize(
    'shapes',
    [
        ((2, 3, 8, 8), (1, 3, 8, 8), (2, 3, 8, 8)),
        ((1, 3, 8, 8), (1, 3, 9, 8), (1, 3, 8, 8)),
        ((0, 3, 8, 8), (1, 3, 8, 8), (1, 3, 8, 8)),
        ((1, 8, 8), (1, 8, 8), (1, 8, 8)),
    ],
)
def test_shapes_out_of_order_are_refused(shapes: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(ValueError, match='none is below the one before'):
        InputProfile(*shapes)
