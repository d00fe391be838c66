"""mmdeploy: one ONNX file of a class map, one window of 512 px."""

_base_ = '_base_/onnx.py'

codebase_config = dict(with_argmax=True)
onnx_config = dict(input_shape=(512, 512), dynamic_axes=None)
