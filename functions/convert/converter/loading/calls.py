"""The table of calls that a pickle may make, each with its checked replacement."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.loading import arrow_parts, names, pandas_parts, pandas_tables
from converter.loading.arrays import array_from_buffer, pending_array, pending_masked, scalar
from converter.loading.dtypes import pending_dtype
from converter.loading.inert import Replaced, Unused, Vetted
from converter.loading.pending import Pending
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


def _slice(*ends: object) -> slice:
    """Replace ``slice``: columns may be a slice of names."""
    if not all(type(end) in (int, str) or end is None for end in ends):
        raise Refused(_DAMAGED)
    return slice(*ends)


def _dict(items: object = ()) -> dict[Any, Any]:
    """Replace ``OrderedDict``: a plain dict keeps its order, too."""
    if not isinstance(items, list | tuple):
        raise Refused(_DAMAGED)
    return dict(items)


def _default_dict(factory: object = None) -> dict[Any, Any]:
    if factory is not None and not isinstance(factory, type | Vetted):  # OrderedDict is vetted
        raise Refused(_DAMAGED)
    return {}  # a fitted model only reads it, so the factory has nothing left to do


def _plain_instance(cls: object, base: object, state: object) -> object:
    """Replace ``_reconstructor``, by which pickle protocols 0 and 1 make instances."""
    if type(cls) is Replaced and base is object and state is None:
        return Pending(cls.complete)
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


def _method_of_unused(owner: object, name: object) -> Unused:
    """Replace ``getattr``: the distributions of a randomized search keep methods of their own."""
    if type(owner) not in (Pending, Unused) or type(name) is not str:
        raise Refused(_DAMAGED)
    return Unused()


def _check_kept_for_later(function: object) -> Unused:
    """Replace the partial of ``check_array`` in histogram boosting, which is never called here."""
    if function is not names.fetch("sklearn.utils.validation", "check_array"):
        raise Refused(_DAMAGED)
    return Unused()


def _native_loss(cls: object, checksum: object, state: object = None) -> Any:
    """Make a loss as up to 1.5, when its parameter (Tweedie's power) was in a state tuple."""
    del checksum
    if not isinstance(cls, type) or cls.__module__ != "sklearn._loss._loss":
        raise Refused(_DAMAGED)
    numbers = state[:1] if isinstance(state, tuple) else ()
    return _numbers_only(cls)(*numbers)


def _created_array(make: object, arguments: object, state: object, rest: object = None) -> Any:
    """Stand in for dill's ``_create_array``: numpy's ``_reconstruct``, then a state."""
    if type(make) is not Vetted or type(arguments) is not tuple or rest:
        raise Refused(_DAMAGED)
    pending = make.make(*arguments) if make.make is pending_array else None
    if type(pending) is not Pending:
        raise Refused(_DAMAGED)
    return pending.complete(state)


def _builtin_type(name: object) -> object:
    """Stand in for dill's ``_load_type``: a type of ``builtins``, by the rules for that module."""
    found = vetted_call("builtins", name) if type(name) is str else None
    if found is None and type(name) is str and names.is_allowed("references", "builtins", name):
        found = names.fetch("builtins", name)
    if found is None:
        raise Refused(f"The file holds a type that no model keeps ({str(name)[:40]}).")
    return found


def _function_of_numpy(module: object, name: object) -> Any:
    """Stand in for ``_ufunc_reconstruct``, by which numpy up to 1.19 named its functions."""
    del module  # the one that defined it then
    if type(name) is not str or not names.is_allowed("references", "numpy", name):
        raise Refused(_DAMAGED)
    return names.fetch("numpy", name)


_CALLS: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy", "dtype"): pending_dtype,
    ("numpy._core.multiarray", "_reconstruct"): pending_array,
    ("numpy._core.multiarray", "scalar"): scalar,
    ("numpy.core", "_ufunc_reconstruct"): _function_of_numpy,
    ("numpy._core", "_ufunc_reconstruct"): _function_of_numpy,
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
    ("builtins", "getattr"): _method_of_unused,
    ("builtins", "frozenset"): _collection(frozenset),
    ("builtins", "set"): _collection(set),
    ("builtins", "slice"): _slice,
    ("collections", "OrderedDict"): _dict,
    ("collections", "defaultdict"): _default_dict,
    ("onedal.svm.svm", "SVMtype"): _unused,
    ("functools", "partial"): _check_kept_for_later,
    ("copyreg", "_reconstructor"): _plain_instance,
    ("daal4py._daal4py", "_rebuild"): _unused,
    ("dill._dill", "_create_array"): _created_array,
    ("dill._dill", "_load_type"): _builtin_type,
    ("pandas", "StringDtype"): pandas_parts.string_dtype,
    ("pandas._libs.internals", "_unpickle_block"): pandas_tables.block,
    ("pandas.core.internals.managers", "BlockManager"): pandas_tables.frame,
    ("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked"): pandas_parts.backed_array,
    ("pandas.core.arrays.string_", "StringDtype"): pandas_parts.string_dtype,
    ("pandas.core.indexes.base", "_new_Index"): pandas_parts.index,
    ("pyarrow.lib", "_restore_array"): arrow_parts.array,
    ("pyarrow.lib", "chunked_array"): arrow_parts.chunked_array,
    ("pyarrow.lib", "py_buffer"): arrow_parts.buffer,
    ("pyarrow.lib", "type_for_alias"): arrow_parts.data_type,
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
