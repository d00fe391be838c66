from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lanedet_mm.deploy.openvino.convert_onnx import convert_onnx
from lanedet_mm.deploy.openvino.openvino_session import OpenVINOSession

SaveScale = Callable[..., Path]
pytestmark = pytest.mark.usefixtures('openvino')


@pytest.fixture
def converted(save_scale: SaveScale) -> Path:
    source = save_scale(2.0)
    return convert_onnx(source, source.with_suffix('.xml'))


def test_it_describes_itself_as_onnx_runtime_does(save_scale: SaveScale) -> None:
    session = OpenVINOSession(save_scale(shape=('n', 3, 8, 'w')), threads=1)
    (image,), (output,) = session.get_inputs(), session.get_outputs()
    assert (image.name, image.type, image.shape) == ('input', 'tensor(float)', [None, 3, 8, None])
    assert (output.name, output.shape) == ('output', [None, 3, 8, None])
    assert session.compiled.get_property('INFERENCE_NUM_THREADS') == 1
    (found,) = session.run(None, {'input': np.full((1, 3, 8, 2), 5, np.float32)})
    assert found.shape == (1, 3, 8, 2) and (found == 5).all()


def test_a_result_is_not_overwritten_by_the_next(converted: Path) -> None:
    session = OpenVINOSession(converted)
    first, second = (
        session.run(None, {'input': np.full((1, 3, 2, 2), value, np.float32)})[0]
        for value in (1, 3)
    )
    assert first.max() == 2 and second.min() == 6


def test_single_precision_is_not_what_the_cpu_likes_best(converted: Path) -> None:
    """A CPU that knows bfloat16 would read 257 as 256."""
    session = OpenVINOSession(converted)
    assert session.precision == 'fp32'
    assert session.run(None, {'input': np.full((1, 3, 4, 4), 257, np.float32)})[0].max() == 514


def test_half_precision_is_the_files_word(save_scale: SaveScale) -> None:
    """1 / 3 as a half is 0.33325195; bfloat16 has 8 bits, so that 3 times it is 1 within 1 %."""
    source = save_scale(1 / 3)
    half = convert_onnx(source, source.with_name('half.xml'), precision='fp16')
    full = convert_onnx(source, source.with_name('full.xml'))
    assert half.with_suffix('.bin').stat().st_size == full.with_suffix('.bin').stat().st_size // 2
    image = np.full((1, 3, 4, 4), 3, np.float32)
    session = OpenVINOSession(half)
    assert session.precision == 'fp16'
    assert session.run(None, {'input': image})[0].max() == pytest.approx(1, abs=0.01)
    as_full = OpenVINOSession(half, precision='fp32').run(None, {'input': image})[0]
    assert as_full.max() == pytest.approx(3 * 0.33325195, abs=1e-6)


def test_missing_files_are_named(converted: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'no model .*none\.xml'):
        OpenVINOSession(tmp_path / 'none.xml')
    converted.with_suffix('.bin').unlink()
    with pytest.raises(
        FileNotFoundError, match=r'no weights .*model\.bin; model\.xml and model\.bin go together'
    ):
        OpenVINOSession(converted)


@pytest.mark.parametrize('suffix', ['.bin', '.xml'])
def test_a_file_that_is_cut_off_is_refused(converted: Path, suffix: str) -> None:
    part = converted.with_suffix(suffix)
    part.write_bytes(part.read_bytes()[:20])
    with pytest.raises(ValueError, match=r'model\.xml: OpenVINO does not take it .*copy it again'):
        OpenVINOSession(converted)


def test_an_onnx_file_that_is_cut_off_is_refused(save_scale: SaveScale) -> None:
    path = save_scale()
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(ValueError, match=r'model\.onnx: OpenVINO does not take it .*copy it again'):
        OpenVINOSession(path)
    with pytest.raises(ValueError, match='is cut off or no ONNX file'):
        convert_onnx(path, path.with_suffix('.xml'))


def test_devices_and_precisions(converted: Path) -> None:
    with pytest.raises(ValueError, match=r"no device 'cuda'; OpenVINO has \['CPU'.*take cpu"):
        OpenVINOSession(converted, device='cuda')
    with pytest.raises(ValueError, match=r"precision 'bf16'; needed is one of \('fp32', 'fp16'"):
        OpenVINOSession(converted, precision='bf16')
    with pytest.raises(ValueError, match=r"precision 'half'; needed is one of"):
        convert_onnx(converted, converted, precision='half')
