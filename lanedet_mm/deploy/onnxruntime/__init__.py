"""An ONNX file in INT8, by ONNX Runtime's own tools."""
