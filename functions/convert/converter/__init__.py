"""Turns one untrusted model file into one ONNX model that is proved to answer the same."""
