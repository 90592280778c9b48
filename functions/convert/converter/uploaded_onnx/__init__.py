"""Adopts an uploaded ONNX file: checks it, describes it, and writes it with its signature."""

from converter.uploaded_onnx.adoption import adopt

__all__ = ["adopt"]
