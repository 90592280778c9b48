"""Events on their way to the webhooks.

An event's id is made of its type and of what it is about, so publishing it twice delivers it once
to each endpoint. A caller that is interrupted between its own write and this call can thus repeat
both.
"""

import json
from collections.abc import Mapping
from typing import Any

from inferx.clock import iso, now
from inferx.entities.webhooks import LARGEST_BODY, EventType, QueuedEvent
from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage.signed import queues, webhooks
from inferx.telemetry.log import log
from inferx.webhooks.callbacks import Callback


def publish(
    owner_id: str,
    event: EventType,
    subject_id: str,
    data: Mapping[str, Any],
    callback: Callback | None = None,
) -> None:
    """Queue an event for the owner's endpoints and, if it has one, for the job's own callback.

    Args:
        owner_id: whose endpoints.
        event: its type.
        subject_id: the id of the job or model that it is about.
        data: what is sent of it, JSON types only. What does not fit into
            :data:`~inferx.entities.webhooks.LARGEST_BODY` is left out, the largest field first.
        callback: the job's own address.

    Raises:
        Unavailable: the queue did not take it; call again.
    """
    queued = QueuedEvent(
        id=f"{event}:{subject_id}",
        owner_id=owner_id,
        type=event,
        body=_body(event, data),
        callback_url=None if callback is None else callback.url,
        callback_secret=None if callback is None else callback.secret,
    )
    queues.send_json(settings.events_queue_url, queued.to_dict())


def has_endpoints(owner_id: str) -> bool:
    """Return whether the owner has any endpoint, so that there may be someone to send to.

    Where that cannot be read there may be one: an event that no one wants costs a message, and
    what is about to be announced must not wait for this table.
    """
    try:
        return webhooks.has_endpoints(owner_id)
    except Unavailable as error:
        log("warning", "endpoints unknown", owner_id=owner_id, error=error)
        return True


def _body(event: EventType, data: Mapping[str, Any]) -> str:
    moment, left = iso(now()), dict(data)
    while True:
        content = {"type": event, "timestamp": moment, "data": left}
        body = _json(content)
        if len(body.encode()) <= LARGEST_BODY:
            return body
        # An event without its largest field still names what it is about.
        del left[max(left, key=lambda name: len(_json(left[name]).encode()))]


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
