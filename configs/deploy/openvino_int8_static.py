"""mmdeploy: as openvino_static, in INT8, calibrated on the training side."""

_base_ = 'openvino_static.py'

backend_config = dict(precision='int8')
