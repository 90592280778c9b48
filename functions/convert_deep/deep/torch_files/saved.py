"""What ``torch.save`` writes, as inert parts and the bytes of its storages.

A zip archive since PyTorch 1.6 (``data.pkl`` and one member a storage); before that, five pickles
and the storages, one after the other.
"""

import pickletools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deep.torch_files import opcodes
from deep.torch_files.container import Container, opened
from deep.torch_files.opcodes import MAX_PICKLE_BYTES
from deep.torch_files.parts import Content, Name, Persistent
from deep.torch_files.wording import shown
from inferx.errors import Refused
from sandbox.formats import Format
from sandbox.limits import UNPACKED_BYTES

_BYTES_OF = {
    "Double": ("float64", 8),
    "Float": ("float32", 4),
    "Half": ("float16", 2),
    "BFloat16": ("bfloat16", 2),
    "Long": ("int64", 8),
    "Int": ("int32", 4),
    "Short": ("int16", 2),
    "Char": ("int8", 1),
    "Byte": ("uint8", 1),
    "Bool": ("bool", 1),
}
"""The name and the size of an element of each kind of storage."""

_LENGTH = 8
_DAMAGED = (
    "A tensor in the file has no storage, or one of another length: the file is damaged. Save the "
    "model again."
)
_BEGINNING = 15
"""The pickle of the magic number, which detection has seen."""


@dataclass(frozen=True)
class Storage:
    """The elements that tensors are views of.

    Attributes:
        key: its name in the file.
        dtype: of its elements.
        length: how many there are.
    """

    key: str
    dtype: str
    length: int


@dataclass(frozen=True)
class Saved:
    """A file's content.

    Attributes:
        root: what was saved, in inert parts (:mod:`deep.torch_files.opcodes`).
        names: every class and function that it names, in order.
        contents: returns the bytes of a storage.
    """

    root: Any
    names: tuple[Name, ...]
    contents: Callable[[Storage], bytes]


def storage_of(part: Any) -> Storage:
    """Return the storage that a part refers to.

    Raises:
        Refused: the part is no reference to a storage.
    """
    identity = part.identity if isinstance(part, Persistent) else None
    if not isinstance(identity, tuple) or len(identity) < 5 or identity[0] != "storage":
        raise Refused("A tensor in the file has no storage of its own; save the model again.")
    _, kind, key, _, length = identity[:5]
    if identity[5:] not in ((), (None,)):
        raise Refused(
            "A storage in the file is part of another, as PyTorch before 0.4 saved it; load the "
            "model and save it again."
        )
    known = isinstance(kind, Name) and kind.module == "torch" and kind.name.endswith("Storage")
    found = _BYTES_OF.get(kind.name.removesuffix("Storage")) if known else None
    if found is None or not isinstance(key, str) or not _is_size(length):
        raise Refused(
            f"A tensor in the file is stored as {shown(kind, 60)}, which is not served; convert "
            "the model to float32 on the CPU, and save it again."
        )
    return Storage(key, found[0], length)


def byte_size(storage: Storage) -> int:
    """Return the size of a storage in bytes."""
    return storage.length * next(size for name, size in _BYTES_OF.values() if name == storage.dtype)


def read(container: Container, folder: str = "data/", pickle: str = "data.pkl") -> Saved:
    """Read the parts of an archive that ``torch.save`` wrote, or TorchScript's the same way.

    Raises:
        Refused: the archive holds anything that is not written so.
    """
    if container.size("byteorder") and container.read("byteorder", 16) != b"little":
        raise Refused("The file holds big-endian numbers; save it on a little-endian machine.")
    content = opcodes.read(container.read(pickle, MAX_PICKLE_BYTES))

    def contents(storage: Storage) -> bytes:
        return _whole(storage, container.read(folder + storage.key, UNPACKED_BYTES))

    return Saved(content.root, content.names, contents)


@contextmanager
def opened_file(source: Path, found: Format) -> Iterator[Saved]:
    """Read a whole file of one of the two layouts; its storages can be read within the block.

    Raises:
        Refused: the file holds anything that ``torch.save`` does not write.
    """
    if found is Format.PYTORCH_LEGACY:
        yield _read_legacy(memoryview(source.read_bytes()))
        return
    with opened(source) as container:
        yield read(container)


def _read_legacy(whole: memoryview) -> Saved:
    rest = whole[_BEGINNING:]
    for _ in range(2):  # the protocol's version, and the machine's sizes of numbers
        rest = rest[_end_of_pickle(rest) :]
    content = opcodes.read(bytes(rest[:MAX_PICKLE_BYTES]))
    rest = rest[content.end :]
    keys = opcodes.read(bytes(rest[:MAX_PICKLE_BYTES]))
    places = _places(content, keys.root, rest[keys.end :])

    def contents(storage: Storage) -> bytes:
        return _whole(storage, bytes(places.get(storage.key, b"")))

    return Saved(content.root, content.names, contents)


def _places(content: Content, keys: Any, rest: memoryview) -> dict[str, memoryview]:
    """Return the bytes of each storage: their number of elements comes before them."""
    stored = [part for part in content.outside if not is_class(part)]
    storages = {storage.key: storage for storage in map(storage_of, stored)}
    places: dict[str, memoryview] = {}
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise Refused(_DAMAGED)
    for key in keys:
        if key not in storages or key in places:
            raise Refused(_DAMAGED)
        size = byte_size(storages[key])
        if int.from_bytes(rest[:_LENGTH], "little") != storages[key].length:
            raise Refused(_DAMAGED)
        places[key] = rest[_LENGTH : _LENGTH + size]
        rest = rest[_LENGTH + size :]
    return places


def is_class(part: Persistent) -> bool:
    """Return whether a part refers to a class, which old files write with its source code."""
    return isinstance(part.identity, tuple) and part.identity[:1] == ("module",)


def _end_of_pickle(rest: memoryview) -> int:
    """Return where a small pickle ends, whatever is in it."""
    try:
        *_, (_, _, position) = pickletools.genops(bytes(rest[:4096]))
    except ValueError as damage:
        raise Refused(_DAMAGED) from damage
    return int(position or 0) + 1


def _whole(storage: Storage, content: bytes) -> bytes:
    if len(content) != byte_size(storage):
        raise Refused(_DAMAGED)
    return content


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40
