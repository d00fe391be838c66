"""mmdeploy: as openvino_static, in half precision: bfloat16 on CPUs that know it."""

_base_ = 'openvino_static.py'

backend_config = dict(precision='fp16')
