"""An exported graph in the precision that an engine is to have."""

from collections.abc import Sequence

import numpy as np
import onnx
from numpy.typing import NDArray

from lanedet_mm.deploy.fold_constants import fold_constants
from lanedet_mm.deploy.onnx_graph import model_description
from lanedet_mm.deploy.onnxruntime.static_quantization import normalized_tiles
from lanedet_mm.deploy.tensorrt.half_precision import convert_to_fp16
from lanedet_mm.deploy.tensorrt.input_profile import Shape
from lanedet_mm.deploy.tensorrt.int8_quantization import quantize_int8


def prepare_graph(
    model: onnx.ModelProto,
    *,
    precision: str,
    shape: Shape | None = None,
    calibration_tiles: Sequence[NDArray[np.uint8]] = (),
) -> onnx.ModelProto:
    """Fold what is constant, then convert.

    Args:
        model: The export, in FP32.
        precision: 'fp32', 'fp16' or 'int8'.
        shape: The only shape that it is to take; None leaves it as it is.
        calibration_tiles: For INT8, images of the training side in BGR, shape (H, W, 3).

    Raises:
        ValueError: If INT8 has no tiles, or the file does not say how to normalize them.
    """
    folded = fold_constants(model, shape=shape)
    if precision == 'fp32':
        return folded
    if precision == 'fp16':
        return convert_to_fp16(folded)
    description = model_description(model)
    if description is None:
        raise ValueError(
            'the ONNX file has no metadata, so that tiles cannot be normalized to calibrate INT8; '
            'export the model with tools/deploy.py or lanedet_mm.deploy.export_onnx'
        )
    return quantize_int8(folded, normalized_tiles(calibration_tiles, description))
