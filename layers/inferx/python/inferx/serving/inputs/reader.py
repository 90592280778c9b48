"""What all readers of inputs share."""

from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np

from inferx.serving.limits import Limits

Array: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[Any]]

NUMPY: dict[str, np.dtype[Any]] = {
    "float32": np.dtype(np.float32),
    "float64": np.dtype(np.float64),
    "int64": np.dtype(np.int64),
    "int32": np.dtype(np.int32),
    "bool": np.dtype(np.bool_),
    "string": np.dtype(np.object_),
    "float16": np.dtype(np.float16),
    "int16": np.dtype(np.int16),
    "int8": np.dtype(np.int8),
    "uint64": np.dtype(np.uint64),
    "uint32": np.dtype(np.uint32),
    "uint16": np.dtype(np.uint16),
    "uint8": np.dtype(np.uint8),
}
"""The numpy types of a signature's dtypes; onnxruntime takes strings as objects."""


class Feed(NamedTuple):
    """One request's input, ready for the session.

    Attributes:
        tensors: an array for each input of the graph.
        rows: how many rows they hold.
        single: whether the request was one row, so that its prediction is no list.
    """

    tensors: dict[str, Array]
    rows: int
    single: bool


class Reader(Protocol):
    """Reads inputs for one model."""

    def read(self, given: Any, limits: Limits) -> Feed:
        """Read what a request gives as ``input``.

        Args:
            given: the parsed JSON.
            limits: how many rows it may hold.

        Raises:
            BadInput: it does not fit the model; the sentence names the features.
            TooLarge: too many rows.
        """
        ...
