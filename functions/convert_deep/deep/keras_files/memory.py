"""PyTorch reports memory that it does not get as a RuntimeError; Python's own error is clearer."""

from collections.abc import Iterator
from contextlib import contextmanager

_OF_MEMORY = ("allocate memory", "not enough memory", "Storage size calculation overflowed")


@contextmanager
def memory_errors() -> Iterator[None]:
    """Raise ``MemoryError`` where PyTorch raises that it gets no memory, in what Keras wraps too.

    Raises:
        MemoryError: there is less memory than what is done here needs.
    """
    try:
        yield
    except Exception as failure:
        if any(words in str(failure) for words in _OF_MEMORY):
            raise MemoryError from failure
        raise
