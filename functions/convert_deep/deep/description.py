"""The signature of a network's graph: what it takes and predicts, with its free axes."""

from collections.abc import Sequence
from typing import Any

import onnx

from deep.network import Network
from exported import graph
from exported.features import features_of
from inferx.errors import Refused
from inferx.signature import Signature


def describe(model: onnx.ModelProto, network: Network, runs: Sequence[Sequence[Any]]) -> Signature:
    """Give the graph the shapes that it really has, in place, and return its signature.

    Args:
        model: the finished graph.
        network: what it was made of.
        runs: outputs of the framework for several numbers of rows and lengths of the free axes:
            an output's axis is free if it differs between them.

    Raises:
        Refused: an output has no row for each row of the input, or no request could carry it.
    """
    weights = {each.name for each in model.graph.initializer}
    given = [each for each in model.graph.input if each.name not in weights]
    for value, spec in zip(given, network.inputs, strict=True):
        _shape(value, (None, *spec.shape))
    for place, value in enumerate(model.graph.output):
        _shape(value, _free_where_different(value.name, [run[place].shape for run in runs]))
    inputs, outputs = graph.tensor_specs(given), graph.tensor_specs(model.graph.output)
    features = features_of(inputs, nullable=False)
    return Signature(
        inputs=inputs,
        outputs=outputs,
        features=features,
        prediction=outputs[0].name,
        probabilities=None,
        classes=None,
        named_features=features is not None and all(each.name for each in features),
    )


def _shape(value: onnx.ValueInfoProto, sizes: Sequence[int | None]) -> None:
    shape = value.type.tensor_type.shape
    del shape.dim[:]
    for place, size in enumerate(sizes):
        dimension = shape.dim.add()
        if size is None:
            dimension.dim_param = "rows" if not place else f"{value.name}_{place}"
        else:
            dimension.dim_value = size


def _free_where_different(name: str, shapes: Sequence[tuple[int, ...]]) -> tuple[int | None, ...]:
    if len({len(shape) for shape in shapes}) != 1:
        raise Refused(
            f"Output '{name[:100]}' has as many axes as the input decides, and requests need to "
            "know how many; end the model with a layer that has always the same."
        )
    return tuple(None if len(set(sizes)) > 1 else sizes[0] for sizes in zip(*shapes, strict=True))
