"""The account: its profile and its password."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from inferx.identity.passwords import get_password_hash
from inferx.plans import plan_named
from inferx.storage.item_keys import user_key
from inferx.storage.tables.users import UserItem
from tests.integration.auth.conftest import AUTH
from tests.support.gateway import Client

LogIn = Callable[..., requests.Response]
Refresh = Callable[[str], requests.Response]
NEW = "DifferentPass123!"


def test_the_profile_shows_storage_and_plan(
    client: Client, auth_headers: dict[str, str], test_user: dict[str, Any]
) -> None:
    response = client.get(f"{AUTH}/me", headers=auth_headers)

    assert response.status_code == 200
    data = response.json()["data"]
    assert data["user"]["email"] == test_user["email"]
    assert data["storage"] == {
        "bytes": 0,
        "models": 0,
        "quota_bytes": plan_named("free").storage_bytes,
    }
    assert data["plan"] == "free"


def test_the_profile_has_no_password(client: Client, auth_headers: dict[str, str]) -> None:
    text = client.get(f"{AUTH}/me", headers=auth_headers).text

    assert "password" not in text
    assert "$2b$" not in text


def test_the_token_of_a_deleted_user_is_refused(
    client: Client, auth_headers: dict[str, str], test_user: dict[str, Any]
) -> None:
    UserItem(user_key(test_user["id"])).delete()

    assert client.get(f"{AUTH}/me", headers=auth_headers).status_code == 401


@pytest.fixture
def change(
    client: Client, auth_headers: dict[str, str], test_user: dict[str, Any]
) -> Callable[..., requests.Response]:
    """Change the registered user's password."""

    def send(new: str = NEW, current: str = test_user["password"]) -> requests.Response:
        body = {"current_password": current, "new_password": new}
        return client.put(f"{AUTH}/password", json=body, headers=auth_headers)

    return send


def test_the_new_password_replaces_the_old(
    change: Callable[..., requests.Response], log_in: LogIn
) -> None:
    response = change()

    assert response.status_code == 200
    assert response.json() == {"success": True, "data": {}}
    assert log_in(NEW).status_code == 200
    assert log_in().status_code == 401


def test_a_new_password_ends_every_session(
    change: Callable[..., requests.Response], log_in: LogIn, refresh: Refresh
) -> None:
    before = [log_in().json()["refresh_token"] for _ in range(3)]
    change()

    assert [refresh(token).status_code for token in before] == [401] * 3
    assert refresh(log_in(NEW).json()["refresh_token"]).status_code == 200


def test_a_wrong_current_password_changes_nothing(
    change: Callable[..., requests.Response], log_in: LogIn, refresh: Refresh
) -> None:
    token = log_in().json()["refresh_token"]
    response = change(current="not the password")

    assert response.status_code == 401
    assert refresh(token).status_code == 200
    assert log_in().status_code == 200


def test_guesses_at_the_current_password_are_slowed_down(
    change: Callable[..., requests.Response],
) -> None:
    statuses = [change(current="not the password").status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]


@pytest.mark.parametrize("new", ["short", "password1", "ada@example.com", "x" * 129])
def test_a_bad_new_password_is_refused(change: Callable[..., requests.Response], new: str) -> None:
    response = change(new)

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "new_password"]


def test_of_two_password_changes_at_once_one_succeeds(
    change: Callable[..., requests.Response], log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inferx.identity import login

    genuine = get_password_hash

    def overtaken(password: str) -> str:
        monkeypatch.setattr(login, "get_password_hash", genuine)
        assert change(NEW).status_code == 200
        return genuine(password)

    monkeypatch.setattr(login, "get_password_hash", overtaken)

    assert change("Another pass phrase").status_code == 401
    assert log_in(NEW).status_code == 200


def test_a_closed_account_cannot_change_its_password(
    change: Callable[..., requests.Response], test_user: dict[str, Any]
) -> None:
    UserItem(user_key(test_user["id"])).update([UserItem.is_active.set(False)])

    assert change().status_code == 401
