"""Inputs of models that take tensors of any rank, such as images, instead of features."""

from typing import TYPE_CHECKING, Any

import numpy as np

from inferx.errors import BadInput
from inferx.serving.inputs import tensor_errors
from inferx.serving.inputs.reader import NUMPY, Array, Feed
from inferx.serving.limits import Limits
from inferx.signature import Signature, TensorSpec

if TYPE_CHECKING:
    from inferx.serving.inputs.image_reader import ImageReader

_TYPES: dict[str, set[type]] = {"string": {str}, "bool": {bool}}
_LEAST = -(1 << 63)
_NUMBERS = {int, float, bool}
_NO_IMAGES = " For images in base64, upload the model with input_kind."


class TensorReader:
    """Reads nested lists for a model whose signature lists no features.

    A model of one input takes the nested list itself; a model of several takes an object with
    one nested list for each, by the graph's names. One level less than the graph's rank is one
    row. An input of images also takes an image in base64 in place of a row, or a list of them.
    """

    def __init__(self, signature: Signature) -> None:
        self._inputs = signature.inputs
        self._rows_apart = signature.rows_run_apart
        self._images = _image_readers(signature)

    def read(self, given: Any, limits: Limits) -> Feed:
        """Implement :meth:`inferx.serving.inputs.reader.Reader.read`."""
        if isinstance(given, dict):
            nested = given
        elif len(self._inputs) == 1:
            nested = {self._inputs[0].name: given}
        else:
            names = ", ".join(each.name for each in self._inputs)
            raise BadInput(f"The input must be an object with a nested list for each of {names}.")
        self._check_names(nested)
        tensors = {spec.name: self._one(nested[spec.name], spec, limits) for spec in self._inputs}
        ranks = {spec.name: len(spec.shape) for spec in self._inputs}
        single = all(array.ndim == ranks[name] - 1 for name, array in tensors.items())
        if single:
            tensors = {name: array[np.newaxis] for name, array in tensors.items()}
        for spec in self._inputs:
            self._check_shape(tensors[spec.name], spec, single)
        rows = max((len(array) for array in tensors.values() if array.ndim), default=1)
        limits.check_rows(rows)
        return Feed(tensors, rows, single)

    def _one(self, nested: Any, spec: TensorSpec, limits: Limits) -> Array:
        images = self._images.get(spec.name)
        found = None if images is None else images.read(nested, limits)
        return _tensor(nested, spec) if found is None else found

    def _check_names(self, nested: dict[str, Any]) -> None:
        known = [spec.name for spec in self._inputs]
        missing = [name for name in known if name not in nested]
        unknown = [name for name in nested if name not in known]
        if missing or unknown:
            sentence = f"Model expects {len(known)} inputs ({', '.join(known)})"
            for what, names in (("missing", missing), ("unknown", unknown)):
                if names:
                    sentence += f"; {what}: {', '.join(names[:10])}"
            raise BadInput(sentence)

    def _check_shape(self, array: Array, spec: TensorSpec, single: bool) -> None:
        fits = array.ndim == len(spec.shape) and all(
            wanted in (None, got) or (self._rows_apart and got and not axis)
            for axis, (wanted, got) in enumerate(zip(spec.shape, array.shape, strict=True))
        )
        if not fits:
            raise BadInput(tensor_errors.wrong_shape(spec, array.shape, single))


def _image_readers(signature: Signature) -> "dict[str, ImageReader]":
    if not signature.images:
        return {}
    from inferx.serving.inputs.image_reader import ImageReader  # noqa: PLC0415  # only for these

    dtypes = {spec.name: NUMPY[spec.dtype] for spec in signature.inputs}
    return {each.input: ImageReader(each, dtypes[each.input]) for each in signature.images}


def _tensor(nested: Any, spec: TensorSpec) -> Array:
    kinds = _kinds(nested)
    if kinds - _TYPES.get(spec.dtype, _NUMBERS):
        what = {"string": "strings", "bool": "booleans"}.get(spec.dtype, "numbers")
        more = _NO_IMAGES if str in kinds and len(spec.shape) == 4 else ""
        raise BadInput(f"Input {spec.name} must hold {what} only.{more}")
    dtype = NUMPY[spec.dtype]
    try:
        if dtype.kind == "f":
            return _real_numbers(nested, dtype)
        if float in kinds:
            return _whole_numbers(nested, dtype)
        return np.array(nested, dtype)
    except (TypeError, ValueError, OverflowError):
        raise BadInput(tensor_errors.no_tensor(spec, nested)) from None


def _kinds(nested: Any) -> set[type]:
    """Return the types of everything in nested lists."""
    kinds = set()
    stack = [nested]
    while stack:
        item = stack.pop()
        if type(item) is list:
            stack.extend(item)
        else:
            kinds.add(type(item))
    return kinds


def _whole_numbers(nested: Any, dtype: np.dtype[Any]) -> Array:
    """Return numbers of which some were written as ``2.0``; numpy alone would cut ``2.5``."""
    given = np.array(nested, object)
    flat = given.ravel().tolist()
    whole = [int(each) for each in flat]
    # The JSON reader has rounded whole numbers below the least of 64 bits to that one.
    if whole != flat or any(type(each) is float and each == _LEAST for each in flat):
        raise ValueError(nested)
    return np.array(whole, dtype).reshape(given.shape)


def _real_numbers(nested: Any, dtype: np.dtype[Any]) -> Array:
    """Return numbers as floats; one that is too large would become infinite."""
    with np.errstate(over="ignore"):
        array = np.array(nested, dtype)
    infinite = np.isinf(array)
    if infinite.any() and (infinite != np.isinf(np.array(nested, np.float64))).any():
        raise OverflowError(nested)
    return array
