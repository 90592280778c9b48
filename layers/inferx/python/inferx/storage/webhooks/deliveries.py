"""The repository of deliveries: each change is conditional on what was read before."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition

from inferx.clock import iso
from inferx.entities.webhooks import Delivery, DeliveryStatus
from inferx.storage.item_keys import delivery_pk, id_in
from inferx.storage.tables.webhooks import DeliveryItem

KEPT = timedelta(days=30)


def add(delivery: Delivery) -> None:
    """Write a new delivery; one that is there already stays as it is."""
    item = DeliveryItem(
        delivery_pk(delivery.id),
        event_id=delivery.event_id,
        type=delivery.type,
        owner_id=delivery.owner_id,
        endpoint_id=delivery.endpoint_id,
        callback_url=delivery.callback_url,
        callback_secret=delivery.callback_secret,
        body=delivery.body,
        status=delivery.status,
        next_attempt_at=_text(delivery.next_attempt_at),
        created_at=iso(delivery.created_at),
        ttl=int((delivery.created_at + KEPT).timestamp()),
    )
    try:
        item.save(DeliveryItem.pk.does_not_exist())
    except PutError:  # the one failure that is not Unavailable: the condition
        return


def find(delivery_id: str) -> Delivery | None:
    """Return the delivery with this id; ``None`` when there is none."""
    try:
        return _delivery(DeliveryItem.get(delivery_pk(delivery_id), consistent_read=True))
    except DeliveryItem.DoesNotExist:
        return None


def latest(endpoint_id: str, *, at_most: int) -> list[Delivery]:
    """Return an endpoint's last deliveries, the newest first."""
    entries = DeliveryItem.by_endpoint.query(endpoint_id, scan_index_forward=False, limit=at_most)
    return find_all(id_in(entry.pk) for entry in entries)


def find_all(delivery_ids: Iterable[str]) -> list[Delivery]:
    """Return the deliveries with these ids, in their order, without those that there are not."""
    keys = [delivery_pk(delivery_id) for delivery_id in delivery_ids]
    found = {item.pk: item for item in DeliveryItem.batch_get(keys, consistent_read=True)}
    return [_delivery(found[key]) for key in keys if key in found]


def replace(before: Delivery, after: Delivery) -> bool:
    """Store what has become of a delivery.

    Args:
        before: as read.
        after: as it is now to be.

    Returns:
        Whether it was stored; not when an attempt has begun, ended or been asked for since.
    """
    unchanged: Condition = (
        (DeliveryItem.status == before.status)
        & (DeliveryItem.attempts == before.attempts)
        & (DeliveryItem.attempts_before == before.attempts_before)
        & (DeliveryItem.is_claimed == before.is_claimed)
    )
    actions: list[Any] = [
        DeliveryItem.status.set(after.status),
        DeliveryItem.attempts.set(after.attempts),
        DeliveryItem.attempts_before.set(after.attempts_before),
        DeliveryItem.is_claimed.set(after.is_claimed),
    ]
    changing: list[tuple[Any, Any]] = [
        (DeliveryItem.next_attempt_at, _text(after.next_attempt_at)),
        (DeliveryItem.response_status, after.response_status),
        (DeliveryItem.error, after.error),
    ]
    for attribute, value in changing:
        actions.append(attribute.remove() if value is None else attribute.set(value))
    try:
        DeliveryItem(delivery_pk(before.id)).update(actions, condition=unchanged)
    except UpdateError:  # the one failure that is not Unavailable: the condition
        return False
    return True


def _delivery(item: DeliveryItem) -> Delivery:
    due = item.next_attempt_at
    return Delivery(
        id=id_in(item.pk),
        event_id=item.event_id,
        type=item.type,
        owner_id=item.owner_id,
        body=item.body,
        status=DeliveryStatus(item.status),
        attempts=int(item.attempts),
        created_at=datetime.fromisoformat(item.created_at),
        endpoint_id=item.endpoint_id,
        callback_url=item.callback_url,
        callback_secret=item.callback_secret,
        attempts_before=int(item.attempts_before),
        next_attempt_at=None if due is None else datetime.fromisoformat(due),
        is_claimed=item.is_claimed,
        response_status=None if item.response_status is None else int(item.response_status),
        error=item.error,
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
