"""A client's tensors against the model's inputs: names, shapes, datatypes, missing values."""

from typing import Any

import numpy as np

from inferx.errors import BadInput
from inferx.serving.inputs.reader import NUMPY, Array, Feed, check_rows
from inferx.serving.oip.datatypes import datatype_of
from inferx.signature import Signature, TensorSpec


def fit(given: dict[str, Array], signature: Signature) -> Feed:
    """The tensors as the graph takes them.

    A number type other than the graph's is converted when its values survive that.

    Raises:
        BadInput: they are not what the model takes.
        TooLarge: too many rows.
    """
    specs = {spec.name: spec for spec in signature.inputs}
    for what, names in (("missing", specs.keys() - given), ("unknown", given.keys() - specs)):
        if names:
            raise BadInput(
                f"The model takes {', '.join(specs)}; {what}: {', '.join(sorted(names))}."
            )
    tensors = {name: _fit(given[name], spec) for name, spec in specs.items()}
    _check_missing(tensors, signature)
    rows = max((len(tensor) for tensor in tensors.values() if tensor.ndim), default=1)
    check_rows(rows)
    return Feed(tensors, rows, single=False)


def _fit(tensor: Array, spec: TensorSpec) -> Array:
    same_rank = tensor.ndim == len(spec.shape)
    if not same_rank or any(
        wanted not in (None, got) and (axis or wanted != 1)  # exported for one row: row by row
        for axis, (wanted, got) in enumerate(zip(spec.shape, tensor.shape, strict=True))
    ):
        wanted = [-1 if each is None else each for each in spec.shape]
        raise BadInput(
            f"Input {spec.name} has the shape {list(tensor.shape)}, the model takes {wanted}."
        )
    if tensor.ndim and not tensor.size:
        raise BadInput(f"Input {spec.name} is empty.")
    wanted_type = NUMPY[spec.dtype]
    if tensor.dtype == wanted_type:
        return tensor
    if tensor.dtype.kind in "iuf" and wanted_type.kind in "iuf":
        converted = _converted(tensor, wanted_type)
        if converted is not None:
            return converted
    raise BadInput(
        f"Input {spec.name} has the datatype {datatype_of(tensor.dtype)}, "
        f"the model takes {datatype_of(wanted_type)}."
    )


def _converted(tensor: Array, wanted: np.dtype[Any]) -> Array | None:
    with np.errstate(over="ignore", invalid="ignore"):
        converted = tensor.astype(wanted)
    if wanted.kind == "f":
        kept = np.array_equal(np.isinf(converted), np.isinf(tensor))
    else:
        kept = bool(np.isfinite(tensor).all()) and np.array_equal(converted, tensor)
    return converted if kept else None


def _check_missing(tensors: dict[str, Array], signature: Signature) -> None:
    for feature in signature.features or ():
        tensor = tensors[feature.input]
        if tensor.dtype.kind == "f" and not feature.nullable:
            column = tensor[:, feature.column] if tensor.ndim == 2 else tensor
            if np.isnan(column).any():
                named = f"feature {feature.name}" if feature.name else f"column {feature.column}"
                raise BadInput(
                    f"Input {feature.input}, {named} holds NaN, "
                    "and the model takes no missing values there."
                )
