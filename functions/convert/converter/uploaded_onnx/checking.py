"""Whether a model is one valid graph of standard operators, all of it in the file."""

import onnx.inliner

from converter.uploaded_onnx.functions import check_expansion
from converter.uploaded_onnx.parts import nodes_of, tensors_of
from converter.uploaded_onnx.tree_depths import check_depths
from inferx.errors import Refused

_DOMAINS = {"", "ai.onnx", "ai.onnx.ml"}
_MAX_IR_VERSION = 14


def self_contained(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the model as one graph, if the file holds everything that it needs.

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
    own = {(function.domain, function.name) for function in model.functions}
    for node in (node for body in (model.graph, *model.functions) for node in nodes_of(body)):
        if node.domain not in _DOMAINS and (node.domain, node.op_type) not in own:
            raise Refused(
                f"The model uses the custom operator {node.domain[:100]}.{node.op_type[:100]}; "
                "export it with the operators of ONNX and ai.onnx.ml only."
            )
    check_expansion(model)
    try:
        onnx.checker.check_model(model, full_check=True)
    except (
        onnx.checker.ValidationError,
        onnx.shape_inference.InferenceError,
        UnicodeDecodeError,  # its message quotes a name that is no text
    ) as invalid:
        raise Refused(
            "The file is not a valid ONNX model: onnx.checker.check_model(model, full_check=True) "
            "shows what is wrong with it."
        ) from invalid
    if own:
        model = onnx.inliner.inline_local_functions(model)
    check_depths(nodes_of(model.graph))
    return model
