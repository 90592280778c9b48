"""How long the current invocation may still take: one deadline for everything done in it.

The entry of each function starts it from what Lambda says is left. Whatever waits or retries asks
for the smaller of its own limit and :func:`remaining`, so that several waits never add up to more
than the function has.
"""

from contextvars import ContextVar
from time import monotonic

MARGIN_S = 1.5
"""Kept back for writing the response after the last wait."""

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


def start(seconds: float) -> None:
    """Set the deadline of the current context.

    Args:
        seconds: what Lambda grants the invocation from now on.
    """
    _ends_at.set(monotonic() + seconds - MARGIN_S)


def remaining(at_most: float) -> float:
    """Return the seconds left, never negative, and never more than ``at_most``.

    Without a deadline, outside an invocation, that is ``at_most``.
    """
    ends_at = _ends_at.get()
    return at_most if ends_at is None else max(0.0, min(at_most, ends_at - monotonic()))


def forget() -> None:
    """Remove the deadline, where handlers and then the domain are called in one process."""
    _ends_at.set(None)
