"""The short table of calls a pickle may make, each one a checked replacement."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.loading import names
from converter.loading.arrays import array_from_buffer, pending_array, pending_masked, scalar
from converter.loading.dtypes import pending_dtype
from converter.loading.inert import Unused, Vetted
from converter.loading.rebuilt import pending_metric, pending_search_tree
from converter.loading.trees import pending_tree
from inferx.errors import Refused

_NUMBERS = (bool, int, float)
_DAMAGED = "The file asks for a call that saving a model never writes; it is damaged or forged."


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


def _dict(items: object = ()) -> dict[Any, Any]:
    """Stand in for ``OrderedDict``: plain dicts keep their order, too."""
    if not isinstance(items, list | tuple):
        raise Refused(_DAMAGED)
    return dict(items)


def _default_dict(factory: object = None) -> dict[Any, Any]:
    if factory is not None and not isinstance(factory, type | Vetted):  # OrderedDict is vetted
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
    """Histogram boosting keeps a partial of ``check_array``; conversion makes its steps again."""
    if function is not names.fetch("sklearn.utils.validation", "check_array"):
        raise Refused(_DAMAGED)
    return Unused()


def _native_loss(cls: object, checksum: object, state: object = None) -> Any:
    """Up to 1.5, losses with a parameter (Tweedie's power) kept it in a state tuple."""
    del checksum
    if not isinstance(cls, type) or cls.__module__ != "sklearn._loss._loss":
        raise Refused(_DAMAGED)
    numbers = state[:1] if isinstance(state, tuple) else ()
    return _numbers_only(cls)(*numbers)


_CALLS: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy", "dtype"): pending_dtype,
    ("numpy._core.multiarray", "_reconstruct"): pending_array,
    ("numpy._core.multiarray", "scalar"): scalar,
    ("numpy._core.numeric", "_frombuffer"): array_from_buffer,
    ("numpy.ma.core", "_mareconstruct"): pending_masked,
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
    ("collections", "OrderedDict"): _dict,
    ("collections", "defaultdict"): _default_dict,
    ("functools", "partial"): _check_kept_for_later,
    ("copyreg", "_reconstructor"): _plain_instance,
    # Losses of stochastic gradient descent up to 1.5; predictions read the loss's name, not it.
    ("sklearn.linear_model._sgd_fast", "Huber"): _unused,
    ("sklearn.linear_model._sgd_fast", "Log"): _unused,
    ("sklearn.linear_model._sgd_fast", "SquaredLoss"): _unused,
    ("sklearn.metrics._dist_metrics", "newObj"): pending_metric,
    ("sklearn.neighbors._ball_tree", "newObj"): pending_search_tree,
    ("sklearn.neighbors._kd_tree", "newObj"): pending_search_tree,
    ("sklearn.tree._tree", "Tree"): pending_tree,
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
    """Return the checked constructor of a Cython loss, which pickles call by its class."""
    if cls.__module__ in _CONSTRUCTED and names.is_allowed("native", cls.__module__, cls.__name__):
        return _numbers_only(cls)
    return None
