"""One model's object being read, while its record is."""

import threading
from collections.abc import Callable
from contextvars import copy_context


class Fetch:
    """A download in a thread of its own.

    Args:
        download: reads the object; ``None`` when its file is here already.
    """

    def __init__(self, download: Callable[[], None] | None) -> None:
        self._error: Exception | None = None
        self._thread: threading.Thread | None = None
        if download is not None:
            # With the caller's context, which holds the invocation's deadline.
            arguments = (self._run, download)
            self._thread = threading.Thread(target=copy_context().run, args=arguments, daemon=True)
            self._thread.start()

    def _run(self, download: Callable[[], None]) -> None:
        try:
            download()
        except Exception as error:  # noqa: BLE001 - raised again in the caller's thread
            self._error = error

    @property
    def downloaded(self) -> bool:
        """Whether the object was read from S3, because its file was not here."""
        return self._thread is not None

    def finish(self) -> None:
        """Return when the download has ended, in whatever way."""
        if self._thread is not None:
            self._thread.join()

    def check(self) -> None:
        """Return if the download succeeded, or was not needed.

        Raises:
            Exception: what ended the download.
        """
        if self._error is not None:
            raise self._error
