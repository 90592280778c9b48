"""Where an input's values lie, as the layers that take it show: embeddings, normalisation."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

# A pixel's values: 0 to 255 about evenly.
_PIXEL_CENTRE, _PIXEL_SPREAD = 127.5, 74.0
_PIXEL_SCALES = (255.0, 256.0, 127.5)

_KEEPING = ("Cast", "Reshape", "Flatten", "ExpandDims", "Squeeze", "GetItem", "Permute", "Slice")
_KEEPING_TOO = (
    "RepeatVector",
    "Dropout",
    "SpatialDropout1D",
    "Identity",
    "Activation",
    "Concatenate",
)


def range_of(model: Any, tensor: Any) -> dict[str, Any]:
    """Return the fields of a ``NetworkInput`` that say which values an input has.

    Args:
        model: built, with its weights.
        tensor: one of its inputs.
    """
    takers = list(_takers(model, tensor, 0))
    rows = [rows for each in takers if (rows := _rows(each)) is not None]
    if rows:
        return {"below": min(rows)}
    for each in takers:
        found = _spread_of(each, tensor)
        if found is not None:
            return {"centre": found[0], "spread": found[1]}
    return {}


def _takers(model: Any, tensor: Any, depth: int) -> Iterator[Any]:
    """Yield the layers that take an input's own values, within nested models too."""
    functional = getattr(model, "_functional", None) or model
    for node in [each for level in functional._nodes_by_depth.values() for each in level]:
        places = [place for place, each in enumerate(node.input_tensors) if each is tensor]
        if not places or depth > 20:
            continue
        taker = node.operation
        if isinstance(taker, keras.Model):
            for place in places:
                yield from _takers(taker, taker.inputs[place], depth + 1)
            continue
        yield taker
        if type(taker).__name__ in (*_KEEPING, *_KEEPING_TOO):
            for output in node.output_tensors:
                yield from _takers(model, output, depth + 1)


def _rows(layer: Any) -> int | None:
    inner = layer.layer if isinstance(layer, keras.layers.TimeDistributed) else layer
    if isinstance(inner, keras.layers.Embedding):
        return int(inner.input_dim)
    if isinstance(inner, keras.layers.CategoryEncoding):
        return int(inner.num_tokens)
    return None


def _spread_of(layer: Any, tensor: Any) -> tuple[Any, Any] | None:
    if isinstance(layer, keras.layers.Rescaling):
        return _rescaled(layer)
    if isinstance(layer, keras.layers.Normalization) and not layer.invert:
        return _fitting(layer.mean, layer.variance, tensor)
    if isinstance(layer, keras.layers.BatchNormalization):
        return _fitting(layer.moving_mean, layer.moving_variance, tensor)
    return None


def _rescaled(layer: Any) -> tuple[Any, Any] | None:
    scale, offset = np.asarray(layer.scale, float), np.asarray(layer.offset, float)
    if scale.size != 1 or offset.size != 1 or not scale.item():
        return None
    factor = 1 / abs(scale.item())
    if any(abs(factor - each) < 1 for each in _PIXEL_SCALES):
        return _PIXEL_CENTRE, _PIXEL_SPREAD
    return -offset.item() / scale.item(), factor


def _fitting(mean: Any, variance: Any, tensor: Any) -> tuple[Any, Any] | None:
    """Return mean and deviation if they broadcast to one row of the input, and are finite."""
    centre, square = (
        keras.ops.convert_to_tensor(each).detach().numpy().astype(float).squeeze()
        for each in (mean, variance)
    )
    row = tuple(length or 1 for length in tensor.shape[1:])
    if not (np.isfinite(centre).all() and np.isfinite(square).all()):
        return None
    try:
        np.broadcast_shapes(centre.shape, row)
    except ValueError:
        return None
    return centre, np.sqrt(np.maximum(square, 1e-12))
