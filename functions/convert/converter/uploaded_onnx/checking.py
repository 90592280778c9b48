"""Whether a model is one valid graph of standard operators, all of it in the file."""

import onnx

from converter.uploaded_onnx.parts import nodes_of, tensors_of
from inferx.errors import Refused

_DOMAINS = {"", "ai.onnx", "ai.onnx.ml"}
_MAX_IR_VERSION = 14


def check_self_contained(model: onnx.ModelProto) -> None:
    """Raise unless the file holds everything that the model needs.

    Raises:
        Refused: naming what is elsewhere, or what this service does not run.
    """
    if model.ir_version > _MAX_IR_VERSION:
        raise Refused(
            f"The file has IR version {model.ir_version}; up to {_MAX_IR_VERSION} is served."
        )
    for tensor in tensors_of(model):
        if tensor.external_data or tensor.data_location == onnx.TensorProto.EXTERNAL:
            raise Refused("The model keeps weights in other files; export it as a single file.")
    del model.training_info[:]  # how it was trained; a prediction never reads it
    if model.functions:
        raise Refused("The model defines functions of its own; export it with them inlined.")
    for node in nodes_of(model.graph):
        if node.domain not in _DOMAINS:
            raise Refused(f"The model uses the custom operator {node.domain}.{node.op_type}"[:200])
    try:
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as invalid:
        raise Refused(
            "The file is not a valid ONNX model: onnx.checker.check_model(model, full_check=True) "
            "shows what is wrong with it."
        ) from invalid
