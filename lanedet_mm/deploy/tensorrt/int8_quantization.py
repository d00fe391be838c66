"""An ONNX graph with Q/DQ nodes as TensorRT wants them."""

from collections.abc import Iterable

import numpy as np
import onnx
from numpy.typing import NDArray

from lanedet_mm.deploy.onnxruntime.static_quantization import quantize_graph

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
    from onnxruntime.quantization import QuantType

    convolutions = [node.name for node in model.graph.node if node.op_type == 'Conv']
    return quantize_graph(
        model,
        inputs,
        op_types_to_quantize=TENSORRT_RULES['OpTypesToExcludeOutputQuantization'],
        activation_type=QuantType.QInt8,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=convolutions[-1:],
        extra_options=TENSORRT_RULES,
    )
