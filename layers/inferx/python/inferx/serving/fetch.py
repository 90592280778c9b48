"""One model's object being read, while its record is."""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from typing import Self


def remove(path: str | None) -> None:
    """Remove a file, if there is one, and the folder that it has for itself."""
    if path is not None:
        with suppress(FileNotFoundError):
            os.unlink(path)
        with suppress(FileNotFoundError):
            os.rmdir(os.path.dirname(path))


class Fetch:
    """A download in a thread of its own; what it made is removed when the block ends.

    Args:
        download: reads the object and returns where it is; ``None`` when its file is here already.
    """

    def __init__(self, download: Callable[[], str] | None) -> None:
        self._error: Exception | None = None
        self._path: str | None = None
        self._thread: threading.Thread | None = None
        if download is not None:
            # With the caller's context, which holds the invocation's deadline.
            arguments = (self._run, download)
            self._thread = threading.Thread(target=copy_context().run, args=arguments, daemon=True)
            self._thread.start()

    def _run(self, download: Callable[[], str]) -> None:
        try:
            self._path = download()
        except Exception as error:  # noqa: BLE001 - raised again in the caller's thread
            self._error = error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.finish()
        remove(self._path)

    def finish(self) -> None:
        """Return when the download has ended, in whatever way."""
        if self._thread is not None:
            self._thread.join()

    def result(self) -> str | None:
        """Return where the download is, once it has ended; ``None`` if none was needed.

        Raises:
            Exception: what ended the download.
        """
        self.finish()
        if self._error is not None:
            raise self._error
        return self._path
