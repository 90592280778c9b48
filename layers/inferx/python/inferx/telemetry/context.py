"""The ids that every log line of an invocation carries.

An environment serves one request after another, so each entry begins anew: nothing of the request
before it remains.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType

_fields: ContextVar[Mapping[str, str]] = ContextVar("fields", default=MappingProxyType({}))


def begin(request_id: str, **fields: str) -> None:
    """Start the lines of a request, or of one message of a batch.

    Args:
        request_id: the gateway's id of a request, Lambda's id of any other invocation.
        fields: further ids, such as ``message_id``.
    """
    _fields.set({"request_id": request_id, **fields})


def bind(**fields: str) -> None:
    """Add ids to every later line of the request, such as ``owner_id``."""
    _fields.set({**_fields.get(), **fields})


def bound() -> Mapping[str, str]:
    """Return the ids of the current request; empty outside one."""
    return _fields.get()
