import hashlib
import json
from pathlib import Path

import onnx
import pytest
from tensorrt_double import TensorRTDouble
from tiny_engines import WriteConv

from lanedet_mm.deploy.tensorrt.build_engine import build_engine
from lanedet_mm.deploy.tensorrt.engine_sidecar import EngineSidecar
from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.half_precision import convert_to_fp16
from lanedet_mm.deploy.tensorrt.input_profile import InputProfile

ONE = InputProfile((1, 3, 8, 8), (1, 3, 8, 8), (1, 3, 8, 8))
MANY = InputProfile((1, 3, 4, 4), (2, 3, 8, 8), (8, 3, 16, 16))


def head_of(engine: Path) -> dict[str, object]:
    """What the double was asked to build."""
    head: dict[str, object] = json.loads(engine.read_bytes().split(b'\n', 1)[0])
    return head


def test_an_engine_and_its_papers(
    double: TensorRTDouble, tmp_path: Path, write_conv: WriteConv, gpu: Gpu
) -> None:
    source, engine = write_conv(metadata='{"output": "logits"}'), tmp_path / 'new' / 'a.engine'
    built = build_engine(source, engine, profiles=[ONE, MANY], gpu=gpu, workspace_bytes=1 << 20)
    content = engine.read_bytes()
    assert built == EngineSidecar.read(engine)
    assert built == EngineSidecar(
        engine_bytes=len(content),
        engine_sha256=hashlib.sha256(content).hexdigest(),
        tensorrt=double.__version__,
        gpu='NVIDIA H100 80GB HBM3',
        compute_capability='9.0',
        onnx_file='conv.onnx',
        onnx_sha256=hashlib.sha256(source.read_bytes()).hexdigest(),
        precision='fp32',
        profiles=(ONE, MANY),
        model={'output': 'logits'},
    )
    asked = head_of(engine)
    assert asked['limits'] == {'WORKSPACE': 1 << 20}
    assert asked['profiles'] == [
        {'input': [[1, 3, 8, 8], [1, 3, 8, 8], [1, 3, 8, 8]]},
        {'input': [[1, 3, 4, 4], [2, 3, 8, 8], [8, 3, 16, 16]]},
    ]
    assert content.endswith(source.read_bytes())


@pytest.mark.usefixtures('double')
def test_tf32_is_left_out_where_the_graph_is_fp32(
    tmp_path: Path, write_conv: WriteConv, gpu: Gpu
) -> None:
    source = write_conv()
    build_engine(source, tmp_path / 'a.engine', profiles=[ONE], gpu=gpu)
    assert head_of(tmp_path / 'a.engine')['flags'] == []
    onnx.save(convert_to_fp16(onnx.load(source)), source)
    built = build_engine(source, tmp_path / 'b.engine', profiles=[ONE], gpu=gpu)
    assert head_of(tmp_path / 'b.engine')['flags'] == ['TF32']
    assert built.precision == 'fp16'


@pytest.mark.usefixtures('double')
@pytest.mark.parametrize(
    ('sides', 'profile'),
    [
        (('batch', 3, 16, 16), ONE),  # a size that the static model does not take
        (('batch', 4, 'height', 'width'), ONE),  # another number of channels
        ((1, 3, 'height', 'width'), MANY),  # a batch that is fixed
    ],
)
def test_a_profile_that_the_graph_does_not_take_is_refused(
    sides: tuple[str | int, ...],
    profile: InputProfile,
    tmp_path: Path,
    write_conv: WriteConv,
    gpu: Gpu,
) -> None:
    with pytest.raises(ValueError, match=r'takes \(.* and the profile is .*change `input_shapes`'):
        build_engine(write_conv(*sides), tmp_path / 'a.engine', profiles=[profile], gpu=gpu)
    assert not (tmp_path / 'a.engine').exists()


@pytest.mark.usefixtures('double')
def test_no_profiles_are_refused(tmp_path: Path, write_conv: WriteConv, gpu: Gpu) -> None:
    with pytest.raises(ValueError, match='needs at least one shape'):
        build_engine(write_conv(), tmp_path / 'a.engine', profiles=[], gpu=gpu)


def test_what_tensorrt_refuses_is_said(
    double: TensorRTDouble, tmp_path: Path, write_conv: WriteConv, gpu: Gpu
) -> None:
    double._recorder.refuses_plan = True
    with pytest.raises(RuntimeError, match=r'finds no kernels .* more workspace than 1\.0 GiB'):
        build_engine(write_conv(), tmp_path / 'a.engine', profiles=[ONE], gpu=gpu)
    double._recorder.parser_errors = [('Foo', '/a', 'no importer'), ('Bar', '/b', 'bad type')]
    with pytest.raises(ValueError, match='Foo /a: no importer; Bar /b: bad type'):
        build_engine(write_conv(), tmp_path / 'a.engine', profiles=[ONE], gpu=gpu)
    assert not (tmp_path / 'a.engine').exists()


def test_a_truncated_onnx_is_refused_before_tensorrt_sees_it(
    double: TensorRTDouble, tmp_path: Path, write_conv: WriteConv, gpu: Gpu
) -> None:
    source = write_conv()
    source.write_bytes(source.read_bytes()[:-40])
    with pytest.raises(ValueError, match='is cut off or no ONNX file'):
        build_engine(source, tmp_path / 'a.engine', profiles=[ONE], gpu=gpu)
    assert double._recorder.used == set()


def test_timings_of_one_build_are_given_to_the_next(
    double: TensorRTDouble, tmp_path: Path, write_conv: WriteConv, gpu: Gpu
) -> None:
    cache = tmp_path / 'timing.cache'
    for _ in range(2):
        build_engine(
            write_conv(), tmp_path / 'a.engine', profiles=[ONE], gpu=gpu, timing_cache=cache
        )
        assert cache.read_text() == f'timings of {double.__version__}'


@pytest.mark.usefixtures('double')
def test_timings_of_another_version_are_refused(
    tmp_path: Path, write_conv: WriteConv, gpu: Gpu
) -> None:
    cache = tmp_path / 'timing.cache'
    cache.write_text('timings of 9.0')
    with pytest.raises(ValueError, match=r'timing\.cache: is no timing cache of this GPU .*delete'):
        build_engine(
            write_conv(), tmp_path / 'a.engine', profiles=[ONE], gpu=gpu, timing_cache=cache
        )
    assert cache.read_text() == 'timings of 9.0'
