import pytest

from lanedet_mm.deploy.timing.timed_case import TimedCase, provider_files

ALL = ['a.onnx', 'config.py', 'best.pth', 'a.xml', 'a.engine']


@pytest.mark.parametrize(
    ('provider', 'files', 'chosen'),
    [
        ('pytorch', ALL, ('config.py', 'best.pth')),
        ('torch_compile', ALL, ('config.py', 'best.pth')),
        ('onnxruntime', ALL, ('a.onnx',)),
        ('openvino', ALL, ('a.xml',)),
        ('openvino', ['a.onnx'], ('a.onnx',)),
        ('tensorrt', ALL, ('a.engine',)),
        ('tensorrt', ['a.onnx'], None),
        ('onnxruntime', ['a.xml'], None),
        ('pytorch', ['best.pth'], None),
    ],
)
def test_each_runtime_takes_what_it_opens(
    provider: str, files: list[str], chosen: tuple[str, ...] | None
) -> None:
    assert provider_files(provider, files) == chosen


def test_another_runtime_is_refused() -> None:
    with pytest.raises(ValueError, match=r"provider 'ncnn'; needed is one of \('pytorch'"):
        provider_files('ncnn', ALL)


def test_cases_are_compared_within_a_shape() -> None:
    case = TimedCase('a', 'onnxruntime', ('a.onnx',), 512, 8, 2)
    assert (case.shape, case.device) == ((512, 8, 2), 'cpu')
