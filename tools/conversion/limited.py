"""A time limit for what may run for hours: fits and conversions of random models."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooSlowError(BaseException):
    """Not an exception that a converter catches."""


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Run a block in the main thread.

    Raises:
        TooSlowError: it takes longer.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlowError

    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
