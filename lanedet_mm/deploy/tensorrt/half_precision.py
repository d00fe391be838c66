"""An ONNX graph in half precision, but for what needs more."""

import warnings

import onnx

from lanedet_mm.deploy.fold_constants import infer_shapes

# Squares and sums of a norm pass 65504, the greatest half; `ReduceMean`, `Pow` and `Sqrt` are
# what a norm consists of where it was not joined.
KEPT_IN_FP32 = (
    'BatchNormalization',
    'GroupNormalization',
    'InstanceNormalization',
    'LayerNormalization',
    'LogSoftmax',
    'Pow',
    'ReduceMean',
    'Softmax',
    'Sqrt',
)


def convert_to_fp16(model: onnx.ModelProto) -> onnx.ModelProto:
    """Half precision with norms and softmax in single; input and output stay float32.

    Args:
        model: A graph of `fold_constants`.

    Returns:
        A new graph; ONNX Runtime runs it on a CPU too, by casts of its own.
    """
    from onnxruntime.transformers.float16 import DEFAULT_OP_BLOCK_LIST, convert_float_to_float16
    from onnxruntime.transformers.onnx_model import OnnxModel

    copy = onnx.ModelProto.FromString(model.SerializeToString())
    with warnings.catch_warnings():
        # Weights nearer to 0 than the least half are said one by one.
        warnings.filterwarnings('ignore', message='the float32 number')
        half = convert_float_to_float16(
            copy, keep_io_types=True, op_block_list=[*DEFAULT_OP_BLOCK_LIST, *KEPT_IN_FP32]
        )
    # The conversion puts its casts at the end; ONNX wants nodes in the order of their use.
    OnnxModel(half).topological_sort()
    return infer_shapes(half)
