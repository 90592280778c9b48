"""Strategies that alter the content of an honest pickle and keep its form."""

import copyreg
from typing import Any

import numpy as np
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.utils import Bunch

_NUMBERS = [
    *(-1, 0, 1, 2, 3, 7, 10**6, -(2**31), 2**31, 2**40, -(2**63), 2**63, 10**30),
    *(True, False, 0.5, -1.5, 1e308, float("nan"), float("inf"), 1j),
    *(np.int64(-1), np.float32(3), np.bool_(True)),
]
_TYPES = ["f8", "f4", ">f8", "i8", "i4", ">i8", "u1", "?", "c16", "U3", "S2", "V8", "O", "i4,f8"]
_SHAPES = [(), (0,), (1,), (3,), (0, 4), (2, 0), (1, 1), (2, 3), (3, 2, 1), (1000,)]
_LIBRARIES = ("sklearn.", "scipy.", "xgboost.", "lightgbm.")
_OTHERS = [
    *(None, "", "text", "C", b"", b"\xff" * 64, [], (), {}, [1.0, None], (0,), {"a": 1}, slice(3)),
    *(object, np.ndarray, np.float64, LogisticRegression(), Bunch(a=1)),
]


class Call:
    """Pickles as the call that a saved object begins with, whatever its arguments."""

    def __init__(self, function: Any, arguments: tuple[Any, ...], *state: Any) -> None:
        self._reduced = (function, arguments, *state)

    def __reduce__(self) -> Any:
        return self._reduced


def whole(part: Any) -> Call:
    """Take an honest object apart into the call and the state that it pickles as."""
    reduced: list[Any] = [*part.__reduce_ex__(2), None, None][:3]
    function, arguments, state = reduced
    if function.__name__ == "__newobj__":  # as protocol 0 writes it: any class is called so
        return Call(copyreg._reconstructor, (arguments[0], object, None), state)  # type: ignore[attr-defined]  # missing from its stubs
    return Call(function, arguments, state)


@st.composite
def wrong_values(draw: st.DrawFn) -> Any:
    kind = draw(st.sampled_from(["number", "array", "other"]))
    if kind == "number":
        return draw(st.sampled_from(_NUMBERS))
    if kind == "other":
        return draw(st.sampled_from(_OTHERS))
    shape, described = draw(st.sampled_from(_SHAPES)), draw(st.sampled_from(_TYPES))
    array = np.zeros(shape, dtype=described)
    if array.dtype.kind in "fiuc":
        array[...] = draw(st.sampled_from([0, 1, 100]))
    return np.asfortranarray(array) if draw(st.booleans()) else array


@st.composite
def altered(draw: st.DrawFn, honest: Any, depth: int = 8) -> Any:
    """Alter one thing somewhere inside an honest value."""
    if depth == 0 or draw(st.integers(0, 9)) == 0:
        return draw(wrong_values())
    if isinstance(honest, np.ndarray):
        return draw(_altered_arrays(honest, depth - 1))
    if isinstance(honest, Call):
        return draw(_altered_calls(honest, depth - 1))
    if isinstance(honest, dict | list | tuple) and honest:
        return draw(_altered_collections(honest, depth - 1))
    if isinstance(honest, bytes | bytearray) and honest:
        return type(honest)(draw(_altered_bytes(bytes(honest))))
    if isinstance(honest, str) and "\n" in honest:
        return draw(_altered_text(honest))
    if type(honest).__module__.startswith(_LIBRARIES):
        return draw(altered(whole(honest), depth - 1))
    return draw(wrong_values())


@st.composite
def _altered_calls(draw: st.DrawFn, honest: Call, depth: int) -> Call:
    function, arguments, *state = honest.__reduce__()
    if state and draw(st.integers(0, 9)):
        return Call(function, arguments, draw(altered(state[0], depth)))
    changed = draw(altered(arguments, depth))
    return Call(function, changed if isinstance(changed, tuple) else (changed,), *state)


