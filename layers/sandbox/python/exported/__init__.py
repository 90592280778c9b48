"""What both converters do with an exported ONNX graph: finish it, and run it as predictions do."""
