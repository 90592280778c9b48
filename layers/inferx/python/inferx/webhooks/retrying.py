"""When a delivery that failed is tried again: the timetable, and what the receiver asks for."""

import random
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

RETRIES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
)
"""How long after each failed attempt the next is made; after the last it is given up."""

LONGEST_ASKED = RETRIES[-1]
"""What a ``Retry-After`` can ask for at most."""

_JITTER = 0.1


def pause_after(failures: int, *, asked: timedelta | None = None) -> timedelta | None:
    """Return how long to wait before the next attempt; ``None`` to give up.

    Args:
        failures: how many attempts have failed, from 1.
        asked: what the receiver's ``Retry-After`` asks for.
    """
    if failures > len(RETRIES):
        return None
    # So that receivers that failed together are not tried again together.
    spread = random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - no secret
    pause = RETRIES[failures - 1] * spread
    return pause if asked is None else max(pause, min(asked, LONGEST_ASKED))


def read_retry_after(text: str | None, moment: datetime) -> timedelta | None:
    """Return what a ``Retry-After`` header asks for (RFC 9110, section 10.2.3).

    Args:
        text: seconds or a date; what is neither asks for nothing.
        moment: the present time.
    """
    if text is None:
        return None
    if text.isascii() and text.isdecimal():
        return timedelta(seconds=min(int(text[:9]), 10**9))
    try:
        date = parsedate_to_datetime(text)
        return max(date - moment, timedelta(0))
    except (TypeError, ValueError):  # no date, or one without a time zone
        return None
