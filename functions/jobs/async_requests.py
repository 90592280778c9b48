"""The body and headers of POST /predict/async/{id}."""

from dataclasses import dataclass
from typing import Any

from inferx.errors import BadInput, Invalid, WrongMediaType
from inferx.http import events
from inferx.http.content_coding import decoded_body
from inferx.http.events import Event
from inferx.serving import tolerant_json
from inferx.serving.limits import HTTP
from preferences import wait_seconds


@dataclass(frozen=True)
class AsyncRequest:
    """What a request for an asynchronous prediction asks for.

    Attributes:
        body: its JSON text.
        wait: how many seconds to wait for the prediction.
    """

    body: str
    callback_url: str | None
    idempotency_key: str | None
    wait: float


def read_request(event: Event) -> AsyncRequest:
    """Read the request.

    Raises:
        BadInput: the body is no JSON object with an ``input``.
        Invalid: ``callback_url`` is no text.
        TooLarge: the body is over the limit of predictions.
        WrongMediaType: it is not said to be JSON.
    """
    if events.media_type(event) not in {"", "application/json"}:
        raise WrongMediaType("Send Content-Type: application/json.")
    body = decoded_body(event, HTTP.body_bytes)
    HTTP.check_body(len(body))
    content = tolerant_json.parse(body)
    if not isinstance(content, dict) or "input" not in content:
        raise BadInput('The request body must be an object with "input".')
    headers = events.headers(event)
    return AsyncRequest(
        body=body.decode("utf-8-sig"),
        callback_url=_callback_url(content),
        idempotency_key=headers.get("idempotency-key"),
        wait=wait_seconds(headers.get("prefer", "")),
    )


def _callback_url(content: dict[str, Any]) -> str | None:
    url = content.get("callback_url")
    if not isinstance(url, str | None):
        raise Invalid.field("callback_url", "Input should be a valid string", kind="string_type")
    return url
