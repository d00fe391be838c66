"""mmdeploy: OpenVINO's X.xml and X.bin, any batch and size."""

_base_ = 'onnxruntime_dynamic.py'

custom_imports = dict(imports='lanedet_mm.deploy.openvino.openvino_manager')
backend_config = dict(type='openvino', precision='fp32')
