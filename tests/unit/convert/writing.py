"""Pickles as other libraries and older releases write them: the same content by other names."""

import io
import pickle
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, ClassVar


class _Pickler(pickle._Pickler):  # its C twin cannot write a class by another name
    dispatch: ClassVar[dict[type, Any]] = dict(pickle._Pickler.dispatch)

    def __init__(self, file: io.BytesIO, protocol: int, written: Mapping[Any, bytes]) -> None:
        super().__init__(file, protocol)
        self._out, self._written = file, written

    def save_global(self, target: Any, name: str | None = None) -> None:
        if target in self._written:
            self.write(self._written[target])  # type: ignore[attr-defined]  # typeshed hides it
        else:
            super().save_global(target, name)  # type: ignore[misc]  # as above

    dispatch[FunctionType] = save_global


class _ArraysPickler(_Pickler):
    def __init__(self, *arguments: Any, create: Callable[..., Any]) -> None:
        super().__init__(*arguments)
        self._create = create

    def reducer_override(self, target: Any) -> Any:
        if type(target).__name__ != "ndarray":
            return NotImplemented
        make, arguments, state = target.__reduce__()
        return self._create, (make, arguments, state, None)


def by_name(module: str, name: str) -> bytes:
    """Return the opcode that names ``module.name``."""
    return f"c{module}\n{name}\n".encode()


def dumped(model: Any, protocol: int = 4, written: Mapping[Any, bytes] | None = None) -> bytes:
    """Pickle ``model``; the classes and functions of ``written`` by the opcodes given there."""
    file = io.BytesIO()
    _Pickler(file, protocol, written or {}).dump(model)
    return file.getvalue()


def _create_array() -> None:
    """Stand for dill's function: only its name is written."""


def dumped_by_dill(model: Any) -> bytes:
    """Pickle ``model`` with dill's calls for arrays and for the types of ``builtins``."""
    file = io.BytesIO()
    written = {
        _create_array: by_name("dill._dill", "_create_array"),
        slice: by_name("dill._dill", "_load_type") + b"(X\x05\x00\x00\x00slicetR",
    }
    _ArraysPickler(file, 4, written, create=_create_array).dump(model)
    return file.getvalue()
