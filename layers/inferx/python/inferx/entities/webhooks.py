"""Webhooks: who wants which events, the events themselves, and what became of each delivery."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, get_args

type EventType = Literal["job.finished", "model.ready", "model.failed"]

EVENT_TYPES: tuple[str, ...] = get_args(EventType.__value__)

LARGEST_BODY = 20_000
"""Bytes of one request's body; the Standard Webhooks specification advises 20 KB."""


class DeliveryStatus(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that an account's events are sent to.

    Attributes:
        id: UUID of version 7.
        owner_id: the account's user id.
        url: as :mod:`inferx.webhooks.addresses` has checked it.
        events: the types that are sent.
        secret: signs every request (``whsec_…``); no representation shows it.
        created_at: when it was made.
        previous_secret: signs beside it for a while after a rotation.
        previous_until: until when.
        disabled_reason: why nothing is sent any more, one sentence.
    """

    id: str
    owner_id: str
    url: str
    events: tuple[str, ...]
    secret: str = field(repr=False)
    created_at: datetime
    previous_secret: str | None = field(default=None, repr=False)
    previous_until: datetime | None = None
    disabled_reason: str | None = None

    @property
    def is_active(self) -> bool:
        """Whether events are sent to it."""
        return self.disabled_reason is None


@dataclass(frozen=True, slots=True)
class QueuedEvent:
    """An event as it waits on the queue.

    Attributes:
        id: the same each time that the event is published.
        owner_id: whose endpoints get it.
        type: one of :data:`EVENT_TYPES`.
        body: the JSON text to send, the same to all.
        callback_url: the job's own address.
        callback_secret: signs what goes there; no representation shows it.
    """

    id: str
    owner_id: str
    type: str
    body: str
    callback_url: str | None = None
    callback_secret: str | None = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold; the constructor takes it back by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one address.

    Attributes:
        id: UUID; made of the event's id and the address, and sent as ``webhook-id``.
        event_id: the event's.
        type: the event's type.
        owner_id: whose event it is.
        body: the JSON text that is sent.
        status: where it stands.
        attempts: how many have begun.
        created_at: when the event was taken from the queue.
        endpoint_id: of the endpoint; ``None`` for a job's own callback.
        callback_url: of a job's own callback.
        callback_secret: signs what goes there; no representation shows it.
        attempts_before: how many had been made when it was last asked for by hand.
        next_attempt_at: when the next may begin; while one is made, when it counts as lost.
        is_claimed: whether an attempt is being made.
        response_status: of the last response.
        error: why the last attempt failed, one sentence.
    """

    id: str
    event_id: str
    type: str
    owner_id: str
    body: str
    status: DeliveryStatus
    attempts: int
    created_at: datetime
    endpoint_id: str | None = None
    callback_url: str | None = None
    callback_secret: str | None = field(default=None, repr=False)
    attempts_before: int = 0
    next_attempt_at: datetime | None = None
    is_claimed: bool = False
    response_status: int | None = None
    error: str | None = None
