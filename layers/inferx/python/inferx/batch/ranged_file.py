"""An object of the bucket as a file that pyarrow can read here and there."""

import io
from typing import Any

from inferx.storage import files
from inferx.storage.files import StoredFile

_AHEAD = 1 << 18


class RangedFile(io.RawIOBase):
    """Reads ranges of an object, each a little further than asked for.

    Args:
        file: the object.
    """

    def __init__(self, file: StoredFile) -> None:
        super().__init__()
        self._file = file
        self._at = 0
        self._held = b""
        self._held_at = 0
        self.requests = 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that it can be read anywhere."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position and return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.size}[whence]
        self._at = base + offset
        return self._at

    def size(self) -> int:
        """Return the object's bytes."""
        return self._file.size

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, so many unless it ends before."""
        end = self._file.size if size < 0 else min(self._at + size, self._file.size)
        if not self._held_at <= self._at <= end <= self._held_at + len(self._held):
            ahead = max(end, min(self._at + _AHEAD, self._file.size))
            self._held = files.read(self._file, self._at, ahead)
            self._held_at = self._at
            self.requests += 1
        start = self._at - self._held_at
        found = self._held[start : start + end - self._at]
        self._at = max(end, self._at)
        return found

    def readinto(self, buffer: Any, /) -> int:
        """Fill a buffer with the next bytes and return how many."""
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)
