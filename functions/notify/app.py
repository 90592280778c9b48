"""SQS: hand each event to the addresses that want it, and make each attempt when it is due."""

from typing import Any

from inferx.queues.events import Event, Message, each_message
from inferx.settings import require
from inferx.webhooks import attempts
from inferx.webhooks.fan_out import fan_out

require("NotifyFunction", "webhooks_table", "deliveries_queue_url", "webhook_loopback")


def handler(event: Event, context: Any) -> Event:
    """Handle a batch of either queue and name the messages that failed."""
    return each_message(event, context, _handle)


def _handle(message: Message) -> None:
    # The two queues' messages differ in this: an attempt names its delivery.
    if "delivery_id" in message.body:
        attempts.handle(message.body)
    else:
        fan_out(message.body)
