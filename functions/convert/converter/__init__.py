"""Turns one model file into one ONNX model that is proved to predict the same."""
