"""What libraries write through :mod:`logging`, as lines of the same shape as all others."""

import contextlib
import logging
from collections.abc import Iterator

from inferx.telemetry.log import log


class _Lines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        # Never the record's text: libraries quote what they were given.
        level = "error" if record.levelno >= logging.ERROR else "warning"
        error = record.exc_info[1] if record.exc_info else None
        place = f"{record.pathname}:{record.lineno} {record.funcName}"
        log(level, "library message", logger=record.name, place=place, error=error)


def capture_library_logs() -> None:
    """Replace the handlers of the root logger, Lambda's among them, by ours.

    Warnings and errors become a line that names the logger and the place in its source, and
    leaves out the text. The rest is dropped.
    """
    root = logging.getLogger()
    root.handlers = [_Lines()]
    root.setLevel(logging.WARNING)


@contextlib.contextmanager
def without_library_logs() -> Iterator[None]:
    """Drop what libraries log within the block."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
