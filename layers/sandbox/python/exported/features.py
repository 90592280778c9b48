"""The features of a graph whose inputs are tables: one for each column."""

from inferx.manifest import Feature, TensorSpec
from inferx.signature import FEATURE_DTYPES

_MAX_FEATURES = 100_000


def features_of(inputs: tuple[TensorSpec, ...], *, nullable: bool) -> tuple[Feature, ...] | None:
    """Return one feature a column if every input is a table of the same rows, of known width.

    Several inputs of one column each are named after their columns, as converters of pipelines
    over tables write them; a matrix has columns without names.

    Args:
        inputs: the graph's.
        nullable: whether numbers may be missing or infinite.
    """
    named = len(inputs) > 1 and all(tensor.shape[1:] == (1,) for tensor in inputs)
    features: list[Feature] = []
    if len({tensor.shape[:1] for tensor in inputs}) != 1:
        return None
    for tensor in inputs:
        width = tensor.shape[1] if len(tensor.shape) == 2 else None
        if width is None or tensor.shape[0] not in (None, 1) or tensor.dtype not in FEATURE_DTYPES:
            return None
        if len(features) + width > _MAX_FEATURES:
            return None
        kind = {"string": "string", "bool": "boolean"}.get(tensor.dtype, "number")
        missing = nullable and kind == "number"
        infinite = nullable and tensor.dtype in ("float32", "float64")
        name = tensor.name if named else None
        features += [
            Feature(name, kind, tensor.name, column, missing, infinite) for column in range(width)
        ]
    return tuple(features)
