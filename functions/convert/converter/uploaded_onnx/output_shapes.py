"""The shapes of a graph's outputs, where its exporter left them out."""

import onnx


def with_output_shapes(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the graph with what onnx infers about its outputs' shapes, or as it is."""
    if all(_is_known(output.type.tensor_type) for output in model.graph.output):
        return model
    inferred = onnx.shape_inference.infer_shapes(model, data_prop=True)
    found = {output.name: output for output in inferred.graph.output}
    for output in model.graph.output:
        output.CopyFrom(found[output.name])
    return model


def _is_known(tensor: onnx.TypeProto.Tensor) -> bool:
    return tensor.HasField("shape") and all(
        dimension.HasField("dim_value") for dimension in tensor.shape.dim
    )
