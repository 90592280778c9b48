"""From one event to one delivery for each address that wants it."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid5

from inferx import clock
from inferx.entities.webhooks import Delivery, DeliveryStatus, QueuedEvent
from inferx.storage.webhooks import deliveries, endpoints
from inferx.webhooks import queueing

# With it an event and an address always give the same id (RFC 9562, section 5.5).
_NAMESPACE = UUID("6f0c7c1e-3d0b-4b86-9d53-0a1c0c4d7a55")
_CALLBACK = "callback"


def fan_out(message: Mapping[str, Any]) -> None:
    """Record a delivery for each address that an event goes to, and queue its first attempt.

    Interrupted anywhere and called again, it completes what is missing: a delivery's id is made of
    the event and the address, and an attempt that is queued twice is made once.

    Args:
        message: what :meth:`QueuedEvent.to_dict` wrote.

    Raises:
        Unavailable: AWS does not respond; call again.
    """
    for wanted in _deliveries(QueuedEvent(**message)):
        deliveries.add(wanted)
        found = deliveries.find(wanted.id)
        if found is not None and found.attempts == 0:
            queueing.queue_attempt(found)


def delivery_id(event_id: str, address: str) -> str:
    """Return the id of an event's delivery to an address.

    Args:
        event_id: the event's.
        address: the endpoint's id, or ``callback`` for a job's own.
    """
    return str(uuid5(_NAMESPACE, f"{event_id}#{address}"))


def _deliveries(event: QueuedEvent) -> Iterator[Delivery]:
    if event.callback_url is not None:
        yield _delivery(event, _CALLBACK)
    for endpoint in endpoints.of_owner(event.owner_id):
        if endpoint.is_active and event.type in endpoint.events:
            yield _delivery(event, endpoint.id)


def _delivery(event: QueuedEvent, address: str) -> Delivery:
    is_callback, moment = address == _CALLBACK, clock.now()
    return Delivery(
        id=delivery_id(event.id, address),
        event_id=event.id,
        type=event.type,
        owner_id=event.owner_id,
        body=event.body,
        status=DeliveryStatus.PENDING,
        attempts=0,
        created_at=moment,
        endpoint_id=None if is_callback else address,
        callback_url=event.callback_url if is_callback else None,
        callback_secret=event.callback_secret if is_callback else None,
        next_attempt_at=moment,
    )
