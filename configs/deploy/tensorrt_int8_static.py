"""mmdeploy: a TensorRT engine in INT8 for one size, calibrated on tiles of the training side."""

_base_ = 'tensorrt_fp16_static.py'

backend_config = dict(common_config=dict(fp16_mode=False, int8_mode=True))
