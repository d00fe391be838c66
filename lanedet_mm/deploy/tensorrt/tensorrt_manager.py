"""mmdeploy's TensorRT back end, in place of its own, which is written for TensorRT 8.

A deploy config's `custom_imports` names this module; from then on mmdeploy's API and tools use it.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from mmdeploy.backend.base import BACKEND_MANAGERS, BACKEND_WRAPPER
from mmdeploy.core import FUNCTION_REWRITER
from mmdeploy.pytorch.functions.interpolate import interpolate__tensorrt
from mmdeploy.utils import get_common_config, get_model_inputs, load_config
from numpy.typing import NDArray

from lanedet_mm.deploy.onnx_graph import read_graph
from lanedet_mm.deploy.package_manager import PackageManager
from lanedet_mm.deploy.tensorrt.build_engine import GIGABYTE, build_engine
from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.import_tensorrt import import_tensorrt
from lanedet_mm.deploy.tensorrt.input_profile import InputProfile
from lanedet_mm.deploy.tensorrt.prepare_graph import prepare_graph
from lanedet_mm.deploy.tensorrt.tensorrt_wrapper import TensorRTWrapper
from lanedet_mm.deploy.tensorrt.timing_cache import timing_cache_name

# Looked for first, since looking for it is what registers mmdeploy's own.
BACKEND_MANAGERS.find('tensorrt')
BACKEND_WRAPPER.register_module('tensorrt', force=True, module=TensorRTWrapper)
# Writes a plug-in of mmdeploy's library for TensorRT 8 instead of ONNX's `Resize`.
FUNCTION_REWRITER._registry.remove_record(interpolate__tensorrt)


@BACKEND_MANAGERS.register('tensorrt')
class TensorRTManager(PackageManager):
    """Builds engines and opens them for mmdeploy."""

    package = 'tensorrt'

    @classmethod
    def to_backend(
        cls,
        ir_files: Sequence[str],
        work_dir: str,
        deploy_cfg: Any,  # noqa: ANN401 - mmengine has no types
        log_level: int = logging.INFO,
        device: str = 'cuda',
        *,
        calibration_tiles: Sequence[NDArray[np.uint8]] = (),
        timing_folder: Path | str | None = None,
    ) -> list[str]:
        """Build an engine for each ONNX file.

        Args:
            ir_files: The ONNX files.
            work_dir: Folder of engines and their ONNX files.
            deploy_cfg: Deploy config or its path.
            log_level: mmdeploy's; TensorRT prints its warnings at any.
            device: The GPU to build on.
            calibration_tiles: For INT8, images of the training side in BGR, shape (H, W, 3).
            timing_folder: Folder of the timing cache; None is `work_dir`.

        Returns:
            The engine files.
        """
        trt = import_tensorrt()
        gpu = Gpu.of(device)
        config = load_config(deploy_cfg)[0]
        common = get_common_config(config)
        timing_cache = Path(timing_folder or work_dir) / timing_cache_name(gpu, trt.__version__)
        engines = []
        for file, inputs in zip(ir_files, get_model_inputs(config), strict=True):
            profiles = config_profiles(inputs)
            precision = requested_precision(common)
            graph = prepare_graph(
                read_graph(file),
                precision=precision,
                shape=profiles[0].fixed if len(profiles) == 1 else None,
                calibration_tiles=calibration_tiles,
            )
            source = Path(work_dir) / f'{Path(file).stem}_{precision}.onnx'
            onnx.save(graph, source)
            engine = source.with_name(inputs.get('save_file', f'{source.stem}.engine'))
            build_engine(
                source,
                engine,
                profiles=profiles,
                gpu=gpu,
                workspace_bytes=common.get('max_workspace_size', GIGABYTE),
                timing_cache=timing_cache,
            )
            engines.append(str(engine))
        return engines

    @classmethod
    def build_wrapper(
        cls,
        backend_files: Sequence[str],
        device: str = 'cuda',
        input_names: Sequence[str] | None = None,
        output_names: Sequence[str] | None = None,
        deploy_cfg: Any = None,  # noqa: ANN401
    ) -> TensorRTWrapper:
        """What mmdeploy's models run."""
        return TensorRTWrapper(backend_files[0], device=device, output_names=output_names)


def config_profiles(inputs: dict[str, Any]) -> list[InputProfile]:
    """Profiles of one entry of a deploy config's `model_inputs`.

    `input_shapes` has mmdeploy's `min_shape`, `opt_shape`, `max_shape` of the one input by its
    name, or a list of them.
    """
    named = inputs.get('input_shapes') or {}
    if len(named) != 1:
        raise ValueError(
            f'input_shapes has {sorted(named)}; needed is one input by its name, with min_shape, '
            'opt_shape and max_shape'
        )
    shapes = next(iter(named.values()))
    return [InputProfile.parse(one) for one in ([shapes] if 'min_shape' in shapes else shapes)]


def requested_precision(common: dict[str, Any]) -> str:
    """'int8', 'fp16' or 'fp32', by mmdeploy's `int8_mode` and `fp16_mode`."""
    if common.get('int8_mode'):
        return 'int8'
    return 'fp16' if common.get('fp16_mode') else 'fp32'
