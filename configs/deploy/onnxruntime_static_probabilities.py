"""mmdeploy: one ONNX file of probabilities, one window of 512 px; what QGIS's Deepness takes."""

_base_ = 'onnxruntime_static.py'

codebase_config = dict(with_argmax=False, with_softmax=True)
