"""gzip and zstd: files read as streams, results written in pieces that may be joined.

Members of gzip (RFC 1952, section 2.2) and frames of zstd (RFC 8878, section 3.1) follow each
other in one file.
"""

import gzip
from collections.abc import Callable, Iterator
from typing import Any, Protocol, cast

import pyarrow as pa

from inferx.entities.jobs import Compression
from inferx.errors import BadInput

_LEVEL = 6
_READ = 1 << 20


class Readable(Protocol):
    """What can be read in pieces."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many bytes; none at the end."""
        ...


def compressor(compression: Compression | None) -> Callable[[bytes], bytes]:
    """Return what makes one piece of a compressed file, the same of the same bytes."""
    if compression is None:
        return lambda content: content
    if compression == "gzip":
        return lambda content: gzip.compress(content, _LEVEL, mtime=0) if content else b""
    codec = pa.Codec("zstd")
    return lambda content: cast("bytes", codec.compress(content, asbytes=True)) if content else b""


def decompressed(source: Readable, compression: Compression) -> Iterator[bytes]:
    """Yield what a compressed file holds.

    Raises:
        BadInput: it is not compressed so, or ends too early.
    """
    try:
        with pa.CompressedInputStream(pa.PythonFile(_Seekless(source)), compression) as stream:
            while block := stream.read(_READ):
                yield block
    except OSError:  # Arrow's word for content that it cannot decompress
        raise BadInput(f"The file is not valid {compression}, or is cut off.") from None


class _Seekless:
    """As much of a file as Arrow asks of a stream."""

    closed = False
    mode = "rb"

    def __init__(self, source: Readable) -> None:
        self._source = source

    def read(self, size: int = -1) -> bytes:
        return self._source.read(size)

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True

    def tell(self) -> Any:
        raise OSError
