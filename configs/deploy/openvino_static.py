"""mmdeploy: OpenVINO's X.xml and X.bin, one window of 512 px."""

_base_ = 'onnxruntime_static.py'

custom_imports = dict(imports='lanedet_mm.deploy.openvino.openvino_manager')
backend_config = dict(type='openvino', precision='fp32')
