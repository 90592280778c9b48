"""Errors for nested lists that are no tensor, or none that the model takes."""

from collections.abc import Sequence
from typing import Any

from inferx.serving.inputs.input_errors import in_row
from inferx.signature import TensorSpec

_DEEPEST = 16
_LONGEST = 60


def wrong_shape(spec: TensorSpec, got: Sequence[int], single: bool) -> str:
    """Return the sentence for a tensor of another shape than the model's.

    Args:
        spec: the input.
        got: the tensor's shape, with the axis of the rows.
        single: whether the request was one row, without that axis.
    """
    name = _shown(spec)
    if single:
        return (
            f"One row of input {name} must have the shape {_list(spec.shape[1:])}, got "
            f"{_list(got[1:])}."
        )
    sentence = f"Input {name} must have the shape {_list(spec.shape)}, got {_list(got)}."
    if not spec.shape or len(got) == len(spec.shape):
        return sentence
    return (
        f"{sentence} One row is a nested list of the shape {_list(spec.shape[1:])}, and a batch is "
        "a list of rows."
    )


def no_tensor(spec: TensorSpec, nested: Any) -> str:
    """Return the sentence for nested lists of unequal lengths, or of numbers that do not fit.

    Args:
        spec: the input.
        nested: what the request has for it.
    """
    uneven = _uneven_rows(spec, nested)
    if uneven is not None:
        return uneven
    kind = "numbers" if spec.dtype.startswith("float") else "whole numbers"
    what = kind if spec.dtype not in ("string", "bool") else f"{spec.dtype} values"
    fit = f" that fit {spec.dtype}" if what == kind else ""
    return f"Input {_shown(spec)} must be nested lists of equal lengths, of {what}{fit}."


def _uneven_rows(spec: TensorSpec, nested: Any) -> str | None:
    """Return the sentence for the first row of another shape than row 1, if there is one."""
    if type(nested) is not list or _depth(nested) != len(spec.shape):
        return None
    shapes = [_shape_of(row, _DEEPEST) for row in nested]
    for place, shape in enumerate(shapes):
        if shape is None:
            return f"{in_row(place)}Input {_shown(spec)} must be nested lists of equal lengths."
        if shape != shapes[0]:
            return (
                f"{in_row(place)}Input {_shown(spec)} has the shape {_list(shape)}, and "
                f"{_list(shapes[0] or ())} in row 1. Send rows of one shape together: pad them as "
                "in training, or send each in a request of its own."
            )
    return None


def _depth(nested: Any) -> int:
    depth = 0
    while type(nested) is list:
        depth += 1
        nested = nested[0] if nested else None
    return depth


def _shape_of(nested: Any, levels: int) -> tuple[int, ...] | None:
    """Return the shape of nested lists; ``None`` where their lengths are unequal."""
    if type(nested) is not list:
        return ()
    shapes = {_shape_of(each, levels - 1) for each in nested} if levels else {None}
    if len(shapes) != 1:
        return None if nested else (0,)
    (shape,) = shapes
    return None if shape is None else (len(nested), *shape)


def _list(shape: Sequence[int | None]) -> str:
    return f"[{', '.join('any' if each is None else str(each) for each in shape)}]"


def _shown(spec: TensorSpec) -> str:
    return spec.name[:_LONGEST]
