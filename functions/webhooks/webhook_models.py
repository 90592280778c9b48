"""Requests and responses of the webhook routes."""

from typing import Annotated, Literal, cast

from pydantic import BaseModel, Field

from inferx.clock import iso
from inferx.entities.webhooks import Delivery, Endpoint, EventType
from inferx.http.response_model import Id, ResponseModel, Timestamp

type EventName = Literal["job.finished", "model.ready", "model.failed"]


class NewWebhook(BaseModel):
    """Where to send which events."""

    url: Annotated[
        str,
        Field(
            min_length=1,
            max_length=2_048,
            description="An https URL on port 443 whose host is public.",
            examples=["https://example.com/inferx"],
        ),
    ]
    events: Annotated[
        list[EventName],
        Field(min_length=1, max_length=3, description="Which events are sent."),
    ]


class WebhookView(ResponseModel):
    """A webhook endpoint without its secret."""

    id: Id
    url: str = Field(examples=["https://example.com/inferx"])
    events: list[EventName]
    is_active: bool = Field(description="Whether events are sent to it.")
    disabled_reason: str | None = Field(description="Why they are not.")
    created_at: Timestamp


class SecretWebhookView(WebhookView):
    """A webhook endpoint with its secret."""

    secret: str = Field(description="Verifies the requests; shown in this response only.")


class DeliveryView(ResponseModel):
    """One event sent to one endpoint."""

    id: str = Field(
        json_schema_extra={"format": "uuid"}, description="Sent as the header `webhook-id`."
    )
    event: EventName
    status: Literal["pending", "delivered", "dead"]
    attempts: int = Field(description="How many attempts have begun.")
    response_status: int | None = Field(description="The status of the last response.")
    error: str | None = Field(description="Why the last attempt failed.")
    next_attempt_at: Timestamp | None = Field(description="When it is tried again.")
    created_at: Timestamp


class WebhookSecret(ResponseModel):
    """A webhook endpoint with its secret."""

    webhook: SecretWebhookView


class WebhookList(ResponseModel):
    """The account's endpoints, newest first."""

    webhooks: list[WebhookView]


class Redelivery(ResponseModel):
    """One delivery."""

    delivery: DeliveryView


class DeliveryList(ResponseModel):
    """An endpoint's last deliveries, newest first."""

    deliveries: list[DeliveryView]


class NoData(ResponseModel):
    """No data: the request has been carried out."""


class Success[Data: BaseModel](ResponseModel):
    """The envelope of every webhook route."""

    success: Literal[True] = True
    data: Data


def webhook_view(endpoint: Endpoint) -> WebhookView:
    """Return an endpoint without its secret."""
    return WebhookView(
        id=endpoint.id,
        url=endpoint.url,
        events=cast("list[EventType]", list(endpoint.events)),
        is_active=endpoint.is_active,
        disabled_reason=endpoint.disabled_reason,
        created_at=iso(endpoint.created_at),
    )


def webhook_secret(endpoint: Endpoint) -> WebhookSecret:
    """Return an endpoint with its secret."""
    shown = webhook_view(endpoint).model_dump()
    return WebhookSecret(webhook=SecretWebhookView(**shown, secret=endpoint.secret))


def delivery_view(delivery: Delivery) -> DeliveryView:
    """Return a delivery without its body."""
    due = None if delivery.is_claimed else delivery.next_attempt_at
    return DeliveryView(
        id=delivery.id,
        event=cast("EventType", delivery.type),
        status=delivery.status.value,
        attempts=delivery.attempts,
        response_status=delivery.response_status,
        error=delivery.error,
        next_attempt_at=None if due is None else iso(due),
        created_at=iso(delivery.created_at),
    )
