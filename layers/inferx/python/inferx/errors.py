"""What can go wrong, said in the domain's words.

::

    InferXError
    ├── Unauthenticated   no principal, or a credential that is not good
    ├── Forbidden         known, but not allowed
    ├── NotFound          no such thing
    ├── Conflict          the state of things forbids it
    │   └── NotReady      the model has not finished converting, or failed to
    ├── BadInput          malformed, or does not fit the model
    ├── Invalid           one or more fields fail validation
    ├── Refused           the file is no model, or cannot be converted
    ├── TooLarge          over a size or a quota
    ├── WrongMediaType    a content type that this route does not read
    ├── RateLimited       too often
    └── Broken            ours: something that must be there is not
        ├── ArtifactMissing   the record is there and the stored object is gone
        └── Unavailable       a dependency does not answer now; try again

``inferx.http.errors`` maps each to an HTTP status. The message of each is a sentence for
the user and holds no secret and no internal name.
"""

from collections.abc import Sequence
from dataclasses import dataclass


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

    ``reason`` is ``missing``, ``expired``, ``invalid`` or ``revoked``, and speaks of a
    credential; or it is ``password``.
    """

    detail = "Not authenticated."

    def __init__(self, detail: str | None = None, *, reason: str = "invalid") -> None:
        super().__init__(detail)
        self.reason = reason


class Forbidden(InferXError):
    """The principal is known and is not allowed to do this."""

    detail = "You do not have permission to do this."


class NotFound(InferXError):
    """No such thing."""

    detail = "Not found."


class Conflict(InferXError):
    """The present state forbids the change."""


class NotReady(Conflict):
    """The model exists and cannot answer yet, or ever."""


class BadInput(InferXError):
    """Malformed, or not what the model takes."""


@dataclass(frozen=True)
class Fault:
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
        """The error for one field of the body."""
        return cls([Fault(("body", name), msg, kind)])


class Refused(InferXError):
    """The uploaded file is no model, or is one that cannot be converted."""


class TooLarge(InferXError):
    """Over a size limit or a storage quota."""


class WrongMediaType(InferXError):
    """The content type is none that this route reads."""


class RateLimited(InferXError):
    """Too many requests; ``retry_after`` is in whole seconds."""

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Broken(InferXError):
    """Ours: something that must be there is not."""

    detail = "Something went wrong on our side."


class ArtifactMissing(Broken):
    """The model's record is there and its stored file is gone."""

    detail = "Model file not found in storage"


class Unavailable(Broken):
    """A service that InferX stands on does not answer now; trying again may help."""

    detail = "The service is busy; please try again."
