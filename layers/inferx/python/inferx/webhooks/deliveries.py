"""An endpoint's last deliveries, and delivering one of them again."""

from dataclasses import replace

from inferx import clock
from inferx.entities.webhooks import Delivery, DeliveryStatus
from inferx.errors import Conflict, NotFound
from inferx.ids import is_id
from inferx.storage.webhooks import deliveries
from inferx.webhooks import endpoints, queueing

MOST_SHOWN = 50


def latest(owner_id: str, endpoint_id: str) -> list[Delivery]:
    """Return the last deliveries to an endpoint, the newest first.

    Raises:
        NotFound, Forbidden: as :func:`inferx.webhooks.endpoints.owned`.
    """
    endpoint = endpoints.owned(owner_id, endpoint_id)
    return deliveries.latest(endpoint.id, at_most=MOST_SHOWN)


def redeliver(owner_id: str, endpoint_id: str, delivery_id: str) -> Delivery:
    """Send what was sent before once more, with the same id; if it fails, it is retried anew.

    Raises:
        NotFound, Forbidden: as :func:`inferx.webhooks.endpoints.owned`; or there is no such
            delivery to the endpoint.
        Conflict: the endpoint is disabled, or an attempt is being made.
    """
    endpoint = endpoints.owned(owner_id, endpoint_id)
    before = deliveries.find(delivery_id) if is_id(delivery_id) else None
    if before is None or before.endpoint_id != endpoint.id:
        raise NotFound("Delivery not found")
    if not endpoint.is_active:
        raise Conflict("The webhook is disabled; create a new one for this address.")
    moment, due = clock.now(), before.next_attempt_at
    under_way = Conflict("An attempt is being made; look again in a minute.")
    if before.is_claimed and due is not None and due > moment:
        raise under_way
    after = replace(
        before,
        status=DeliveryStatus.PENDING,
        attempts_before=before.attempts,
        is_claimed=False,
        next_attempt_at=moment,
    )
    if not deliveries.replace(before, after):
        raise under_way
    queueing.queue_attempt(after)
    return after
