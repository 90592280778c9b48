"""A network that was read from a file: what it takes, what it predicts, how it becomes ONNX."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

Arrays: TypeAlias = list[Any]
"""numpy arrays, one for each input or output, in order."""


@dataclass(frozen=True)
class NetworkInput:
    """One input of a network.

    Attributes:
        name: as requests name it.
        dtype: the element type, one of the signature's.
        shape: without the axis of the rows; ``None`` is a length that may vary.
        below: every number is whole, at least 0 and below this, as the rows of an embedding are;
            ``None`` for any number.
        centre: where the values lie that the network was trained on, such as a normalisation
            layer's mean; it broadcasts to ``shape``.
        spread: their standard deviation, as ``centre``.
    """

    name: str
    dtype: str
    shape: tuple[int | None, ...]
    below: int | None = None
    centre: Any = 0.0
    spread: Any = 1.0


@dataclass(frozen=True)
class Network:
    """A network in inference mode.

    Attributes:
        framework: "keras" or "pytorch".
        version: of the framework that saved it, if the file holds it.
        title: what it is, for its owner: its class.
        inputs: what it takes, in order.
        outputs: the names of what it predicts, in order.
        predict: returns the framework's own outputs for arrays with the axis of the rows, one for
            each input.
        export: writes the network to a path as ONNX, with a free axis of the rows and every
            ``None`` of the inputs free, its inputs and outputs in order, whatever their names.
        warnings: sentences for its owner.
    """

    framework: str
    version: str | None
    title: str
    inputs: tuple[NetworkInput, ...]
    outputs: tuple[str, ...]
    predict: Callable[[Sequence[Any]], Arrays]
    export: Callable[[Path], None]
    warnings: tuple[str, ...] = field(default=())
