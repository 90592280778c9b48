"""The routes of webhooks, and the function that sends, in process."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests

from inferx.webhooks.publishing import publish
from tests.support.gateway import Client
from tools.cloud import Cloud

PATH = "/api/v1/webhooks"


@dataclass
class Clock:
    """A clock that only the test moves.

    Attributes:
        moment: what time it is.
        delays: for how long SQS was asked to keep messages back.
    """

    moment: datetime
    delays: list[timedelta] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    def pass_seconds(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class Webhooks:
    """Calls the routes of webhooks with one credential."""

    client: Client
    cloud: Cloud
    headers: dict[str, str]

    def create(self, url: str, events: list[str] | None = None) -> requests.Response:
        """Create an endpoint, for every event unless some are named."""
        wanted = ["job.finished", "model.ready", "model.failed"] if events is None else events
        return self.post("", json={"url": url, "events": wanted})

    def created(self, url: str, events: list[str] | None = None) -> dict[str, Any]:
        """Create an endpoint and return it, with its secret."""
        response = self.create(url, events)
        assert response.status_code == 201, response.text
        webhook: dict[str, Any] = response.json()["data"]["webhook"]
        return webhook

    def post(self, path: str, **options: Any) -> requests.Response:
        """Send a POST request to a path below that of webhooks."""
        return self.client.post(PATH + path, headers=self.headers, **options)

    def all(self) -> list[dict[str, Any]]:
        """Return the endpoints."""
        response = self.client.get(PATH, headers=self.headers)
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json()["data"]["webhooks"]
        return found

    def delete(self, webhook_id: str) -> requests.Response:
        """Delete an endpoint."""
        return self.client.delete(f"{PATH}/{webhook_id}", headers=self.headers)

    def rotate(self, webhook_id: str) -> requests.Response:
        """Rotate an endpoint's secret."""
        return self.post(f"/{webhook_id}/rotate")

    def deliveries(self, webhook_id: str) -> Any:
        """Return an endpoint's last deliveries."""
        response = self.client.get(f"{PATH}/{webhook_id}/deliveries", headers=self.headers)
        assert response.status_code == 200, response.text
        return response.json()["data"]["deliveries"]

    def latest(self, webhook: dict[str, Any]) -> dict[str, Any]:
        """Return an endpoint's last delivery."""
        delivery: dict[str, Any] = self.deliveries(webhook["id"])[0]
        return delivery

    def redeliver(self, webhook_id: str, delivery_id: str) -> requests.Response:
        """Deliver again."""
        return self.post(f"/{webhook_id}/deliveries/{delivery_id}/redeliver")

    def fan_out(self) -> list[Any]:
        """Let the function take each waiting event once."""
        return self.cloud.deliver("EventsQueue", "NotifyFunction")

    def attempt(self) -> list[Any]:
        """Let the function take each waiting attempt once."""
        return self.cloud.deliver("DeliveriesQueue", "NotifyFunction")

    def send(self, user_id: str, subject: str = "m1") -> None:
        """Publish an event and make its first attempts."""
        publish(user_id, "model.ready", subject, {"id": subject})
        self.fan_out()
        self.attempt()
