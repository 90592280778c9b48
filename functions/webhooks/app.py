"""Webhooks: endpoints, their secrets and their deliveries."""

from typing import Any

from inferx.http import events
from inferx.http.entry import entry
from inferx.http.events import Event, Response
from inferx.http.web import Caller, json_only, web_app
from inferx.settings import require
from inferx.webhooks import deliveries, endpoints
from webhook_models import (
    DeliveryList,
    NewWebhook,
    NoData,
    Redelivery,
    Success,
    WebhookList,
    WebhookSecret,
    delivery_view,
    webhook_secret,
    webhook_view,
)

require("WebhooksFunction", "webhooks_table", "deliveries_queue_url", "webhook_loopback")

PREFIX = "/api/v1/webhooks"

app = web_app()


@app.post(PREFIX, status_code=201, summary="Create a webhook", tags=["Webhooks"])
def create_webhook(caller: Caller, body: NewWebhook) -> Success[WebhookSecret]:
    """Create an endpoint. Its secret is in this response and in no other."""
    created = endpoints.create(caller.user_id, body.url, body.events)
    return Success(data=webhook_secret(created))


@app.get(PREFIX, summary="List the webhooks", tags=["Webhooks"])
def list_webhooks(caller: Caller) -> Success[WebhookList]:
    """Return the caller's endpoints, newest first, without their secrets."""
    found = endpoints.of_owner(caller.user_id)
    return Success(data=WebhookList(webhooks=[webhook_view(each) for each in found]))


@app.delete(f"{PREFIX}/<id>", summary="Delete a webhook", tags=["Webhooks"])
def delete_webhook(caller: Caller, id: str) -> Success[NoData]:  # noqa: A002 - the route's
    """Delete an endpoint. What is on its way to it is not sent any more."""
    endpoints.delete(caller.user_id, id)
    return Success(data=NoData())


@app.post(f"{PREFIX}/<id>/rotate", summary="Rotate a webhook's secret", tags=["Webhooks"])
def rotate_webhook(
    caller: Caller,
    id: str,  # noqa: A002 - the route's name
) -> Success[WebhookSecret]:
    """Give an endpoint a new secret. For 24 hours requests are signed with the old one, too."""
    return Success(data=webhook_secret(endpoints.rotate(caller.user_id, id)))


@app.get(f"{PREFIX}/<id>/deliveries", summary="List the last deliveries", tags=["Webhooks"])
def list_deliveries(
    caller: Caller,
    id: str,  # noqa: A002 - the route's name
) -> Success[DeliveryList]:
    """Return the last deliveries to an endpoint, newest first."""
    found = deliveries.latest(caller.user_id, id)
    return Success(data=DeliveryList(deliveries=[delivery_view(each) for each in found]))


@app.post(
    f"{PREFIX}/<id>/deliveries/<delivery_id>/redeliver",
    status_code=202,
    summary="Deliver an event again",
    tags=["Webhooks"],
)
def redeliver(
    caller: Caller,
    id: str,  # noqa: A002 - the route's name
    delivery_id: str,
) -> Success[Redelivery]:
    """Send the same body with the same id and a new timestamp; if it fails, it is retried."""
    again = deliveries.redeliver(caller.user_id, id, delivery_id)
    return Success(data=Redelivery(delivery=delivery_view(again)))


_read = json_only(app.resolve)


def _resolve(event: Event, context: Any) -> Response:
    # Before the body is looked at: an API key gets 403, whatever it sends.
    events.principal(event).require_account()
    return _read(event, context)


handler = entry(_resolve)
