"""SnapStart: what a function must renew when Lambda restores it from its snapshot.

Every environment begins as a copy of one process, so connections are dead, and random number
generators would all produce the same numbers. Source: AWS Lambda Developer Guide, "Lambda SnapStart
runtime hooks for Python"; the package comes with the runtime and exists nowhere else.
"""

import sys

from inferx.storage.signed import exchange


def renew() -> None:
    """Drop connections, and draw new randomness."""
    exchange.forget()
    # Not imported for this: most functions draw no random numbers.
    if random := sys.modules.get("random"):
        random.seed()


def renew_when_restored() -> None:
    """Register :func:`renew` to run after each restore, where there are restores."""
    try:
        from snapshot_restore_py import register_after_restore  # noqa: PLC0415 - Lambda only
    except ImportError:
        return
    register_after_restore(renew)
