"""What is uploaded or converted while its account is deleted brings nothing back."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from inferx import deadline
from inferx.accounts import removal
from inferx.errors import Unauthenticated
from inferx.http.events import authorizer_context
from inferx.identity.principal import SCOPES, Principal
from inferx.registry import uploads
from inferx.storage import users
from inferx.storage.item_keys import user_key
from tests.integration.models.conftest import UPLOAD, Reserve, send
from tests.support.fake_converter import FakeConverter
from tests.support.gateway import Client
from tests.support.whole_accounts import traces
from tools.cloud import Cloud
from tools.http_events import ORIGIN, authorized, http_event
from tools.lambdas import invoke

type Leave = Callable[[], None]


@pytest.fixture
def leave(client: Client, auth_headers: dict[str, str], test_user: dict[str, Any]) -> Leave:
    """Delete the registered user's account and remove what is there at that moment."""

    def do() -> None:
        body = {"current_password": test_user["password"]}
        assert client.delete("/api/v1/auth/me", json=body, headers=auth_headers).ok
        deadline.forget()
        assert not removal.remove(test_user["id"]), "a request may still write"

    return do


def of(user: dict[str, Any]) -> list[str]:
    return traces(user["id"], user["email"])


def test_a_conversion_whose_account_is_deleted_leaves_nothing(
    reserve: Reserve, sandbox: FakeConverter, db: Cloud, leave: Leave, test_user: dict[str, Any]
) -> None:
    assert send(reserve()["upload"]).status_code == 204
    sandbox.meanwhile = leave

    responses = db.deliver("IngestQueue", "IngestFunction")

    assert all(response == {"batchItemFailures": []} for response in responses)
    assert len(sandbox.requests) == 1
    assert of(test_user) == [user_key(test_user["id"])]


def test_a_file_that_comes_after_its_account_is_deleted_is_removed(
    reserve: Reserve,
    deliver: Callable[[], list[Any]],
    leave: Leave,
    test_user: dict[str, Any],
) -> None:
    form = reserve()["upload"]
    leave()

    assert send(form).status_code == 204
    deliver()

    assert of(test_user) == [user_key(test_user["id"])]


def test_an_upload_that_was_let_in_before_reserves_nothing(
    leave: Leave, test_user: dict[str, Any]
) -> None:
    prepared = requests.Request("POST", f"{ORIGIN}/api/v1/models/upload", json=UPLOAD).prepare()
    _, event = http_event(prepared, request_id="r", source_ip="192.0.2.1")
    caller = Principal(test_user["id"], frozenset(SCOPES), "access_token")
    leave()

    response = invoke("UploadFunction", authorized(event, authorizer_context(caller)))

    assert response["statusCode"] == 401
    assert of(test_user) == [user_key(test_user["id"])]


def test_a_version_is_counted_in_an_open_account_only(
    reserve: Reserve, leave: Leave, test_user: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = users.find(test_user["id"])
    assert before is not None
    leave()
    monkeypatch.setattr(uploads, "_admit", lambda *_: before)  # as read just before
    caller = Principal(test_user["id"], frozenset(SCOPES), "access_token")
    new = uploads.NewVersion(name="iris", model_type="sklearn", file_name="iris.pkl")

    with pytest.raises(Unauthenticated):
        uploads.reserve(caller, new)

    assert of(test_user) == [user_key(test_user["id"])]
