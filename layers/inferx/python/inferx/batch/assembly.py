"""One object of many: how ranges of others and bytes become the parts of a multipart upload."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from inferx.errors import Unavailable
from inferx.storage import files
from inferx.storage.files import MultipartUpload, StoredFile

SMALLEST = 8 << 20
"""Bytes of each part but the last; S3 asks for 5 MiB."""

_MOST = 4_500  # parts, of the 10,000 that there may be
_LARGEST = 5 << 30  # bytes of one copy
_THREADS = 8


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes of a stored object."""

    file: StoredFile
    start: int
    end: int

    @property
    def size(self) -> int:
        """How many bytes."""
        return self.end - self.start


type Piece = Range | bytes
type UploadPart = Range | list[Piece]
"""A range that S3 copies, or pieces that are read and uploaded together."""


def upload_parts(pieces: Iterable[Piece], smallest: int) -> Iterator[UploadPart]:
    """Yield the parts of an upload that has the pieces' bytes in their order.

    Args:
        pieces: what the object is to hold.
        smallest: bytes of each part but the last.
    """
    small: list[Piece] = []
    held = 0
    for piece in pieces:
        rest: Piece = piece
        if held and isinstance(rest, Range) and rest.size >= 2 * smallest:
            # The small ones are made large enough by the beginning of this one.
            begin = rest.start + max(0, smallest - held)
            small.append(Range(rest.file, rest.start, begin))
            yield [each for each in small if size_of(each)]
            small, held = [], 0
            rest = Range(rest.file, begin, rest.end)
        if not held and isinstance(rest, Range) and rest.size >= smallest:
            yield from _copies(rest)
            continue
        small.append(rest)
        held += size_of(rest)
        if held >= smallest:
            yield small
            small, held = [], 0
    if held:
        yield small


def assemble(key: str, pieces: list[Piece]) -> None:
    """Write an object that has the pieces' bytes in their order.

    Raises:
        Unavailable: S3 does not respond.
    """
    total = sum(map(size_of, pieces))
    smallest = max(SMALLEST, total // _MOST)
    if total <= smallest:
        files.write(key, _content(pieces))
        return
    upload = MultipartUpload(key)
    try:
        with ThreadPoolExecutor(_THREADS) as pool:
            planned = enumerate(upload_parts(pieces, smallest), 1)
            tags = list(pool.map(lambda each: _send(upload, *each), planned))
        upload.complete(tags)
    except Exception:
        # What is left of an upload costs as much as an object until the bucket's rule removes it.
        with suppress(Unavailable):
            upload.abort()
        raise


def _send(upload: MultipartUpload, number: int, part: UploadPart) -> str:
    if isinstance(part, Range):
        return upload.copy(number, part.file, part.start, part.end)
    return upload.upload(number, _content(part))


def _content(pieces: Iterable[Piece]) -> bytes:
    return b"".join(
        files.read(each.file, each.start, each.end) if isinstance(each, Range) else each
        for each in pieces
    )


def _copies(piece: Range) -> Iterator[Range]:
    count = -(-piece.size // _LARGEST)
    step = -(-piece.size // count)
    for start in range(piece.start, piece.end, step):
        yield Range(piece.file, start, min(start + step, piece.end))


def size_of(piece: Piece) -> int:
    """Return how many bytes a piece has."""
    return piece.size if isinstance(piece, Range) else len(piece)
