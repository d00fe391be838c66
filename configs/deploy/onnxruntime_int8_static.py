"""mmdeploy: as onnxruntime_static, in INT8 for a CPU, calibrated on the training side."""

_base_ = 'onnxruntime_static.py'

backend_config = dict(precision='int8')
