"""Answering predictions from ONNX sessions kept open in the warm container."""
