"""A client's tensors against the model's inputs: names, shapes, datatypes, missing values."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from inferx.errors import BadInput
from inferx.serving.inputs.reader import NUMPY, Array, Feed
from inferx.serving.limits import Limits
from inferx.serving.oip.datatypes import datatype_of
from inferx.signature import MISSING_TEXT, Feature, Signature, TensorSpec


def fit(given: dict[str, Array], signature: Signature, limits: Limits) -> Feed:
    """Return the tensors as the graph takes them.

    The protocol wants each input in the datatype of the model's metadata. Numbers of another
    datatype are converted, but only without loss: a tensor of which any value would change is
    refused, because the model would predict for other values than the client sent.

    Raises:
        BadInput: they are not what the model takes.
        TooLarge: they have too many rows.
    """
    tensors = {}
    rows = 0
    for spec in signature.inputs:
        if spec.name not in given or len(given) != len(signature.inputs):
            raise _wrong_names(given, signature)
        tensor = tensors[spec.name] = _fit(given[spec.name], spec, signature)
        rows = max(rows, len(tensor) if tensor.ndim else 1)
    if signature.features is None:
        _refuse_null(tensors)
    else:
        _check_features(tensors, signature.features)
    limits.check_rows(rows)
    return Feed(tensors, rows, single=False)


def _wrong_names(given: dict[str, Array], signature: Signature) -> BadInput:
    names = [spec.name for spec in signature.inputs]
    wrong = [("missing", set(names) - given.keys()), ("unknown", given.keys() - set(names))]
    what, which = next((what, which) for what, which in wrong if which)
    return BadInput(f"The model takes {', '.join(names)}; {what}: {', '.join(sorted(which))}.")


def _fit(tensor: Array, spec: TensorSpec, signature: Signature) -> Array:
    if not _has_shape(tensor, spec, signature):
        wanted = [-1 if each is None else each for each in spec.shape]
        raise BadInput(
            f"Input {spec.name} has the shape {list(tensor.shape)}, the model takes {wanted}."
        )
    wanted_type = NUMPY[spec.dtype]
    if tensor.dtype == wanted_type:
        return tensor
    sentence = (
        f"Input {spec.name} has the datatype {datatype_of(tensor.dtype)}, "
        f"the model takes {datatype_of(wanted_type)}"
    )
    if tensor.dtype.kind not in "iuf" or wanted_type.kind not in "iuf":
        raise BadInput(f"{sentence}.")
    converted = _converted(tensor, wanted_type)
    if converted is None:
        raise BadInput(f"{sentence}, which cannot hold all of its values exactly.")
    return converted


def _has_shape(tensor: Array, spec: TensorSpec, signature: Signature) -> bool:
    if tensor.ndim != len(spec.shape):
        return False
    for axis, wanted in enumerate(spec.shape):
        got = tensor.shape[axis]
        if wanted not in (None, got) and (axis or not got or not signature.rows_run_apart):
            return False
    return True


def _converted(tensor: Array, wanted: np.dtype[Any]) -> Array | None:
    """Return the same numbers in another type; ``None`` if any of them would change."""
    with np.errstate(over="ignore", invalid="ignore"):
        converted = tensor.astype(wanted)
        again = converted.astype(tensor.dtype)
        # What an integer type cannot hold becomes a number of the processor's choice, which
        # could convert back to the same by chance.
        in_range = _within(tensor, wanted) and _within(converted, tensor.dtype)
    both_float = tensor.dtype.kind == wanted.kind == "f"
    same = in_range and np.array_equal(again, tensor, equal_nan=both_float)
    return converted if same else None


def _within(values: Array, wanted: np.dtype[Any]) -> bool:
    """Return whether the values are in the range of an integer type; true for other types."""
    if wanted.kind == "f" or not values.size:
        return True
    bounds = np.iinfo(wanted)
    if values.dtype.kind == "f":
        return bool(((values >= float(bounds.min)) & (values < float(bounds.max + 1))).all())
    return bounds.min <= int(values.min()) and int(values.max()) <= bounds.max


def _check_features(tensors: dict[str, Array], features: Iterable[Feature]) -> None:
    if _are_finite(tensors):
        return
    for name, tensor in tensors.items():
        if not tensor.size:
            raise BadInput(f"Input {name} is empty.")
    for feature in features:
        tensor = tensors[feature.input]
        column = tensor[:, feature.column] if tensor.ndim == 2 else tensor
        named = f"feature {feature.name}" if feature.name else f"column {feature.column}"
        where = f"Input {feature.input}, {named}"
        if feature.kind == "any":
            if tensor.dtype.kind == "O":
                column[:] = ""  # the graph ignores it, and takes no null
            continue
        if tensor.dtype.kind == "f" and not feature.nullable and np.isnan(column).any():
            raise BadInput(f"{where} holds NaN, and the model takes no missing values there.")
        if tensor.dtype.kind == "f" and not feature.infinite and np.isinf(column).any():
            raise BadInput(f"{where} holds an infinite number, which the model does not take.")
        if tensor.dtype.kind == "O":
            _check_strings(column, feature, where)


def _are_finite(tensors: dict[str, Array]) -> bool:
    """Return whether all tensors hold numbers, all of them finite."""
    for tensor in tensors.values():
        if tensor.dtype.kind not in "fiu" or not tensor.size:
            return False
        if not np.logical_and.reduce(np.isfinite(tensor), axis=None):
            return False
    return True


def _check_strings(column: Array, feature: Feature, where: str) -> None:
    """Put the graph's own text for a missing value in the place of null."""
    if (column == MISSING_TEXT).any():
        raise BadInput(f"{where} holds U+FDD0, which is no text; a missing value is null.")
    absent = column == None  # noqa: E711  # element by element
    if absent.any() and not feature.nullable:
        raise BadInput(f"{where} holds null, and the model takes no missing values there.")
    column[absent] = MISSING_TEXT


def _refuse_null(tensors: dict[str, Array]) -> None:
    for name, tensor in tensors.items():
        if tensor.dtype.kind == "O" and (tensor == None).any():  # noqa: E711  # as above
            raise BadInput(f"Input {name} holds null, and the model takes no missing values.")
