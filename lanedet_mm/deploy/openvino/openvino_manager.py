"""mmdeploy's OpenVINO back end, in place of its own, which calls the program `mo` of old releases.

A deploy config's `custom_imports` names this module; from then on mmdeploy's API and tools use it.
"""

import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmdeploy.backend.base import BACKEND_MANAGERS, BACKEND_WRAPPER
from mmdeploy.utils import get_backend_config, load_config
from numpy.typing import NDArray

from lanedet_mm.deploy.onnxruntime.int8 import quantize_file
from lanedet_mm.deploy.openvino.convert_onnx import convert_onnx
from lanedet_mm.deploy.openvino.import_openvino import import_openvino
from lanedet_mm.deploy.openvino.openvino_wrapper import OpenVINOWrapper
from lanedet_mm.deploy.package_manager import PackageManager

# Looked for first, since looking for it is what registers mmdeploy's own.
BACKEND_MANAGERS.find('openvino')
BACKEND_WRAPPER.register_module('openvino', force=True, module=OpenVINOWrapper)


@BACKEND_MANAGERS.register('openvino')
class OpenVINOManager(PackageManager):
    """Converts ONNX files and opens them for mmdeploy."""

    package = 'openvino'

    @classmethod
    def to_backend(
        cls,
        ir_files: Sequence[str],
        work_dir: str,
        deploy_cfg: Any,  # noqa: ANN401 - mmengine has no types
        log_level: int = logging.INFO,
        device: str = 'cpu',
        *,
        calibration_tiles: Sequence[NDArray[np.uint8]] = (),
    ) -> list[str]:
        """Convert each ONNX file.

        Args:
            ir_files: The ONNX files.
            work_dir: Folder of the results.
            deploy_cfg: Deploy config or its path; `backend_config.precision` is 'fp32', 'fp16' or
                'int8', by default the first.
            log_level: mmdeploy's; nothing is logged.
            device: The files are for any.
            calibration_tiles: For INT8, images of the training side in BGR, shape (H, W, 3).

        Returns:
            The `.xml` files, each with a `.bin` file beside it.
        """
        import_openvino()  # says how to install it before tiles are calibrated on
        precision = get_backend_config(load_config(deploy_cfg)[0]).get('precision', 'fp32')
        files = []
        for file in map(Path, ir_files):
            out = Path(work_dir) / f'{file.stem}.xml'
            with tempfile.TemporaryDirectory() as folder:
                if precision == 'int8':
                    file = quantize_file(file, Path(folder) / file.name, calibration_tiles)
                files.append(str(convert_onnx(file, out, precision=precision)))
        return files

    @classmethod
    def build_wrapper(
        cls,
        backend_files: Sequence[str],
        device: str = 'cpu',
        input_names: Sequence[str] | None = None,
        output_names: Sequence[str] | None = None,
        deploy_cfg: Any = None,  # noqa: ANN401
    ) -> OpenVINOWrapper:
        """What mmdeploy's models run."""
        return OpenVINOWrapper(backend_files[0], device=device, output_names=output_names)
