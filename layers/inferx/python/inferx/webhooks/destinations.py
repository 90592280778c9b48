"""Where a delivery goes and which secrets sign it, as it is at the moment of an attempt."""

from dataclasses import dataclass, field

from inferx import clock
from inferx.entities.webhooks import Delivery
from inferx.storage.webhooks import endpoints


class Gone(Exception):
    """Nothing is sent there any more; the message is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Destination:
    """An address and its signing secrets."""

    url: str
    secrets: tuple[str, ...] = field(repr=False)


def destination_of(delivery: Delivery) -> Destination:
    """Return where a delivery goes.

    Raises:
        Gone: the endpoint has been deleted or disabled.
    """
    if delivery.callback_url is not None and delivery.callback_secret is not None:
        return Destination(delivery.callback_url, (delivery.callback_secret,))
    endpoint = None if delivery.endpoint_id is None else endpoints.find(delivery.endpoint_id)
    if endpoint is None:
        raise Gone("The webhook has been deleted.")
    if not endpoint.is_active:
        raise Gone("The webhook is disabled.")
    secrets, until = [endpoint.secret], endpoint.previous_until
    if endpoint.previous_secret is not None and until is not None and clock.now() < until:
        secrets.append(endpoint.previous_secret)
    return Destination(endpoint.url, tuple(secrets))
