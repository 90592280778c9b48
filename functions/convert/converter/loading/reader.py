"""Bounded reading of model files, compressed or not."""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Buffer, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from inferx.errors import Refused
from sandbox.limits import UNPACKED_BYTES

_CHUNK = 1 << 20
_LZMA_MEMORY = 256 << 20  # an .xz header may ask for a 4 GiB dictionary


class _Zlib(io.RawIOBase):
    """A bare zlib stream, joblib's ``.z`` files; the standard library has no file class for it."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._inflate = zlib.decompressobj()
        self._waiting = b""

    def readable(self) -> bool:
        """Return true: this is a source."""
        return True

    def readinto(self, target: Buffer) -> int:
        """Decompress the next bytes into ``target``; 0 at the stream's end."""
        view = memoryview(target)
        while not self._inflate.eof:
            packed = self._waiting or self._source.read(_CHUNK)
            if not packed:
                raise EOFError("the zlib stream is cut short")
            piece = self._inflate.decompress(packed, len(view))
            self._waiting = self._inflate.unconsumed_tail
            if piece:
                view[: len(piece)] = piece
                return len(piece)
        return 0


class _Lzma(io.RawIOBase):
    """xz and lzma streams, with a bound on the memory their header may claim."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._expand = lzma.LZMADecompressor(memlimit=_LZMA_MEMORY)

    def readable(self) -> bool:
        """Return true: this is a source."""
        return True

    def readinto(self, target: Buffer) -> int:
        """Decompress the next bytes into ``target``; 0 at the stream's end."""
        view = memoryview(target)
        while not self._expand.eof:
            packed = self._source.read(_CHUNK) if self._expand.needs_input else b""
            if self._expand.needs_input and not packed:
                raise EOFError("the lzma stream is cut short")
            piece = self._expand.decompress(packed, len(view))
            if piece:
                view[: len(piece)] = piece
                return len(piece)
        return 0


class BoundedReader:
    """The part of a file's interface that an unpickler needs, bounded to ``limit`` bytes.

    ``read`` never reserves a size that a file only declares: memory grows with the actual content.
    """

    def __init__(self, source: BinaryIO, limit: int = UNPACKED_BYTES) -> None:
        self._source = source
        self._left = limit

    def _count(self, piece: bytes) -> bytes:
        self._left -= len(piece)
        if self._left < 0:
            raise Refused("The file unpacks to more than the allowed size.")
        return piece

    def read(self, size: int = -1) -> bytes:
        """Read up to ``size`` bytes, fewer at the end of the file."""
        if 0 <= size <= _CHUNK:
            return self._count(self._source.read(size))
        pieces = []
        wanted = size if size >= 0 else self._left + 1
        while wanted > 0:
            piece = self._count(self._source.read(min(wanted, _CHUNK)))
            if not piece:
                break
            pieces.append(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def readline(self) -> bytes:
        """Read up to and including the next newline."""
        pieces = [self._count(self._source.readline(_CHUNK))]
        while len(pieces[-1]) == _CHUNK and not pieces[-1].endswith(b"\n"):
            pieces.append(self._count(self._source.readline(_CHUNK)))
        return b"".join(pieces)

    def readinto(self, target: Buffer) -> int:
        """Fill ``target`` as far as the file goes and return how many bytes that is."""
        view = memoryview(target)
        piece = self.read(len(view))
        view[: len(piece)] = piece
        return len(piece)


@contextmanager
def open_unpacked(path: Path, limit: int = UNPACKED_BYTES) -> Iterator[BoundedReader]:
    """Open a pickle or joblib file, decompressed as its first bytes require.

    Args:
        path: the file, as it was uploaded.
        limit: how many unpacked bytes may be read.

    Raises:
        Refused: for a compression that needs a library of its own (lz4).
    """
    with path.open("rb") as file, _unpacked(file) as unpacked:
        yield BoundedReader(unpacked, limit)


def _unpacked(file: BinaryIO) -> BinaryIO:
    magic = file.read(6)
    file.seek(0)
    unpacked: object = file
    if magic[:2] == b"\x1f\x8b":
        unpacked = gzip.GzipFile(fileobj=file)
    elif magic[:3] == b"BZh":
        unpacked = bz2.BZ2File(file)
    elif magic == b"\xfd7zXZ\x00" or magic[:2] == b"\x5d\x00":
        unpacked = io.BufferedReader(_Lzma(file), _CHUNK)
    elif magic[:1] == b"\x78":
        unpacked = io.BufferedReader(_Zlib(file), _CHUNK)
    elif magic[:4] == b"\x04\x22\x4d\x18":
        raise Refused("The file is compressed with lz4; save it with joblib.dump(compress=3).")
    return cast(BinaryIO, unpacked)  # all of them read and close alike
