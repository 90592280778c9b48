"""SnapStart: what a function does before Lambda takes its snapshot, and after each restore.

What was done before is there in every environment: the first use of a library, the authorities of
TLS. But each begins as a copy of one process, so connections are dead, and random number generators
would all produce the same numbers. Source: AWS Lambda Developer Guide, "Lambda SnapStart runtime
hooks for Python"; the package comes with the runtime and exists nowhere else.
"""

import sys
from collections.abc import Callable

from inferx.storage.signed import exchange


def renew() -> None:
    """Drop connections, and draw new randomness."""
    exchange.forget()
    # Not imported for this: most functions draw no random numbers.
    if random := sys.modules.get("random"):
        random.seed()


def prime() -> None:
    """Make what every call to AWS needs and that stays valid."""
    exchange.tls_context()
    # The first connection by a host's name would import it.
    "host".encode("idna")


def renew_when_restored(*primers: Callable[[], None]) -> None:
    """Register :func:`renew` to run after each restore, where there are restores.

    Args:
        primers: what else to run before the snapshot is taken, besides :func:`prime`.
    """
    try:
        from snapshot_restore_py import (  # noqa: PLC0415 - Lambda only
            register_after_restore,
            register_before_snapshot,
        )
    except ImportError:
        return
    for primer in (prime, *primers):
        register_before_snapshot(primer)
    register_after_restore(renew)
