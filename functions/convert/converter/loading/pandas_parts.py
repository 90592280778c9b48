"""What of pandas a model may hold: labels and columns, rebuilt as lists and arrays without pandas.

``select_dtypes(...).columns`` as the columns of a ``ColumnTransformer`` is the usual way for an
``Index`` to get into a file. The labels of pandas 3 are in an array of strings, or in pyarrow's
buffers (:mod:`converter.loading.arrow_parts`).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.limits import FEATURES
from converter.loading.inert import Replaced, Unused
from converter.loading.pandas_tables import labelled
from converter.loading.pending import Pending
from inferx.errors import Refused

_DAMAGED = "The file describes a pandas object that pandas never writes; it is damaged."
_NO_LABELS = (
    "The file holds a pandas index that is no list of names or numbers; give the model its columns "
    "as a list of names, and fit and save it again."
)


def index(_: object, parts: object) -> list[Any]:
    """Stand in for ``_new_Index(class, parts)``: the labels alone.

    Raises:
        Refused: for dates, for several levels, and for more labels than a model has columns.
    """
    if type(parts) is not dict:
        raise Refused(_DAMAGED)
    if "data" in parts:
        return _labels(parts["data"])
    start, stop, step = (parts.get(name) for name in ("start", "stop", "step"))
    if type(start) is not int or type(stop) is not int or type(step) is not int or step == 0:
        raise Refused(_NO_LABELS)
    counted = range(start, stop, step)
    # Of rows, not of columns: nothing that predicts reads it.
    return list(counted) if len(counted) <= FEATURES else []


def backed_array(cls: object, _: object, state: object = None) -> object:
    """Stand in for ``__pyx_unpickle_NDArrayBacked(class, checksum, state)``."""
    if type(cls) is not Replaced:
        raise Refused(_DAMAGED)
    return Pending(cls.complete) if state is None else cls.complete(state)


def string_dtype(*_: object) -> Unused:
    """Stand in for ``StringDtype``: how strings were stored says nothing about them."""
    return Unused()


def _labels(values: object) -> list[Any]:
    if type(values) is np.ndarray and values.ndim == 1 and values.dtype.kind in "biufOSU":
        return list(values.tolist())
    if type(values) is not list:
        raise Refused(_NO_LABELS)
    return values


def _extension_array(state: object) -> list[Any]:
    """Return the values of a ``StringArray`` or ``NumpyExtensionArray``."""
    parts = state.values() if type(state) is dict else state
    arrays = [part for part in _tuple(parts) if type(part) is np.ndarray]
    if len(arrays) != 1:
        raise Refused(_DAMAGED)
    return _labels(arrays[0])


def _categorical(state: object) -> list[Any]:
    """Return each value of a ``Categorical``: its categories by its codes, -1 where missing."""
    parts = _tuple(state)
    codes = [part for part in parts if type(part) is np.ndarray]
    categories = [part for part in parts if type(part) is list]
    if len(codes) != 1 or len(categories) != 1 or codes[0].dtype.kind != "i":
        raise Refused(_DAMAGED)
    values = [*categories[0], None]
    if codes[0].ndim != 1 or ((codes[0] < -1) | (codes[0] >= len(categories[0]))).any():
        raise Refused(_DAMAGED)
    return [values[code] for code in codes[0]]


def _categories(state: object) -> list[Any]:
    """Return the categories of a ``CategoricalDtype``."""
    return _labels(state.get("categories") if type(state) is dict else None)


def _arrow_array(state: object) -> list[Any]:
    """Return the values of an ``ArrowStringArray``."""
    parts = state if type(state) is dict else {}
    return _labels(parts.get("_pa_array", parts.get("_data")))


def _block(state: object) -> np.ndarray[Any, Any]:
    """Return the values of a ``SingleBlockManager``: ``(axes, arrays, axes, ...)``."""
    parts = _tuple(state)
    arrays = parts[1] if len(parts) > 1 else None
    if type(arrays) is not list or len(arrays) != 1:
        raise Refused(_DAMAGED)
    values = arrays[0]
    if type(values) is list:
        values = np.fromiter(values, dtype=object, count=len(values))
    if type(values) is not np.ndarray:
        raise Refused(_DAMAGED)
    return labelled(values, parts[0])


def _series(state: object) -> np.ndarray[Any, Any]:
    parts = state if type(state) is dict else {}
    values = parts.get("_mgr", parts.get("_data"))
    if not isinstance(values, np.ndarray):
        raise Refused(_DAMAGED)
    return values


def _tuple(parts: object) -> tuple[object, ...]:
    if not isinstance(parts, tuple | type({}.values())):
        raise Refused(_DAMAGED)
    return tuple(parts)


def _only_named(_: object) -> object:
    raise Refused(_DAMAGED)  # a kind of index: ``index`` makes it, never the class


CLASSES: dict[str, Callable[[object], object]] = {
    **{
        f"{kind}Index": _only_named
        for kind in ("", "Categorical", "Float64", "Int64", "Interval", "Multi", "Range", "UInt64")
    },
    "ArrowStringArray": _arrow_array,
    "Categorical": _categorical,
    "CategoricalDtype": _categories,
    "NumpyExtensionArray": _extension_array,
    "PandasArray": _extension_array,
    "Series": _series,
    "SingleBlockManager": _block,
    "StringArray": _extension_array,
}
"""What becomes of instances, by the name of the class: its module differs between releases."""
