"""An ONNX file as a TensorRT engine: precision, building, checking, running."""
