"""What a network may take, guessed by its first layer that has weights, and tried by running it.

Neither a module nor a script stores the shape of its input; the first layer's weights show the
number of features or channels, and often all of it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import torch

Shape: TypeAlias = tuple[int | None, ...]

_SQUARES = (8, 16, 20, 24, 28, 32, 40, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 299, 384)
_LENGTHS = (*range(1, 257), 300, 360, 384, 400, 500, 512, 600, 720, 784, 800, 1000, 1024, 2048)


@dataclass(frozen=True)
class Guess:
    """What the first layer shows.

    Attributes:
        layer: the layer, for sentences: "Conv2d with 3 channels".
        dtype: of the input.
        free: shapes of one row to try first, with lengths that vary.
        fixed: shapes to try if none of those runs; one alone must.
        below: what whole numbers lie below.
        centre: where the values lie that a first normalisation layer saw.
        spread: their standard deviation.
    """

    layer: str
    dtype: str
    free: tuple[Shape, ...] = ()
    fixed: tuple[Shape, ...] = ()
    below: int | None = None
    centre: Any = 0.0
    spread: Any = 1.0


def guess(module: Any) -> Guess | None:
    """Return what the first layer with weights shows; ``None`` where it shows nothing.

    Args:
        module: a module or a loaded script.
    """
    dtype = _dtype(module)
    for name, layer in _layers(module):
        found = _of_layer(name, layer, dtype)
        if found is not None:
            return found
    return None


def _layers(module: Any) -> Iterator[tuple[str, Any]]:
    """Yield the layers that have weights of their own, in the order in which they were made."""
    for layer in module.modules():
        name = getattr(layer, "original_name", None) or type(layer).__name__
        own = list(layer.parameters(recurse=False)) + list(layer.buffers(recurse=False))
        if own or name == "Unflatten":
            yield str(name), layer


def _of_layer(name: str, layer: Any, dtype: str) -> Guess | None:
    weight = getattr(layer, "weight", None)
    if not isinstance(weight, torch.Tensor):
        return _without_weight(name, layer, dtype)
    if name.startswith("BatchNorm"):
        return _of_normalisation(name, layer, dtype)
    if name in ("Linear", "LayerNorm", "RMSNorm", "Embedding", "EmbeddingBag"):
        return _of_table(name, weight, dtype)
    return _of_channels(name, layer, weight, dtype)


def _without_weight(name: str, layer: Any, dtype: str) -> Guess | None:
    """Return what layers show whose weights have names of their own, or none."""
    if name in ("LSTM", "GRU", "RNN"):
        size = layer.weight_ih_l0.shape[1]
        return _sequence(f"{name} with input size {size}", dtype, size)
    if name in ("MultiheadAttention", "TransformerEncoderLayer"):
        size = _width(layer)
        return _sequence(f"{name} of width {size}", dtype, size) if size else None
    parts = getattr(layer, "unflattened_size", None)
    if isinstance(parts, tuple) and getattr(layer, "dim", None) == 1:
        size = math.prod(parts)
        return Guess(f"{name} of {size} features", dtype, (), ((size,),))
    return None


def _of_table(name: str, weight: torch.Tensor, dtype: str) -> Guess:
    if name.startswith("Embedding"):
        layer, fixed = f"{name} of {weight.shape[0]} entries", tuple((size,) for size in _LENGTHS)
        return Guess(layer, "int64", ((None,),), fixed, weight.shape[0])
    if name == "Linear":
        size = weight.shape[1]
        return Guess(f"Linear of {size} features", dtype, (), ((size,),))
    shape = tuple(weight.shape)
    return Guess(f"{name} over {list(shape)}", dtype, (), (shape,))


def _of_channels(name: str, layer: Any, weight: torch.Tensor, dtype: str) -> Guess | None:
    axes = {"Conv1d": 1, "Conv2d": 2, "ConvTranspose1d": 1, "ConvTranspose2d": 2}.get(name)
    if axes is None:
        return None
    transposed = name.startswith("ConvTranspose")
    channels = weight.shape[0] if transposed else weight.shape[1] * _groups(layer)
    return _sizes(f"{name} with {channels} channels", dtype, channels, axes)


def _sequence(layer: str, dtype: str, width: int) -> Guess:
    fixed = tuple((length, width) for length in _LENGTHS)
    return Guess(layer, dtype, ((None, width),), fixed)


def _sizes(layer: str, dtype: str, channels: int, axes: int) -> Guess:
    fixed = _LENGTHS if axes == 1 else _SQUARES
    return Guess(
        layer,
        dtype,
        ((channels, *([None] * axes)),),
        tuple((channels, *([size] * axes)) for size in fixed),
    )


def _of_normalisation(name: str, layer: Any, dtype: str) -> Guess | None:
    """Return what a first normalisation shows: also where the values lay in training."""
    channels = int(layer.weight.shape[0])
    if name == "BatchNorm1d":
        found = Guess(f"{name} of {channels} features", dtype, (), ((channels,),))
    elif name == "BatchNorm2d":
        found = _sizes(f"{name} of {channels} channels", dtype, channels, 2)
    else:
        return None
    mean, variance = getattr(layer, "running_mean", None), getattr(layer, "running_var", None)
    if not isinstance(mean, torch.Tensor) or not isinstance(variance, torch.Tensor):
        return found
    ones = (1,) * (len((*found.free, *found.fixed)[0]) - 1)
    return replace(
        found,
        centre=mean.detach().double().reshape(-1, *ones).numpy(),
        spread=variance.detach().double().clamp(min=0).sqrt().reshape(-1, *ones).numpy(),
    )


def _groups(layer: Any) -> int:
    groups = getattr(layer, "groups", 1)
    return groups if isinstance(groups, int) and groups > 0 else 1


def _width(layer: Any) -> Any:
    for candidate in (layer, getattr(layer, "self_attn", None)):
        weight = getattr(candidate, "in_proj_weight", None)
        if isinstance(weight, torch.Tensor):
            return int(weight.shape[1])
    return None


def _dtype(module: Any) -> str:
    for weight in module.parameters():
        if weight.is_floating_point():
            return str(weight.dtype).removeprefix("torch.")
    return "float32"
