"""The messages that ask for an attempt to deliver.

SQS keeps a message back for 15 minutes at most. One that comes before its time is queued again,
for as long as is left.
"""

from dataclasses import dataclass
from math import ceil
from typing import Any

from inferx import clock
from inferx.entities.webhooks import Delivery
from inferx.settings import settings
from inferx.storage.signed import queues

_LONGEST_DELAY_S = 900


@dataclass(frozen=True, slots=True)
class AttemptMessage:
    """An attempt that is due at some time.

    Attributes:
        delivery_id: of the delivery.
        attempt: which attempt, from 1.
    """

    delivery_id: str
    attempt: int

    @classmethod
    def from_dict(cls, message: dict[str, Any]) -> "AttemptMessage":
        """Read what :func:`queue_attempt` wrote."""
        return cls(str(message["delivery_id"]), int(message["attempt"]))


def queue_attempt(delivery: Delivery) -> None:
    """Queue the delivery's next attempt for its time, or as near to it as SQS can.

    Raises:
        Unavailable: SQS did not take it.
    """
    due, moment = delivery.next_attempt_at, clock.now()
    seconds = 0 if due is None else ceil((due - moment).total_seconds())
    queues.send_json(
        settings.deliveries_queue_url,
        {"delivery_id": delivery.id, "attempt": delivery.attempts + 1},
        delay_seconds=min(max(seconds, 0), _LONGEST_DELAY_S),
        owner_id=delivery.owner_id,
    )
