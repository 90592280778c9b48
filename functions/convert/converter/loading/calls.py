"""The short table of calls a pickle may make, each one a checked replacement of our own."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.loading import names
from converter.loading.dtypes import dtype_from_spec
from converter.loading.inert import Unused, Vetted
from inferx.errors import Refused

_NUMBERS = (bool, int, float)
_DAMAGED = "The file asks for a call that saving a model never writes; it is damaged or forged."


def _empty_array(subtype: object, shape: object, typecode: object) -> np.ndarray[Any, Any]:
    if subtype is not np.ndarray or shape != (0,) or typecode not in (b"b", "b"):
        raise Refused(_DAMAGED)
    return np.empty((0,), dtype="b")


def _empty_masked(subtype: object, base: object, shape: object, typecode: object) -> Any:
    if subtype is not np.ma.MaskedArray or base is not np.ndarray or shape != (0,):
        raise Refused(_DAMAGED)
    del typecode
    return np.ma.MaskedArray(np.empty((0,), dtype="b"), mask=False)


def _array_from_buffer(buffer: object, dtype: object, shape: object, order: object) -> Any:
    checked = (
        isinstance(buffer, bytes | bytearray)
        and isinstance(dtype, np.dtype)
        and not dtype.hasobject
        and isinstance(shape, tuple)
        and order in ("C", "F")
    )
    if not checked:
        raise Refused(_DAMAGED)
    flat = np.frombuffer(buffer, dtype=dtype)  # type: ignore[call-overload]  # checked above
    return flat.reshape(shape, order=order)


def _scalar(dtype: object, content: object = None) -> Any:
    if not isinstance(dtype, np.dtype) or dtype.hasobject or dtype.names is not None:
        raise Refused(_DAMAGED)
    if isinstance(content, str):
        content = content.encode("latin1")
    if not isinstance(content, bytes) or len(content) != dtype.itemsize:
        raise Refused(_DAMAGED)
    return np.frombuffer(content, dtype=dtype)[0] if content else dtype.type()


def _encode(text: object, encoding: object = None) -> bytes:
    if not isinstance(text, str) or encoding != "latin1":
        raise Refused(_DAMAGED)
    return text.encode("latin1")


def _bytes(content: object = b"") -> bytes:
    if not isinstance(content, bytes | bytearray | list | tuple):
        raise Refused(_DAMAGED)  # bytes(10**10) would reserve that much
    return bytes(content)


def _bytearray(content: object = b"") -> bytearray:
    return bytearray(_bytes(content))


def _collection[T](kind: Callable[..., T]) -> Callable[..., T]:
    def make(content: object = ()) -> T:
        if not isinstance(content, list | tuple):
            raise Refused(_DAMAGED)
        return kind(content)

    return make


def _numbers_only[T](kind: Callable[..., T]) -> Callable[..., T]:
    def make(*numbers: object) -> T:
        if not all(isinstance(number, _NUMBERS) or number is None for number in numbers):
            raise Refused(_DAMAGED)
        return kind(*numbers)

    return make


def _default_dict(factory: object = None) -> dict[Any, Any]:
    if factory is not None and not isinstance(factory, type):
        raise Refused(_DAMAGED)
    return {}  # a fitted model only reads it, so the factory has nothing left to do


def _plain_instance(cls: object, base: object, state: object) -> object:
    """Pickle protocols 0 and 1 make instances so."""
    if not isinstance(cls, type) or base not in (object, dict, tuple):
        raise Refused(_DAMAGED)
    if not names.is_allowed("instances", cls.__module__, cls.__name__):
        raise Refused(_DAMAGED)
    if base is tuple and isinstance(state, tuple):
        return tuple.__new__(cls, state)
    if base is dict and isinstance(state, dict):
        made: dict[Any, Any] = dict.__new__(cls)
        dict.update(made, state)
        return made
    if base in (dict, tuple) or state is not None:
        raise Refused(_DAMAGED)
    return object.__new__(cls)


def _fresh_random_state(*_: object) -> np.random.RandomState:
    # A forged generator state indexes outside its own key; predictions never draw numbers.
    return np.random.RandomState(0)  # the class estimators expect


def _unused(*_: object) -> Unused:
    return Unused()


def _check_kept_for_later(function: object) -> Unused:
    """Histogram boosting keeps a partial of ``check_array``; its steps are made anew here."""
    if function is not names.fetch("sklearn.utils.validation", "check_array"):
        raise Refused(_DAMAGED)
    return Unused()


def _native(module: str) -> Callable[..., Any]:
    def make(cls: object) -> Any:
        if not isinstance(cls, type) or not names.is_allowed("native", module, cls.__name__):
            raise Refused(_DAMAGED)
        if cls.__module__ != module or "PyFunc" in cls.__name__:
            raise Refused(_DAMAGED)
        empty: Callable[..., Any] = cls.__new__
        return empty(cls)

    return make


def _native_loss(cls: object, checksum: object, state: object = None) -> Any:
    """Up to 1.5, losses with a parameter (Tweedie's power) kept it in a state tuple."""
    del checksum
    if not isinstance(cls, type) or cls.__module__ != "sklearn._loss._loss":
        raise Refused(_DAMAGED)
    numbers = state[:1] if isinstance(state, tuple) else ()
    return _numbers_only(cls)(*numbers)


def _tree(features: object, classes: object, outputs: object) -> Any:
    sized = isinstance(features, int) and isinstance(outputs, int) and 0 < features < 10**7
    listed = isinstance(classes, np.ndarray) and classes.ndim == 1 and classes.dtype.kind == "i"
    if not sized or not listed or len(classes) != outputs or not 0 < outputs < 10**5:  # type: ignore[arg-type]
        raise Refused(_DAMAGED)
    if classes.min() < 1 or classes.max() > 10**6:  # type: ignore[attr-defined]
        raise Refused(_DAMAGED)
    return names.fetch("sklearn.tree._tree", "Tree")(features, classes.astype(np.intp), outputs)  # type: ignore[attr-defined]


_CALLS: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy", "dtype"): dtype_from_spec,
    ("numpy._core.multiarray", "_reconstruct"): _empty_array,
    ("numpy._core.multiarray", "scalar"): _scalar,
    ("numpy._core.numeric", "_frombuffer"): _array_from_buffer,
    ("numpy.ma.core", "_mareconstruct"): _empty_masked,
    ("numpy.random._pickle", "__bit_generator_ctor"): _unused,
    ("numpy.random._pickle", "__generator_ctor"): _unused,
    ("numpy.random._pickle", "__randomstate_ctor"): _fresh_random_state,
    ("numpy.random.bit_generator", "__pyx_unpickle_SeedSequence"): _unused,
    ("_codecs", "encode"): _encode,
    ("builtins", "bytearray"): _bytearray,
    ("builtins", "bytes"): _bytes,
    ("builtins", "complex"): _numbers_only(complex),
    ("builtins", "frozenset"): _collection(frozenset),
    ("builtins", "set"): _collection(set),
    ("builtins", "slice"): _numbers_only(slice),
    ("collections", "defaultdict"): _default_dict,
    ("functools", "partial"): _check_kept_for_later,
    ("copyreg", "_reconstructor"): _plain_instance,
    # Losses of stochastic gradient descent up to 1.5; predictions read the loss's name, not it.
    ("sklearn.linear_model._sgd_fast", "Huber"): _unused,
    ("sklearn.linear_model._sgd_fast", "Log"): _unused,
    ("sklearn.linear_model._sgd_fast", "SquaredLoss"): _unused,
    ("sklearn.metrics._dist_metrics", "newObj"): _native("sklearn.metrics._dist_metrics"),
    ("sklearn.neighbors._ball_tree", "newObj"): _native("sklearn.neighbors._ball_tree"),
    ("sklearn.neighbors._kd_tree", "newObj"): _native("sklearn.neighbors._kd_tree"),
    ("sklearn.tree._tree", "Tree"): _tree,
}

_CONSTRUCTED = ("sklearn._loss._loss", "sklearn.linear_model._sgd_fast")


def vetted_call(module: str, name: str) -> Vetted | None:
    """Look up the replacement for a callable; ``None`` when no model needs to call it."""
    make = _CALLS.get((module, name))
    if make is not None:
        return Vetted(make)
    if module == "sklearn._loss._loss" and name.startswith("__pyx_unpickle_Cy"):
        return Vetted(_native_loss)
    return None


def constructor(cls: type) -> Callable[..., Any] | None:
    """The checked constructor of a Cython loss, which pickles call by its class."""
    if cls.__module__ in _CONSTRUCTED and names.is_allowed("native", cls.__module__, cls.__name__):
        return _numbers_only(cls)
    return None
