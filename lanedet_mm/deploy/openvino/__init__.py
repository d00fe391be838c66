"""An ONNX file as OpenVINO's own, and either of them as a model."""
