"""What every reader of inputs has in common."""

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from inferx.errors import TooLarge
from inferx.serving.limits import MAX_ROWS

type Array = NDArray[Any]

NUMPY: dict[str, np.dtype[Any]] = {
    "float32": np.dtype(np.float32),
    "float64": np.dtype(np.float64),
    "int64": np.dtype(np.int64),
    "int32": np.dtype(np.int32),
    "bool": np.dtype(np.bool_),
    "string": np.dtype(np.object_),
}
"""The numpy types of a signature's dtypes; onnxruntime takes strings as objects."""


class Feed(NamedTuple):
    """One request's input, ready for the session.

    Attributes:
        tensors: an array for each input of the graph.
        rows: how many rows they hold.
        single: whether the request was one row, so that its answer is no list.
    """

    tensors: dict[str, Array]
    rows: int
    single: bool


class Reader(Protocol):
    """Reads inputs for one model."""

    def read(self, given: Any) -> Feed:
        """Read what a request gives as ``input``.

        Args:
            given: what JSON made of it.

        Raises:
            BadInput: it does not fit the model; the sentence names the features.
            TooLarge: too many rows.
        """
        ...


def check_rows(rows: int) -> None:
    """Go on only with as many rows as one request may have.

    Raises:
        TooLarge: there are more.
    """
    if rows > MAX_ROWS:
        raise TooLarge(f"One request takes at most {MAX_ROWS:,} rows, and this one has {rows:,}.")
