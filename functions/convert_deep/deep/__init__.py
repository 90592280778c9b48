"""Converts Keras and PyTorch files to ONNX, proved to predict as the framework does."""
