"""Identifiers: UUID version 7 (RFC 9562, section 5.7), so that they sort by time."""

import re
from datetime import datetime

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def new_id() -> str:
    """Return a new identifier, in the 36 characters of RFC 9562's text form."""
    # Here, because those who only check ids would pay for it in their cold start.
    from uuid6 import uuid7  # noqa: PLC0415

    return str(uuid7())


def is_id(text: str) -> bool:
    """Return whether the text has the form of an id; if not, it is treated as an unknown one."""
    return _UUID.fullmatch(text) is not None


def earliest_id(moment: datetime) -> str:
    """Return the text before which the ids made earlier than ``moment`` sort, and no others.

    RFC 9562, section 5.7: an id begins with the milliseconds since 1970, in 48 bits.
    """
    digits = f"{int(moment.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}"
