"""Generated rows: as the network was trained on, beyond that range, and of several lengths."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from deep.network import Arrays, NetworkInput

BATCHES = (1, 2, 7)
"""How many rows are predicted at once: an exporter may freeze the number that it saw."""

TYPICAL = "typical"
"""The kind of rows as the network was trained on."""

_LENGTHS = ((8, 13), (32, 45), (64, 96), (224, 160), (512, 384))
"""Pairs of lengths of free axes, of which the first that the network takes is used."""

_FAR = (1.0, 4.0, 30.0)
"""How many spreads from the centre rows lie: typical ones, and beyond the range of training."""

_DEFAULT_BELOW = 2
"""What whole numbers are drawn below where nothing bounds them: masks and flags hold 0 and 1."""

Lengths: TypeAlias = Mapping[tuple[int, int], int]
"""A length for each free axis, by the place of the input and of the axis."""

Predict: TypeAlias = Callable[[Sequence[Any]], Arrays]


@dataclass(frozen=True)
class Batch:
    """Rows to predict at once.

    Attributes:
        kind: one of the manifest's kinds of rows.
        tensors: one array for each input.
        rows: how many.
    """

    kind: str
    tensors: Arrays
    rows: int


def lengths_of(inputs: Sequence[NetworkInput], predict: Predict) -> list[Lengths]:
    """Return assignments of lengths to the free axes, the first of them the usual one.

    Every free axis has two lengths among them: alone where the network takes that, and together
    with the others, which some networks need. Empty when it takes none of those tried.

    Args:
        inputs: of the network.
        predict: the framework's predictions.
    """
    axes = [
        (place, axis)
        for place, each in enumerate(inputs)
        for axis, length in enumerate(each.shape)
        if length is None
    ]
    if not axes:
        return [{}]
    for first, second in _LENGTHS:
        usual = dict.fromkeys(axes, first)
        if not _takes(inputs, predict, usual):
            continue
        others = [dict.fromkeys(axes, second)]
        if len(axes) > 1:
            others += [{**usual, axis: second} for axis in axes]
        return [usual, *(each for each in others if _takes(inputs, predict, each))]
    return []


def batches(inputs: Sequence[NetworkInput], lengths: Sequence[Lengths]) -> Iterator[Batch]:
    """Yield rows of each kind, number and length, the same ones every time."""
    random = np.random.default_rng(12)
    for place, each in enumerate(lengths):
        for rows in BATCHES:
            for far in _FAR if not place else _FAR[:1]:
                kind = TYPICAL if far == 1 else "magnitudes"
                yield Batch(kind, drawn(inputs, each, rows, random, far), rows)


def drawn(
    inputs: Sequence[NetworkInput],
    lengths: Lengths,
    rows: int,
    random: np.random.Generator,
    far: float = 1.0,
) -> Arrays:
    """Draw rows.

    Args:
        inputs: of the network.
        lengths: of the free axes.
        rows: how many.
        random: the generator.
        far: how many spreads from the centre the rows lie.
    """
    return [
        _tensor(each, (rows, *shape_of(place, each, lengths)), random, far)
        for place, each in enumerate(inputs)
    ]


def shape_of(place: int, one: NetworkInput, lengths: Lengths) -> tuple[int, ...]:
    """Return the shape of one row of an input, with these lengths of its free axes."""
    return tuple(
        lengths[place, axis] if length is None else length for axis, length in enumerate(one.shape)
    )


def _tensor(
    one: NetworkInput, shape: tuple[int, ...], random: np.random.Generator, far: float
) -> Any:
    dtype = np.dtype(one.dtype)
    if one.below is not None:
        return random.integers(0, max(one.below, 1), shape).astype(dtype)
    if dtype.kind == "b":
        return random.integers(0, 2, shape).astype(dtype)
    if dtype.kind in "iu":
        below = 256 if one.dtype == "uint8" else _DEFAULT_BELOW
        return random.integers(0, below, shape).astype(dtype)
    values = one.centre + far * one.spread * random.standard_normal(shape)
    return values.astype(dtype)


def _takes(inputs: Sequence[NetworkInput], predict: Predict, lengths: Lengths) -> bool:
    try:
        predict(drawn(inputs, lengths, 2, np.random.default_rng(0)))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # a framework raises anything for a length it does not take
        return False
    return True
