"""GET /me/export: everything that is stored about the account, and no secret."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from account_export import AccountExport
from inferx.ids import new_id
from inferx.storage.item_keys import model_pk
from inferx.storage.tables.models import ModelItem
from tests.integration.auth.conftest import AUTH, bearer
from tests.support.gateway import Client
from tests.support.whole_accounts import fill, items

type Page = Callable[[str], requests.Response]

LISTS = ("api_keys", "sessions", "webhooks", "models", "names", "jobs", "deliveries")
VERSIONS = 40
LAMBDA_BYTES = 6 * 1024**2


@pytest.fixture
def page(client: Client, auth_headers: dict[str, str]) -> Page:
    """Return what the export responds with at a path."""
    return lambda path: client.get(path, headers=auth_headers)


def pages(page: Page) -> Iterator[dict[str, Any]]:
    path: str | None = f"{AUTH}/me/export"
    seen: set[str] = set()
    while path is not None:
        assert path not in seen, "the pages go round"
        seen.add(path)
        response = page(path)
        assert response.status_code == 200, response.text
        data: dict[str, Any] = response.json()["data"]
        yield data
        path = data["next"]


def test_the_export_has_what_is_stored_of_each_kind(page: Page, test_user: dict[str, Any]) -> None:
    fill(test_user["id"], test_user["email"])

    response = page(f"{AUTH}/me/export")

    found = response.json()["data"]
    assert response.headers["cache-control"] == "no-store"
    assert found["account"]["user"] == {k: v for k, v in test_user.items() if k != "password"}
    assert found["next"] is None
    counts = {name: len(found[name]) for name in LISTS}
    assert counts == dict.fromkeys(LISTS, 1) | {
        "api_keys": 2,  # one of them is revoked
        "sessions": 2,  # one of them is the login of the test
        "names": 2,  # one of them has no versions any more
        "deliveries": 2,  # one of them went to a callback
    }
    assert found["models"][0]["aliases"] == ["champion"]
    assert found["jobs"][0]["result"] == {"prediction": 1}
    assert found["deliveries"][0]["body"] == {"type": "model.ready"}


def test_the_export_holds_no_secret_and_no_hash(page: Page, test_user: dict[str, Any]) -> None:
    fill(test_user["id"], test_user["email"])

    text = page(f"{AUTH}/me/export").text

    names = ("password_hash", "secret_hash", "current_hash", "callback_secret", "secret")
    stored = {value for item in items() for name in names for value in item.get(name, {}).values()}
    assert len(stored) > 6
    assert [secret for secret in stored if secret in text] == []
    assert "hash" not in text


def test_the_export_shows_nothing_of_another_account(
    client: Client, page: Page, test_user: dict[str, Any]
) -> None:
    account = {"email": "grace@example.com", "password": "SecurePass123!"}
    other = client.post(f"{AUTH}/register", json=account).json()["data"]["user"]
    fill(other["id"], other["email"])

    (found,) = pages(page)

    assert other["id"] not in json.dumps(found)
    assert [len(found[name]) for name in LISTS] == [0, 1, 0, 0, 0, 0, 0]


def test_an_api_key_exports_no_account(
    client: Client, page: Page, auth_headers: dict[str, str]
) -> None:
    body = {"name": "notebook"}
    made = client.post(f"{AUTH}/api-keys", json=body, headers=auth_headers).json()

    refused = client.get(f"{AUTH}/me/export", headers=bearer(made["data"]["api_key"]["key"]))

    assert refused.status_code == 403


@pytest.mark.parametrize("after", ["nonsense", "models:", "secrets:1", "models:" + "x" * 1_001])
def test_a_place_that_is_none_is_invalid(page: Page, after: str) -> None:
    refused = page(f"{AUTH}/me/export?after={after}")

    assert refused.status_code == 422
    assert refused.json()["detail"][0]["loc"] == ["query", "after"]


def test_pages_have_each_record_once_in_whatever_kind_they_end(
    page: Page, test_user: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(test_user["id"], test_user["email"])
    (whole,) = pages(page)
    monkeypatch.setattr("account_export.PAGE_BYTES", 1)

    singly = list(pages(page))

    assert len(singly) == sum(len(whole[name]) for name in LISTS)
    assert {name: [each for some in singly for each in some[name]] for name in LISTS} == {
        name: whole[name] for name in LISTS
    }


def test_pages_of_large_records_fit_what_lambda_returns(
    page: Page, test_user: dict[str, Any]
) -> None:
    with ModelItem.batch_write() as batch:
        for number in range(VERSIONS):
            batch.save(_model(test_user["id"], number))

    sizes, found = [], []
    for data in pages(page):
        sizes.append(len(json.dumps({"body": json.dumps(data)})))
        found += [each["version"] for each in data["models"]]

    assert found == list(range(VERSIONS))
    assert len(sizes) > 1
    assert max(sizes) < LAMBDA_BYTES


def test_the_document_has_a_field_for_each_kind() -> None:
    assert set(LISTS) < AccountExport.model_fields.keys()


def _model(owner_id: str, number: int) -> ModelItem:
    model_id = new_id()
    return ModelItem(
        model_pk(model_id),
        id=model_id,
        owner_id=owner_id,
        owner_name=f"{owner_id}#iris",
        name="iris",
        version=number,
        model_type="sklearn",
        status="ready",
        file_name="iris.pkl",
        description='"é' * 15_000,  # each takes many bytes in a JSON text of a JSON text
        created_at="2026-01-01T00:00:00Z",
        updated_at="2026-01-01T00:00:00Z",
    )
