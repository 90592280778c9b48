"""The zip archives that PyTorch writes, read without unpacking anything to a name of their own."""

import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from deep.torch_files.wording import shown
from inferx.errors import Refused
from sandbox.limits import UNPACKED_BYTES, in_megabytes

MAX_MEMBERS = 100_000
_STORED_TOGETHER = 64 * 1024 * 1024
"""What compressed members may unpack to: PyTorch compresses TorchScript's code alone."""

_ENCRYPTED = 0x1
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")


@dataclass(frozen=True)
class Container:
    """A checked archive.

    Attributes:
        members: the names in it, without the folder around all of them.
    """

    members: frozenset[str]
    _archive: zipfile.ZipFile
    _prefix: str

    def read(self, name: str, limit: int) -> bytes:
        """Return a member's content.

        Args:
            name: of the member.
            limit: the largest size allowed, in bytes.

        Raises:
            Refused: it is larger, missing or damaged.
        """
        if name not in self.members:
            raise Refused(f"The file is no whole PyTorch archive: it has no '{shown(name, 60)}'.")
        info = self._archive.getinfo(self._prefix + name)
        if info.file_size > limit:
            raise Refused(
                f"'{shown(name, 60)}' in the archive is {in_megabytes(info.file_size)} MB, and "
                f"at most {in_megabytes(limit)} MB are read of it."
            )
        try:
            content = self._archive.read(info)
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as damage:
            raise Refused(
                f"'{shown(name, 60)}' in the archive is damaged; save it again."
            ) from damage
        return content

    def size(self, name: str) -> int:
        """Return the size of a member in bytes, 0 where there is none."""
        return self._archive.getinfo(self._prefix + name).file_size if name in self.members else 0

    def beneath(self, folder: str) -> list[str]:
        """Return the names within a folder, in order."""
        return sorted(name for name in self.members if name.startswith(folder))


@contextmanager
def opened(file: Any, *, compressed: str = "") -> Iterator[Container]:
    """Open an archive, checked by its directory alone.

    Args:
        file: a path or a file.
        compressed: the folder whose members may be compressed; none where it is empty.

    Raises:
        Refused: it is no archive that PyTorch writes.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as damage:
        raise Refused("The file is a damaged zip archive; save it again.") from damage
    with archive:
        infos = archive.infolist()
        _check_count(infos)
        prefix = _prefix([info.filename for info in infos])
        for info in infos:
            _check_member(info, info.filename[len(prefix) :], compressed)
            _check_header(archive.fp, info)
        _check_sizes(infos)
        names = frozenset(info.filename[len(prefix) :] for info in infos)
        yield Container(names, archive, prefix)


def _check_count(infos: list[zipfile.ZipInfo]) -> None:
    if not infos:
        raise Refused("The file is a zip archive with nothing in it.")
    if len(infos) > MAX_MEMBERS:
        raise Refused(f"The archive holds {len(infos)} files, and at most {MAX_MEMBERS} are read.")
    # Some readers take the first of two and others the last: what was checked might not be loaded.
    seen: set[str] = set()
    for info in infos:
        if info.filename in seen:
            raise Refused(_not_written(info.filename, "it is there twice"))
        seen.add(info.filename)


def _prefix(names: list[str]) -> str:
    """Return the folder that PyTorch puts around all members; older ``.pt2`` files have none."""
    first = names[0].split("/", 1)[0] + "/"
    return first if all(name.startswith(first) for name in names) else ""


def _check_member(info: zipfile.ZipInfo, name: str, compressed: str) -> None:
    path = PurePosixPath(info.filename)
    odd = "\\" in info.filename or "\0" in info.orig_filename or ":" in info.filename
    if path.is_absolute() or ".." in path.parts or odd or not name:
        raise Refused(_not_written(info.filename, "its name leads out of the archive"))
    if info.is_dir() or (info.external_attr >> 16) & 0o170000 not in (0, 0o100000):
        raise Refused(_not_written(info.filename, "it is a folder or a link"))
    if info.flag_bits & _ENCRYPTED:
        raise Refused(_not_written(info.filename, "it is encrypted"))
    deflated = info.compress_type == zipfile.ZIP_DEFLATED
    if info.compress_type != zipfile.ZIP_STORED and not (
        deflated and compressed and name.startswith(compressed)
    ):
        raise Refused(_not_written(info.filename, "it is compressed"))
    if not deflated and info.file_size != info.compress_size:
        raise Refused(_not_written(info.filename, "it has two sizes"))


def _check_header(file: IO[bytes] | None, info: zipfile.ZipInfo) -> None:
    """Raise unless the header before a member has the name that the directory has.

    Readers differ in which of the two they believe.
    """
    assert file is not None
    file.seek(info.header_offset)
    head = file.read(_LOCAL_HEADER.size)
    if len(head) < _LOCAL_HEADER.size:
        raise Refused(_not_written(info.filename, "it lies outside the file"))
    signature, _, flags, _, _, _, _, _, _, length, _ = _LOCAL_HEADER.unpack(head)
    written = file.read(length)
    encoding = "utf-8" if flags & 0x800 else "cp437"
    if signature != b"PK\x03\x04" or written.decode(encoding, "replace") != info.orig_filename:
        raise Refused(_not_written(info.filename, "it has another name in its own header"))


def _check_sizes(infos: list[zipfile.ZipInfo]) -> None:
    whole = sum(info.file_size for info in infos)
    if whole > UNPACKED_BYTES:
        raise Refused(
            f"The archive unpacks to {in_megabytes(whole)} MB, and at most "
            f"{in_megabytes(UNPACKED_BYTES)} MB are read."
        )
    deflated = sum(info.file_size for info in infos if info.compress_type != zipfile.ZIP_STORED)
    if deflated > _STORED_TOGETHER:
        raise Refused(
            f"The compressed part of the archive unpacks to {in_megabytes(deflated)} MB, and at "
            f"most {in_megabytes(_STORED_TOGETHER)} MB of it are read."
        )


def _not_written(name: str, fault: str) -> str:
    return (
        f"'{shown(name)}' is in the archive, but {fault}, which no file that PyTorch saves has. "
        "Save the model again."
    )
