"""An ONNX graph with Q/DQ nodes, calibrated on tiles of the training side."""

import logging
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from lanedet_mm.deploy.tensorrt.fold_constants import infer_shapes
from lanedet_mm.deploy.tensorrt.onnx_graph import image_input

# What TensorRT asks for: zero points of 0 on both sides, weights as float32 behind a Q/DQ pair of
# their own, biases left alone, and pairs before a convolution only, so that what follows it (ReLU,
# addition) fuses with it.
TENSORRT_RULES = {
    'ActivationSymmetric': True,
    'WeightSymmetric': True,
    'AddQDQPairToWeight': True,
    'DedicatedQDQPair': True,
    'QuantizeBias': False,
    'MatMulConstBOnly': True,
    'OpTypesToExcludeOutputQuantization': ['Conv', 'ConvTranspose', 'Gemm', 'MatMul'],
}


def quantize_int8(model: onnx.ModelProto, inputs: Iterable[NDArray[np.float32]]) -> onnx.ModelProto:
    """Quantize weights per channel and activations per tensor, symmetrically.

    The last convolution, which makes the logits, stays in float32.

    Args:
        model: A graph of `fold_constants`.
        inputs: Normalized batches of the training side, never of the test ground, shape
            (N, C, H, W).

    Raises:
        ValueError: If there are no batches.
    """
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.calibrate import CalibrationDataReader

    class Reader(CalibrationDataReader):
        """Gives one batch after another."""

        def __init__(self, name: str) -> None:
            self.batches: Iterator[NDArray[np.float32]] = iter(inputs)
            self.name, self.read = name, 0

        def get_next(self) -> dict[str, NDArray[np.float32]] | None:
            batch = next(self.batches, None)
            self.read += batch is not None
            return None if batch is None else {self.name: batch}

    reader = Reader(image_input(model)[0])
    convolutions = [node.name for node in model.graph.node if node.op_type == 'Conv']
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / 'model.onnx', Path(folder) / 'quantized.onnx'
        onnx.save(model, source)  # given as an object, its weights would move to another file
        try:
            _without_advice(
                quantize_static,
                source,
                out,
                reader,
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=TENSORRT_RULES['OpTypesToExcludeOutputQuantization'],
                per_channel=True,
                activation_type=QuantType.QInt8,
                weight_type=QuantType.QInt8,
                nodes_to_exclude=convolutions[-1:],
                extra_options=TENSORRT_RULES,
            )
        except ValueError as error:
            if reader.read:
                raise
            raise ValueError(
                'no tiles to calibrate on; INT8 needs some tens of the training side'
            ) from error
        quantized = onnx.load(out)
    del quantized.metadata_props[:]
    quantized.metadata_props.extend(model.metadata_props)
    return infer_shapes(quantized)


def normalized_tiles(
    tiles: Iterable[NDArray[np.uint8]], description: dict[str, Any]
) -> Iterator[NDArray[np.float32]]:
    """What the graph is fed for each tile, as batches of one.

    Args:
        tiles: Images in BGR, shape (H, W, 3).
        description: What the ONNX file says of itself: `mean`, `std`, `to_rgb`.
    """
    mean = np.asarray(description.get('mean') or (0, 0, 0), np.float32)
    std = np.asarray(description.get('std') or (1, 1, 1), np.float32)
    for tile in tiles:
        image = tile[..., ::-1] if description.get('to_rgb') else tile
        batch = ((image - mean) / std).transpose(2, 0, 1)[None]
        yield np.ascontiguousarray(batch, np.float32)


def _without_advice(function: Any, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
    """Call what advises on the root logger to preprocess, which has been done."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        function(*arguments, **options)
    finally:
        logging.disable(before)
