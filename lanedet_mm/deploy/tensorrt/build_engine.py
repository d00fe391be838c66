"""An engine from an ONNX file, by TensorRT 10 or 11."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import onnx

from lanedet_mm.deploy.onnx_graph import (
    file_sha256,
    graph_precision,
    image_input,
    model_description,
    read_graph,
)
from lanedet_mm.deploy.tensorrt.engine_sidecar import EngineSidecar
from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.import_tensorrt import import_tensorrt
from lanedet_mm.deploy.tensorrt.input_profile import InputProfile
from lanedet_mm.deploy.tensorrt.parser_limits import check_parsable
from lanedet_mm.deploy.tensorrt.timing_cache import keep_timing_cache, take_timing_cache

if TYPE_CHECKING:
    import tensorrt as trt

GIGABYTE = 1 << 30


def build_engine(
    source: Path | str,
    out: Path | str,
    *,
    profiles: Sequence[InputProfile],
    gpu: Gpu,
    workspace_bytes: int = GIGABYTE,
    timing_cache: Path | str | None = None,
) -> EngineSidecar:
    """Build and write an engine and its sidecar.

    The network is strongly typed: it computes in the types that the ONNX file has, so that half
    precision and INT8 are made there (`convert_to_fp16`, `quantize_int8`).

    Args:
        source: ONNX file of one image input.
        out: The engine file.
        profiles: Shapes that it is to take; each costs time to build and memory to load.
        gpu: Where it is built, and the only kind of GPU that it then runs on.
        workspace_bytes: Memory that a kernel may use while it runs.
        timing_cache: File of kernel timings, read where it is there and written; it makes the next
            build on this GPU faster.

    Raises:
        ImportError: If TensorRT 10 or 11 is not installed.
        ValueError: If the file is not whole, the graph does not take a profile, or TensorRT does
            not take the graph.
        RuntimeError: If TensorRT finds no way to run it.
    """
    trt = import_tensorrt()
    model = read_graph(source)
    check_parsable(model)
    name = _check_profiles(model, profiles, source)
    logger = trt.Logger(trt.Logger.WARNING)
    with gpu.active():
        builder = trt.Builder(logger)
        network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED))
        _parse(trt.OnnxParser(network, logger), Path(source))
        config = builder.create_builder_config()
        config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, workspace_bytes)
        if graph_precision(model) == 'fp32':
            config.clear_flag(trt.BuilderFlag.TF32)  # which rounds to 10 bits, as FP16 does
        for shapes in profiles:
            _add_profile(builder, config, name, shapes)
        if timing_cache is not None:
            take_timing_cache(config, Path(timing_cache))
        plan = builder.build_serialized_network(network, config)
        if plan is None:
            raise RuntimeError(
                f'{source}: TensorRT finds no kernels for it (its reasons are printed above); '
                f'try more workspace than {workspace_bytes / GIGABYTE:.1f} GiB, or smaller profiles'
            )
        if timing_cache is not None:
            keep_timing_cache(config, Path(timing_cache))
    return _write(bytes(plan), Path(out), trt.__version__, Path(source), model, profiles, gpu)


def _check_profiles(
    model: onnx.ModelProto, profiles: Sequence[InputProfile], source: Path | str
) -> str:
    """Name of the input, if each profile fits it."""
    name, sides = image_input(model)
    if not profiles:
        raise ValueError('no profiles; an engine needs at least one shape that it is to take')
    for profile in profiles:
        for side, low, high in zip(sides, profile.smallest, profile.largest, strict=True):
            if isinstance(side, int) and (low, high) != (side, side):
                raise ValueError(
                    f'{source}: takes {sides}, and the profile is {profile}; change '
                    '`input_shapes` of the deploy config, or export with these sides free'
                )
    return name


def _parse(parser: trt.OnnxParser, source: Path) -> None:
    """Read the ONNX file into the parser's network."""
    if parser.parse(source.read_bytes()):
        return
    errors = [parser.get_error(index) for index in range(parser.num_errors)]
    reasons = '; '.join(_reason(error) for error in errors) or 'no reason given'
    raise ValueError(f'{source}: TensorRT does not take it: {reasons}')


def _reason(error: trt.ParserError) -> str:
    """One of the parser's complaints."""
    return f'{error.node_operator()} {error.node_name()}: {error.desc()}'


def _add_profile(
    builder: trt.Builder, config: trt.IBuilderConfig, name: str, shapes: InputProfile
) -> None:
    """One more range of shapes."""
    profile = builder.create_optimization_profile()
    profile.set_shape(name, shapes.smallest, shapes.usual, shapes.largest)
    if config.add_optimization_profile(profile) < 0:
        raise ValueError(f'TensorRT does not take the profile {shapes} of {name!r}')


def _write(
    plan: bytes,
    out: Path,
    version: str,
    source: Path,
    model: onnx.ModelProto,
    profiles: Sequence[InputProfile],
    gpu: Gpu,
) -> EngineSidecar:
    """Engine and sidecar; a write that is cut off leaves no pair that fits."""
    papers: dict[str, Any] = {
        'engine_bytes': len(plan),
        'engine_sha256': hashlib.sha256(plan).hexdigest(),
        'tensorrt': version,
        'gpu': gpu.name,
        'compute_capability': gpu.compute_capability,
        'onnx_file': source.name,
        'onnx_sha256': file_sha256(source),
        'precision': graph_precision(model),
        'profiles': tuple(profiles),
        'model': model_description(model),
    }
    sidecar = EngineSidecar(**papers)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(plan)
    sidecar.write(out)
    return sidecar
