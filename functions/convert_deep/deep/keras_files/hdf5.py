"""Checks an HDF5 file before anything in it is read: links, storage, types, declared sizes."""

import math
from collections.abc import Iterator
from typing import Any

import h5py

from inferx.errors import Refused
from sandbox.limits import UNPACKED_BYTES, in_megabytes

_DEPTH = 60
_OBJECTS = 50_000
_ATTRIBUTE_ELEMENTS = 100_000
_ATTRIBUTE_BYTES = 64 << 20
_RATIO = 100
_SMALL = 16 << 20
"""Datasets of at most this size may be stored in any number of bytes."""

# Deflate, shuffle and Fletcher32: any other filter is a plug-in that HDF5 would load.
_FILTERS = {1, 2, 3}
_AGAIN = "Save the model again with Keras and upload that file."


def check_hdf5(file: h5py.File) -> None:
    """Raise unless the file holds only plain groups and datasets of numbers of bounded size.

    Args:
        file: open for reading; no dataset of it is read.

    Raises:
        Refused: naming the object and what is wrong with it.
    """
    total = 0
    for name, found in _objects(file):
        _check_attributes(name, found)
        if isinstance(found, h5py.Dataset):
            total += _checked_size(name, found)
            if total > UNPACKED_BYTES:
                raise _too_large()


def _objects(file: h5py.File) -> Iterator[tuple[str, Any]]:
    """Walk the objects, each once; a second way to one is refused, which forbids cycles."""
    waiting: list[tuple[str, Any, int]] = [("/", file["/"], 0)]
    seen = {_address(file["/"])}
    while waiting:
        name, found, depth = waiting.pop()
        yield name, found
        if not isinstance(found, h5py.Group):
            continue
        if depth > _DEPTH or len(seen) + len(found) > _OBJECTS:
            raise Refused("The HDF5 file has too many objects, or nests them too deeply.")
        for key in found:
            path = f"{name.rstrip('/')}/{key}"
            inner = _linked(found, key, path)
            if _address(inner) in seen:
                raise _refused(path, "is a second link to an object")
            seen.add(_address(inner))
            waiting.append((path, inner, depth + 1))


def _linked(group: h5py.Group, key: str, path: str) -> Any:
    link = group.get(key, getlink=True)
    if not isinstance(link, h5py.HardLink):
        raise _refused(path, "is a link to another place or another file")
    inner = group.get(key)
    if not isinstance(inner, h5py.Group | h5py.Dataset):
        raise _refused(path, "is neither a group nor a dataset")
    return inner


def _address(found: Any) -> int:
    return int(h5py.h5o.get_info(found.id).addr)


def _check_attributes(name: str, found: Any) -> None:
    total = 0
    for key in found.attrs:
        attribute = h5py.h5a.open(found.id, key.encode() if isinstance(key, str) else key)
        elements = math.prod(attribute.shape)
        if not _is_plain(attribute.dtype) and not _is_text(attribute.dtype):
            raise _refused(f"{name} @{key}", "is an attribute that is neither numbers nor text")
        total += elements * attribute.dtype.itemsize
        if elements > _ATTRIBUTE_ELEMENTS or total > _ATTRIBUTE_BYTES:
            raise _refused(f"{name} @{key}", "is an attribute of too many values")


def _checked_size(name: str, found: h5py.Dataset) -> int:
    layout = found.id.get_create_plist()
    if layout.get_layout() == h5py.h5d.VIRTUAL or layout.get_external_count():
        raise _refused(name, "keeps its values in another file")
    if not _is_plain(found.dtype):
        raise _refused(name, "does not hold plain numbers")
    filters = {layout.get_filter(place)[0] for place in range(layout.get_nfilters())}
    if filters - _FILTERS:
        raise _refused(name, "is compressed with a plug-in")
    size = math.prod(found.shape or ()) * found.dtype.itemsize
    chunk = math.prod(found.chunks or ()) * found.dtype.itemsize
    if max(size, chunk) > UNPACKED_BYTES:
        raise _too_large()
    if max(size, chunk) > max(_SMALL, _RATIO * found.id.get_storage_size()):
        raise _refused(name, f"declares more than {_RATIO} times the bytes that it stores")
    return int(size)


def _is_plain(dtype: Any) -> bool:
    return dtype.kind in "fiub" and dtype.subdtype is None and dtype.itemsize <= 16


def _is_text(dtype: Any) -> bool:
    return dtype.kind == "S" or h5py.check_string_dtype(dtype) is not None


def _refused(path: str, fault: str) -> Refused:
    return Refused(f"In the HDF5 file, '{path[:100]}' {fault}; Keras writes none such. {_AGAIN}")


def _too_large() -> Refused:
    return Refused(
        f"The HDF5 file's datasets are larger than {in_megabytes(UNPACKED_BYTES)} MB together; "
        "save the model without its optimizer (include_optimizer=False), or make it smaller."
    )
