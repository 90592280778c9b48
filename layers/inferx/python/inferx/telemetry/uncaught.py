"""Errors that leave a handler: Lambda logs the text of each, and a library's may quote data."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from inferx.errors import Broken
from inferx.telemetry.log import log


@contextmanager
def logged_without_text(message: str, **fields: Any) -> Iterator[None]:
    """Log an error that is raised within, and raise one whose text is a fixed sentence instead.

    Args:
        message: of the log line; a constant phrase.
        fields: values that JSON can hold.

    Raises:
        Broken: for anything else, too; its kinds, such as ``Unavailable``, keep their names, by
            which callers decide whether to try again.
    """
    try:
        yield
    except Exception as error:
        log("error", message, error=error, **fields)
        if isinstance(error, Broken):
            raise type(error) from error
        raise Broken from error
