import ast
import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from api_names import (
    VERSIONS,
    Surface,
    UsedNames,
    read_surface,
    reference_surface,
    returned,
    used_calls,
    used_names,
)
from tensorrt_double import TensorRTDouble
from tiny_engines import StreamDouble, WriteConv

from lanedet_mm.deploy.tensorrt.build_engine import build_engine
from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.input_profile import InputProfile
from lanedet_mm.deploy.tensorrt.load_engine import load_engine
from lanedet_mm.deploy.tensorrt.tensorrt_runner import TensorRTRunner

SMALL = InputProfile((1, 3, 4, 4), (1, 3, 4, 4), (2, 3, 8, 8))
LARGE = InputProfile((1, 3, 16, 16), (1, 3, 16, 16), (1, 3, 16, 16))


@pytest.fixture
def surface() -> Surface:
    return read_surface()


def test_names_are_found_through_calls_returns_and_annotations(surface: Surface) -> None:
    visitor = UsedNames(returned(surface))
    source = (
        'def f(parser: trt.OnnxParser):\n'
        '    builder = trt.Builder(trt.Logger(trt.Logger.WARNING))\n'
        '    builder.create_builder_config().max_workspace_size = 1\n'
        '    parser.parse(b"")\n'
        'def g(parser):\n'
        '    parser.unknown()\n'
    )
    visitor.visit(ast.parse(source))
    assert visitor.names == {
        'OnnxParser',
        'OnnxParser.parse',
        'Builder',
        'Logger',
        'Logger.WARNING',
        'Builder.create_builder_config',
        'IBuilderConfig.max_workspace_size',
    }


@pytest.mark.parametrize('version', VERSIONS)
def test_every_name_of_the_code_is_in_every_version(surface: Surface, version: str) -> None:
    names = used_names(returned(surface))
    there = {name for name, entry in surface.items() if version in entry['versions']}
    assert names - there == set()
    assert set(surface) - names == set(), 'run api_names.py again'


def test_excerpt_is_of_the_reference(surface: Surface, reference: Path) -> None:
    whole = reference_surface(reference)
    assert surface == {name: whole[name] for name in surface}


@pytest.mark.parametrize('version', VERSIONS)
def test_every_call_fits_a_signature(surface: Surface, reference: Path, version: str) -> None:
    classes = json.loads((reference / f'{version}.json').read_text())['classes']
    calls = used_calls(returned(surface))
    assert ('IBuilderConfig.set_timing_cache', 1, ('ignore_mismatch',)) in calls
    for name, positional, keywords in calls:
        owner, _, member = name.partition('.')
        detail = classes[owner]
        signatures = detail['members'][member]['signatures'] if member else detail['init']
        assert any(fits(one, positional, keywords) for one in signatures), (name, signatures)


def fits(signature: str, positional: int, keywords: tuple[str, ...]) -> bool:
    """Whether a call can be of a signature such as `f(self: A, b: int, c: str = None) -> int`."""
    text = signature[signature.index('(') : signature.rindex(' ->')]
    arguments = ast.parse(f'def f{strip_types(text)}: pass').body[0].args  # type: ignore[attr-defined]
    names = [one.arg for one in arguments.args][1:]
    needed = names[: len(names) - len(arguments.defaults)]
    given = names[:positional] + list(keywords)
    return positional <= len(names) and set(needed) <= set(given) <= set(names)


def strip_types(text: str) -> str:
    """Arguments without their types and defaults' values, which are no Python."""
    parts, depth, part = [], 0, ''
    for letter in text[1:-1]:
        depth += (letter in '[(<') - (letter in '])>')
        if letter == ',' and depth == 0:
            parts, part = [*parts, part], ''
        else:
            part += letter
    short = [
        one.partition(':')[0].strip() + ('=0' if ' = ' in one else '') for one in [*parts, part]
    ]
    return f'({", ".join(short)})'


def test_a_signature_is_read_as_written() -> None:
    signature = 'f(self: a.B, x: list[int, str], y: a::C = <D.E: 0>) -> bool'
    assert fits(signature, 1, ())
    assert fits(signature, 1, ('y',))
    assert not fits(signature, 0, ())
    assert not fits(signature, 1, ('z',))
    assert not fits(signature, 3, ())


def test_the_double_refuses_other_names(double: TensorRTDouble) -> None:
    with pytest.raises(AttributeError, match='has no init_libnvinfer_plugins'):
        _ = double.init_libnvinfer_plugins
    with pytest.raises(AttributeError, match='EXPLICIT_BATCH'):
        _ = double.NetworkDefinitionCreationFlag.EXPLICIT_BATCH
    config = double.Builder(double.Logger(2)).create_builder_config()
    with pytest.raises(AttributeError, match=r'has no IBuilderConfig\.max_workspace_size'):
        config.max_workspace_size = 1
    with pytest.raises(AttributeError, match=r'has no IBuilderConfig\.set_flag'):
        config.set_flag(1)


def test_a_name_that_a_version_lacks_is_refused_by_its_double(surface: Surface) -> None:
    older = {**surface, 'Builder': {'versions': ['10.9']}}
    with pytest.raises(AttributeError, match=r'TensorRT 11\.4\.0\.106 has no Builder'):
        _ = TensorRTDouble(older, '11.4.0.106').Builder


def test_all_names_are_used_in_one_life_of_an_engine(
    double: TensorRTDouble,
    surface: Surface,
    tmp_path: Path,
    write_conv: WriteConv,
    gpu: Gpu,
    stream: StreamDouble,
) -> None:
    """The names that run are those that were found by reading, no more and no fewer."""
    engine, cache = tmp_path / 'conv.engine', tmp_path / 'timing.cache'
    build_engine(write_conv(), engine, profiles=[SMALL, LARGE], gpu=gpu, timing_cache=cache)
    runner = TensorRTRunner(load_engine(engine, gpu=gpu), gpu=gpu)
    image = torch.ones(1, 3, 16, 16)
    np.testing.assert_array_equal(runner({'input': image})['output'], 2 * image)
    double._recorder.parser_errors = [('Foo', '/foo', 'no importer')]
    with pytest.raises(ValueError, match='Foo /foo: no importer'):
        build_engine(write_conv(), engine, profiles=[SMALL], gpu=gpu)
    # Types in annotations alone are never looked up while code runs.
    annotated = {
        name for name in surface if name.startswith(('I', 'ParserError')) and '.' not in name
    }
    assert double._recorder.used == set(surface) - annotated
    assert 'tensorrt' in sys.modules
