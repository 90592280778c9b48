"""The signature of an uploaded graph."""

import onnx

from converter.uploaded_onnx.label_classes import classes_of
from converter.uploaded_onnx.tensor_outputs import Columns
from exported import graph
from exported.features import features_of
from inferx.errors import Refused
from inferx.manifest import Signature, TensorSpec


def signature_of(model: onnx.ModelProto, columns: Columns) -> Signature:
    """Describe a graph whose outputs are tensors.

    Args:
        model: the graph, its outputs' shapes included.
        columns: the labels of the columns of outputs that were dictionaries.

    Raises:
        Refused: no request could carry its inputs, or no response its outputs.
    """
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = graph.tensor_specs(value for value in model.graph.input if value.name not in weights)
    if not inputs or not model.graph.output:
        raise Refused("The model has no input or no output.")
    outputs = graph.tensor_specs(model.graph.output)
    label, probabilities = _label_and_probabilities(outputs)
    classes = None
    if probabilities is not None:
        classes = columns.labels.get(probabilities.name) or classes_of(
            model, label.name, probabilities.shape[1]
        )
    # What the graph makes of NaN and of infinities is right: there is no other original.
    features = features_of(inputs, nullable=True)
    return Signature(
        inputs=inputs,
        outputs=outputs,
        features=features,
        prediction=label.name,
        probabilities=probabilities.name if probabilities else None,
        classes=classes,
        named_features=features is not None and all(each.name for each in features),
    )


def _label_and_probabilities(
    outputs: tuple[TensorSpec, ...],
) -> tuple[TensorSpec, TensorSpec | None]:
    """Return a label and its probabilities if two outputs look like them, else the first output."""
    label, *others = outputs
    if len(others) == 1 and label.dtype in ("int64", "string") and _one_a_row(label):
        (scores,) = others
        in_columns = len(scores.shape) == 2 and scores.shape[1] != 1
        if in_columns and scores.dtype in ("float32", "float64"):
            return label, scores
    return label, None


def _one_a_row(label: TensorSpec) -> bool:
    return len(label.shape) <= 1 or label.shape[1:] == (1,)
