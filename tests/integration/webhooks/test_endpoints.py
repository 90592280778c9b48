"""Webhook endpoints: created, shown without their secret, rotated, deleted; their owner's alone."""

from typing import Any

import pytest

from inferx import settings
from inferx.storage.signed import webhooks as signed
from tests.support.gateway import Client
from tests.support.webhooks import PATH, Webhooks

URL = "http://127.0.0.1:9/hook"
UNKNOWN = "01939d5e-5b2c-7c40-9c07-b0a6f5a1c002"


@pytest.fixture
def other(client: Client, webhooks: Webhooks) -> Webhooks:
    """Return the routes of webhooks, called by another user."""
    body = {"email": "grace@example.com", "password": "SecurePass123!"}
    client.post("/api/v1/auth/register", json=body)
    token = client.post("/api/v1/auth/login", json=body).json()["access_token"]
    return Webhooks(client, webhooks.cloud, {"Authorization": f"Bearer {token}"})


def test_a_new_webhook_is_shown_with_its_secret(webhooks: Webhooks) -> None:
    webhook = webhooks.created(URL, ["model.ready"])

    assert webhook.keys() == {
        "id",
        "url",
        "events",
        "is_active",
        "disabled_reason",
        "created_at",
        "secret",
    }
    assert webhook["url"] == URL
    assert webhook["events"] == ["model.ready"]
    assert webhook["is_active"] is True
    assert webhook["secret"].startswith("whsec_")


def test_the_list_has_the_newest_first_and_no_secret(webhooks: Webhooks) -> None:
    made = [webhooks.created(URL) for _ in range(3)]

    listed = webhooks.all()

    assert [each["id"] for each in listed] == [each["id"] for each in reversed(made)]
    assert all("secret" not in each for each in listed)


def test_an_account_without_webhooks_has_an_empty_list(
    webhooks: Webhooks, test_user: dict[str, Any]
) -> None:
    assert webhooks.all() == []
    assert not signed.has_endpoints(test_user["id"])


def test_publishers_see_whether_there_is_an_endpoint(
    webhooks: Webhooks, test_user: dict[str, Any]
) -> None:
    webhook = webhooks.created(URL)
    before = signed.has_endpoints(test_user["id"])
    webhooks.delete(webhook["id"])

    assert before
    assert not signed.has_endpoints(test_user["id"])


def test_a_rotated_webhook_has_another_secret(webhooks: Webhooks) -> None:
    webhook = webhooks.created(URL)

    response = webhooks.rotate(webhook["id"])

    assert response.status_code == 200
    rotated = response.json()["data"]["webhook"]
    assert rotated["secret"] != webhook["secret"]
    assert {**rotated, "secret": ""} == {**webhook, "secret": ""}


def test_a_deleted_webhook_is_gone(webhooks: Webhooks) -> None:
    webhook = webhooks.created(URL)

    response = webhooks.delete(webhook["id"])

    assert response.json() == {"success": True, "data": {}}
    assert webhooks.all() == []
    assert webhooks.delete(webhook["id"]).status_code == 404


def test_the_21st_webhook_is_refused(webhooks: Webhooks) -> None:
    for _ in range(20):
        webhooks.created(URL)

    response = webhooks.create(URL)

    assert response.status_code == 409
    assert "at most 20" in response.json()["detail"]
    assert len(webhooks.all()) == 20


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://2130706433/",
        "https://user@example.com/",
        "https://example.com:8443/",
        "nonsense",
    ],
)
def test_an_address_that_webhooks_do_not_go_to_is_refused(webhooks: Webhooks, url: str) -> None:
    response = webhooks.create(url)

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "url"]
    assert response.json()["detail"][0]["msg"].startswith("The URL ")


def test_loopback_is_refused_where_the_switch_is_off(
    webhooks: Webhooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOK_LOOPBACK", "false")
    settings.forget()

    assert webhooks.create(URL).status_code == 422


@pytest.mark.parametrize("events", [[], ["model.deleted"], ["model.ready", 1], "model.ready", None])
def test_events_that_there_are_not_are_refused(webhooks: Webhooks, events: Any) -> None:
    response = webhooks.post("", json={"url": URL, "events": events})

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"][:2] == ["body", "events"]


@pytest.mark.parametrize("webhook_id", [UNKNOWN, "nonsense"])
def test_an_unknown_webhook_is_not_found(webhooks: Webhooks, webhook_id: str) -> None:
    deliveries = webhooks.client.get(f"{PATH}/{webhook_id}/deliveries", headers=webhooks.headers)
    responses = [
        webhooks.delete(webhook_id),
        webhooks.rotate(webhook_id),
        webhooks.redeliver(webhook_id, UNKNOWN),
        deliveries,
    ]

    assert [response.status_code for response in responses] == [404] * 4


def test_another_user_may_neither_see_nor_change_a_webhook(
    webhooks: Webhooks, other: Webhooks
) -> None:
    webhook = webhooks.created(URL)
    path = f"{PATH}/{webhook['id']}/deliveries"

    responses = [
        other.delete(webhook["id"]),
        other.rotate(webhook["id"]),
        other.redeliver(webhook["id"], UNKNOWN),
        other.client.get(path, headers=other.headers),
    ]

    assert [response.status_code for response in responses] == [403] * 4
    assert other.all() == []
    assert [each["id"] for each in webhooks.all()] == [webhook["id"]]


def test_an_api_key_cannot_manage_webhooks(webhooks: Webhooks) -> None:
    key = webhooks.client.post(
        "/api/v1/auth/api-keys",
        json={"name": "all", "scopes": ["predict", "models:read", "models:write"]},
        headers=webhooks.headers,
    ).json()["data"]["api_key"]["key"]
    by_key = Webhooks(webhooks.client, webhooks.cloud, {"Authorization": f"Bearer {key}"})

    listed = by_key.client.get(PATH, headers=by_key.headers)

    assert [by_key.create(URL).status_code, listed.status_code] == [403, 403]