@st.composite
def _altered_bytes(draw: st.DrawFn, honest: bytes) -> bytes:
    place, byte = draw(st.integers(0, len(honest) - 1)), draw(st.integers(0, 255))
    kept = draw(st.sampled_from([len(honest), place, len(honest) // 2]))
    return (honest[:place] + bytes([byte]) + honest[place + 1 :])[:kept]


@st.composite
def _altered_text(draw: st.DrawFn, honest: str) -> str:
    """Change a word of one line, or leave the line out."""
    lines = honest.split("\n")
    place = draw(st.sampled_from([at for at, line in enumerate(lines) if "=" in line] or [0]))
    name, _, value = lines[place].partition("=")
    words = value.split(" ")
    number = draw(st.sampled_from([-1, 0, 1, 5, 10**6, -(10**6), 2**31, 2**63, "nan", "x", ""]))
    words[draw(st.integers(0, len(words) - 1))] = str(number)
    lines[place] = draw(st.sampled_from([f"{name}={' '.join(words)}"] * 4 + ["", lines[place] * 2]))
    return "\n".join(lines)


@st.composite
def _altered_collections(draw: st.DrawFn, honest: Any, depth: int) -> Any:
    keys = list(honest) if isinstance(honest, dict) else list(range(len(honest)))
    key = draw(st.sampled_from(keys))
    items = dict(honest) if isinstance(honest, dict) else list(honest)
    action = draw(st.sampled_from(["alter"] * 6 + ["remove", "replace"]))
    if action == "remove":
        del items[key]
    else:
        items[key] = draw(wrong_values() if action == "replace" else altered(items[key], depth))
    return tuple(items) if isinstance(honest, tuple) else items


@st.composite
def _altered_arrays(draw: st.DrawFn, honest: Any, depth: int) -> Any:
    if honest.dtype.hasobject:
        return draw(_altered_objects(honest, depth))
    action = draw(st.sampled_from(["numbers"] * 4 + ["size", "shape", "type"]))
    if action == "numbers":
        return draw(_altered_numbers(honest))
    if action == "size" and honest.ndim:
        cuts = [honest[:1], honest[: len(honest) // 2], honest[..., :0], honest[..., :1]]
        return draw(st.sampled_from([*cuts, np.concatenate([honest, honest])]))
    if action == "shape":
        return draw(st.sampled_from([honest.reshape(-1), honest.T, honest[np.newaxis]]))
    swapped = honest.astype(honest.dtype.newbyteorder(">"))
    if honest.dtype.kind not in "biufc":
        return swapped
    described = draw(st.sampled_from(["f8", "f4", "i8", "i4", "?", "c16", "u1", "O", None]))
    with np.errstate(all="ignore"):
        return swapped if described is None else honest.astype(described)


@st.composite
def _altered_objects(draw: st.DrawFn, honest: Any, depth: int) -> Any:
    parts = draw(altered(honest.ravel().tolist(), depth))
    listed = parts if isinstance(parts, list) else [parts]
    again = np.fromiter(listed, dtype=object, count=len(listed))
    return again.reshape(honest.shape) if again.size == honest.size else again


@st.composite
def _altered_numbers(draw: st.DrawFn, honest: Any) -> Any:
    flat = honest.copy().reshape(-1)
    if flat.dtype.names:
        field = draw(st.sampled_from(flat.dtype.names))
        flat[field] = draw(_altered_numbers(flat[field]))
    elif flat.size and flat.dtype.kind in "biufc":
        limits = np.iinfo(flat.dtype) if flat.dtype.kind in "iu" else None
        low, high = (int(limits.min), int(limits.max)) if limits else (-1, 2**40)
        value = draw(st.sampled_from([low, -1, 0, 1, 5, len(flat), 10**6, high]))
        places = draw(st.sampled_from([0, -1, slice(None), slice(1, None, 2)]))
        flat[places] = min(max(value, low), high)
    return flat.reshape(honest.shape)
