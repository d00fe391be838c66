"""mmdeploy: one ONNX file of probabilities, any batch and size."""

_base_ = '_base_/onnx.py'

codebase_config = dict(with_softmax=True)
