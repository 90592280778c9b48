"""SnapStart: what a function must renew when Lambda restores it from its snapshot.

Every environment begins as a copy of one process, so connections are dead, and generators of
random numbers would go on alike. Source: AWS Lambda Developer Guide, "Lambda SnapStart runtime
hooks for Python"; the runtime brings the package, and nothing else has it.
"""

import random

from inferx.storage.signed import exchange


def renew() -> None:
    """Forget connections, and draw new randomness."""
    exchange.forget()
    random.seed()


def renew_when_restored() -> None:
    """Have :func:`renew` called after each restore, where there are restores."""
    try:
        from snapshot_restore_py import register_after_restore  # noqa: PLC0415 - Lambda only
    except ImportError:
        return
    register_after_restore(renew)
