"""Fitted estimators to ONNX: unwrap, read the columns, export, prove, describe."""
