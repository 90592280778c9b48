"""Everything that can go wrong, in the domain's words.

::

    InferXError
    ├── Unauthenticated   no principal, or a credential that is not valid
    ├── Forbidden         authenticated, but not allowed
    ├── NotFound          no such thing
    ├── WrongMethod       the address does not take this method
    ├── Conflict          the present state forbids it
    │   └── NotReady      the model has not finished converting, or failed to
    ├── BadInput          malformed, or does not fit the model
    ├── Invalid           one or more fields fail validation
    ├── Refused           the file is no model, or cannot be converted
    ├── TooLarge          over a size or a quota
    ├── WrongMediaType    a content type that this route does not read
    ├── RateLimited       too often
    ├── TookTooLong       the model did not end on this input in time
    └── Broken            a fault of ours: something that must be there is not
        ├── ArtifactMissing   the record is there and the stored object is gone
        └── Unavailable       a dependency does not respond now; try again later

``inferx.http.errors`` maps each to an HTTP status. The message of each is a sentence for
the user and holds no secret and no internal name.
"""

from collections.abc import Sequence
from typing import NamedTuple


class InferXError(Exception):
    """The root of every error that InferX raises on purpose.

    Args:
        detail: one sentence for the user.
    """

    detail = "Something went wrong."

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or type(self).detail
        super().__init__(self.detail)


class Unauthenticated(InferXError):
    """No principal.

    ``reason`` is ``missing``, ``expired`` (an access token), ``expired_key``, ``revoked``,
    ``closed`` (its account) or ``invalid`` for a credential, or ``password``.
    """

    detail = "Not authenticated."

    def __init__(self, detail: str | None = None, *, reason: str = "invalid") -> None:
        super().__init__(detail)
        self.reason = reason


class Forbidden(InferXError):
    """The principal is not allowed to do this."""

    detail = "You do not have permission to do this."


class NotFound(InferXError):
    """No such thing."""

    detail = "Not found."


class WrongMethod(InferXError):
    """The address exists and does not take this method.

    Args:
        allowed: the methods that it takes.
    """

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__(f"This address does not take this method. It takes: {', '.join(allowed)}.")
        self.allowed = tuple(allowed)


class Conflict(InferXError):
    """The present state forbids the change."""


class NotReady(Conflict):
    """The model exists and cannot predict yet, or ever."""


class BadInput(InferXError):
    """Malformed, or not what the model takes."""


class Fault(NamedTuple):
    """One field that fails validation, in FastAPI's shape."""

    loc: tuple[str | int, ...]
    msg: str
    type: str = "value_error"


class Invalid(InferXError):
    """Well-formed, and one or more fields fail validation.

    Args:
        faults: every fault found, not only the first.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.msg for fault in faults))
        self.faults = tuple(faults)

    @classmethod
    def field(cls, name: str, msg: str, *, kind: str = "value_error") -> "Invalid":
        """Return the error for one field of the body."""
        return cls([Fault(("body", name), msg, kind)])

    @classmethod
    def header(cls, name: str, msg: str) -> "Invalid":
        """Return the error for one header."""
        return cls([Fault(("header", name), msg)])


class Refused(InferXError):
    """The uploaded file is no model, or is one that cannot be converted."""


class TooLarge(InferXError):
    """Over a size limit or a storage quota."""


class WrongMediaType(InferXError):
    """A content type that this route does not read."""


class RateLimited(InferXError):
    """Too many requests; ``retry_after`` is in whole seconds."""

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class TookTooLong(InferXError):
    """The model did not end on this input in time: its graph loops or grows as the input says."""

    detail = (
        "The model does not end in time on this input: its graph loops as long, or makes tensors "
        "as large, as a number in it says. Send smaller numbers, or bound that in the model."
    )


class Broken(InferXError):
    """A fault of ours: something that must be there is not."""

    detail = "Something went wrong on our side."


class ArtifactMissing(Broken):
    """The model's record is there and its stored file is gone."""

    detail = "Model file not found in storage"


class Unavailable(Broken):
    """A service that InferX depends on does not respond now.

    Args:
        detail: one sentence for the user.
        retry_after: after how many whole seconds another attempt is worth making.
    """

    detail = "The service is busy; please try again."

    def __init__(self, detail: str | None = None, *, retry_after: int = 5) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
