"""Makes tensors of the parts and bytes of a file, checked against the storages they view."""

from typing import Any

import torch

from deep.torch_files.parts import Call, Name
from deep.torch_files.saved import Saved, Storage, storage_of
from inferx.errors import Refused
from sandbox.limits import UNPACKED_BYTES

DTYPES: dict[str, torch.dtype] = {
    name: getattr(torch, name)
    for name in (
        "float64",
        "float32",
        "float16",
        "bfloat16",
        "int64",
        "int32",
        "int16",
        "int8",
        "uint8",
        "bool",
    )
}
_TENSOR = Name("torch._utils", "_rebuild_tensor_v2")
_PARAMETER = Name("torch._utils", "_rebuild_parameter")
ORDERED = Name("collections", "OrderedDict")
_MAX_AXES = 16


class Tensors:
    """Makes each tensor of a file once, over storages that are read once."""

    def __init__(self, saved: Saved) -> None:
        self._saved = saved
        self._storages: dict[str, torch.Tensor] = {}
        self._made: dict[int, torch.Tensor] = {}
        self._bytes = 0

    def made(self, part: Any) -> torch.Tensor:
        """Return the tensor or parameter that a part stands for.

        Raises:
            Refused: it is neither, or lies outside its storage.
        """
        if id(part) not in self._made:
            self._made[id(part)] = self._parameter(part) if is_parameter(part) else self._view(part)
        return self._made[id(part)]

    def _parameter(self, part: Call) -> torch.Tensor:
        if len(part.arguments) != 3 or part.state is not None or _has_hooks(part.arguments[2]):
            raise Refused(_odd("a parameter with hooks or a state of its own"))
        values = self.made(part.arguments[0])
        return torch.nn.Parameter(values, requires_grad=False)

    def _view(self, part: Any) -> torch.Tensor:
        storage, offset, sizes, strides = geometry(part)
        whole = self._storage(storage)
        return whole.as_strided(sizes, strides, offset)

    def _storage(self, storage: Storage) -> torch.Tensor:
        found = self._storages.get(storage.key)
        if found is None:
            content = bytearray(self._saved.contents(storage))
            self._bytes += len(content)
            if self._bytes > UNPACKED_BYTES:
                raise Refused("The tensors in the file take more memory than can be converted.")
            dtype = DTYPES[storage.dtype]
            found = (
                torch.frombuffer(content, dtype=dtype) if content else torch.empty(0, dtype=dtype)
            )
            self._storages[storage.key] = found
        if found.dtype != DTYPES[storage.dtype] or len(found) != storage.length:
            raise Refused(_odd("one storage with two types"))
        return found


def is_tensor(part: Any) -> bool:
    """Return whether a part stands for a tensor or a parameter."""
    return isinstance(part, Call) and part.function in (_TENSOR, _PARAMETER)


def is_parameter(part: Any) -> bool:
    """Return whether a part stands for a parameter."""
    return isinstance(part, Call) and part.function == _PARAMETER


def geometry(part: Any) -> tuple[Storage, int, tuple[int, ...], tuple[int, ...]]:
    """Return the storage, offset, sizes and strides of the tensor that a part stands for.

    Raises:
        Refused: it is no tensor, or lies outside its storage.
    """
    if is_parameter(part) and part.arguments:
        return geometry(part.arguments[0]) if not is_parameter(part.arguments[0]) else _refuse()
    if not isinstance(part, Call) or part.function != _TENSOR or not 6 <= len(part.arguments) <= 7:
        raise Refused(
            "The file holds a tensor that is quantized, sparse or of another class than "
            "torch.Tensor, which is not served; convert it with .dequantize() or .to_dense(), and "
            "save the model again."
        )
    place, offset, sizes, strides, _, hooks, *metadata = part.arguments
    if _has_hooks(hooks) or part.state is not None or any(metadata):
        raise Refused(_odd("a tensor with hooks or a state of its own"))
    storage = storage_of(place)
    check_bounds(storage.length, offset, sizes, strides)
    return storage, offset, sizes, strides


def check_bounds(length: int, offset: Any, sizes: Any, strides: Any) -> None:
    """Raise unless a view lies within its storage.

    Args:
        length: elements in the storage.
        offset: of the first element of the view.
        sizes: of its axes.
        strides: elements from one place of an axis to the next.

    Raises:
        Refused: it does not.
    """
    whole = all(isinstance(each, tuple) and len(each) <= _MAX_AXES for each in (sizes, strides))
    if not whole or len(sizes) != len(strides) or not _are_sizes((offset, *sizes, *strides)):
        raise Refused(_odd("a tensor without a proper shape"))
    elements = 1
    for size in sizes:
        elements *= size
    last = offset + sum((size - 1) * stride for size, stride in zip(sizes, strides, strict=True))
    # Strides of 0 make a tensor of any size of one element, and copies of it are not so small.
    if elements and (last >= length or elements > max(length, 1)):
        raise Refused(_odd("a tensor that lies outside its storage"))


def _are_sizes(values: tuple[Any, ...]) -> bool:
    return all(
        isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40
        for value in values
    )


def _has_hooks(part: Any) -> bool:
    empty = isinstance(part, Call) and part.function == ORDERED and not part.arguments
    return part is not None and not (empty and not part.items and part.state is None)


def _odd(what: str) -> str:
    return f"The file holds {what}, which torch.save does not write for a model. Save it again."


def _refuse() -> Any:
    raise Refused(_odd("a parameter of a parameter"))
