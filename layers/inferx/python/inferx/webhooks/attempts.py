"""Attempts to deliver: claimed, made, recorded, and the next one queued.

SQS delivers a message at least once, and a process may end anywhere. So an attempt is claimed by
a conditional write before anything is sent. A message that comes twice finds the claim and does
nothing; one that comes again because its process ended finds a claim whose time is over, records
the attempt as lost, and the timetable goes on. A message that comes again after its outcome was
recorded queues the next attempt once more, for the process may have ended just before.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from inferx import clock
from inferx.entities.webhooks import Delivery, DeliveryStatus
from inferx.storage.webhooks import deliveries, endpoints
from inferx.telemetry.log import log
from inferx.webhooks import queueing, retrying, sending, signing
from inferx.webhooks.destinations import Destination, Gone, destination_of
from inferx.webhooks.queueing import AttemptMessage

# Longer than the function may run, so that no one else is at it; and shorter than the queue's
# visibility timeout, so that the claim is over when the message comes again.
CLAIM = timedelta(seconds=40)

_LOST = "The attempt did not finish."
_GONE = 410
_ASKS_TO_WAIT = (429, 503)


def handle(message: Mapping[str, Any]) -> None:
    """Make the attempt that a message asks for, if it is its time and no one else makes it.

    Args:
        message: what :func:`inferx.webhooks.queueing.queue_attempt` wrote.

    Raises:
        Unavailable: AWS does not respond; SQS delivers the message again.
    """
    asked = AttemptMessage.from_dict(dict(message))
    found = deliveries.find(asked.delivery_id)
    if found is None or found.status is not DeliveryStatus.PENDING:
        return
    is_due = found.next_attempt_at is None or found.next_attempt_at <= clock.now()
    if found.attempts == asked.attempt:
        if not found.is_claimed:
            queueing.queue_attempt(found)
        elif is_due:
            _record(found, _failed(found, _LOST))
    elif found.attempts == asked.attempt - 1 and not found.is_claimed:
        if is_due:
            _attempt(found)
        else:
            queueing.queue_attempt(found)


def _attempt(found: Delivery) -> None:
    claimed = replace(
        found,
        attempts=found.attempts + 1,
        is_claimed=True,
        next_attempt_at=clock.now() + CLAIM,
    )
    if deliveries.replace(found, claimed):
        _record(claimed, _outcome(claimed))


def _outcome(claimed: Delivery) -> Delivery:
    try:
        destination = destination_of(claimed)
    except Gone as error:
        return _ended(claimed, DeliveryStatus.DEAD, error=str(error))
    try:
        response = _sent(claimed, destination)
    except sending.Undelivered as error:
        return _failed(claimed, str(error))
    status, moment = response.status, clock.now()
    log("info", "webhook attempted", delivery_id=claimed.id, status=status)
    if 200 <= status < 300:
        return _ended(claimed, DeliveryStatus.DELIVERED, response_status=status)
    refusal = f"The response's status was {status}, which is not between 200 and 299."
    if status == _GONE:
        if claimed.endpoint_id is not None:
            endpoints.disable(claimed.endpoint_id, "The address responded 410 Gone.")
        return _ended(claimed, DeliveryStatus.DEAD, response_status=status, error=refusal)
    asked = None
    if status in _ASKS_TO_WAIT:
        asked = retrying.read_retry_after(response.retry_after, moment)
    return _failed(claimed, refusal, response_status=status, asked=asked)


def _sent(claimed: Delivery, destination: Destination) -> sending.Response:
    headers = signing.signature_headers(claimed.id, claimed.body, clock.now(), destination.secrets)
    return sending.post(destination.url, claimed.body, headers)


def _failed(
    delivery: Delivery,
    error: str,
    *,
    response_status: int | None = None,
    asked: timedelta | None = None,
) -> Delivery:
    failures = delivery.attempts - delivery.attempts_before
    pause = retrying.pause_after(failures, asked=asked)
    if pause is None:
        return _ended(delivery, DeliveryStatus.DEAD, response_status=response_status, error=error)
    return replace(
        delivery,
        is_claimed=False,
        next_attempt_at=clock.now() + pause,
        response_status=response_status,
        error=error,
    )


def _ended(
    delivery: Delivery,
    status: DeliveryStatus,
    *,
    response_status: int | None = None,
    error: str | None = None,
) -> Delivery:
    return replace(
        delivery,
        status=status,
        is_claimed=False,
        next_attempt_at=None,
        response_status=response_status,
        error=error,
    )


def _record(before: Delivery, after: Delivery) -> None:
    if deliveries.replace(before, after) and after.status is DeliveryStatus.PENDING:
        queueing.queue_attempt(after)
