"""Refresh tokens: each works once, a lost response can be repeated, and theft ends the family."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
import requests

from inferx.identity.refresh_tokens import GRACE_S, IDLE_S, LONGEST_S
from inferx.storage.item_keys import user_key
from inferx.storage.tables.users import UserItem
from tests.integration.auth.conftest import AUTH, Clock, bearer
from tests.support.gateway import Client
from tools.cloud import Cloud

LogIn = Callable[..., requests.Response]
Refresh = Callable[[str], requests.Response]


@pytest.fixture
def first(log_in: LogIn) -> str:
    """Log in and return the refresh token."""
    return str(log_in().json()["refresh_token"])


def successor(response: requests.Response) -> str:
    assert response.status_code == 200, response.text
    return str(response.json()["refresh_token"])


def test_a_refresh_gives_new_tokens(client: Client, refresh: Refresh, first: str) -> None:
    response = refresh(first)

    tokens = response.json()
    assert response.status_code == 200
    assert set(tokens) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert tokens["refresh_token"] != first
    assert client.get(f"{AUTH}/me", headers=bearer(tokens["access_token"])).status_code == 200


def test_the_new_token_works_in_turn(refresh: Refresh, first: str) -> None:
    token = first
    for _ in range(5):
        token = successor(refresh(token))


def test_a_retry_gets_the_same_response(refresh: Refresh, first: str) -> None:
    responses = [refresh(first).json() for _ in range(3)]

    assert responses[0] == responses[1] == responses[2]


def test_after_a_retry_the_successor_still_works(refresh: Refresh, first: str) -> None:
    second = successor(refresh(first))
    refresh(first)

    assert refresh(second).status_code == 200


def test_a_spent_token_ends_its_family_once_the_grace_is_over(
    refresh: Refresh, first: str, time: Clock
) -> None:
    second = successor(refresh(first))
    time.pass_seconds(GRACE_S + 1)

    assert refresh(first).status_code == 401
    assert refresh(second).status_code == 401


def test_a_spent_token_has_no_grace_once_its_successor_has_been_used(
    refresh: Refresh, first: str
) -> None:
    second = successor(refresh(first))
    third = successor(refresh(second))

    assert refresh(first).status_code == 401
    assert refresh(third).status_code == 401


def test_a_theft_ends_only_its_own_family(refresh: Refresh, first: str, log_in: LogIn) -> None:
    elsewhere = str(log_in().json()["refresh_token"])
    refresh(successor(refresh(first)))
    assert refresh(first).status_code == 401

    assert refresh(elsewhere).status_code == 200


def test_a_mistyped_token_does_not_end_the_family(refresh: Refresh, first: str) -> None:
    assert refresh(first[:-1] + ("a" if first[-1] != "a" else "b")).status_code == 401
    assert refresh(first).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "ifr_", "\x00", "é" * 99, "x" * 10_000])
def test_anything_but_a_refresh_token_is_refused(refresh: Refresh, token: str) -> None:
    response = refresh(token)

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_an_access_token_is_no_refresh_token(refresh: Refresh, log_in: LogIn) -> None:
    assert refresh(log_in().json()["access_token"]).status_code == 401


def test_a_refresh_token_is_no_access_token(client: Client, first: str) -> None:
    assert client.get(f"{AUTH}/me", headers=bearer(first)).status_code == 401


def test_an_unused_token_expires_after_a_month(refresh: Refresh, first: str, time: Clock) -> None:
    time.pass_seconds(IDLE_S + 1)

    assert refresh(first).status_code == 401


def test_a_family_expires_after_half_a_year_however_often_it_is_used(
    refresh: Refresh, first: str, time: Clock
) -> None:
    token, used = first, 0
    while used + IDLE_S - 10 < LONGEST_S:
        time.pass_seconds(IDLE_S - 10)
        used += IDLE_S - 10
        token = successor(refresh(token))
    time.pass_seconds(LONGEST_S - used)

    assert refresh(token).status_code == 401


def test_a_closed_account_cannot_refresh(
    refresh: Refresh, first: str, test_user: dict[str, Any]
) -> None:
    UserItem(user_key(test_user["id"])).update([UserItem.is_active.set(False)])

    assert refresh(first).status_code == 401


def test_of_two_refreshes_at_once_both_get_the_same_tokens(
    refresh: Refresh, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inferx.identity import refresh_tokens

    responses: list[dict[str, Any]] = []
    genuine = refresh_tokens._rotate

    def overtaken(*arguments: Any) -> Any:
        monkeypatch.setattr(refresh_tokens, "_rotate", genuine)
        responses.append(refresh(first).json())
        return genuine(*arguments)

    monkeypatch.setattr(refresh_tokens, "_rotate", overtaken)
    responses.append(refresh(first).json())

    assert responses[0] == responses[1]
    assert refresh(responses[0]["refresh_token"]).status_code == 200


def test_only_hashes_of_tokens_are_stored(refresh: Refresh, first: str, db: Cloud) -> None:
    second = successor(refresh(first))
    stored = str(boto3.client("dynamodb").scan(TableName=db.physical["CredentialsTable"]))

    for token in (first, second):
        assert token[37:89] not in stored


def test_logout_ends_the_family(client: Client, refresh: Refresh, first: str) -> None:
    response = client.post(f"{AUTH}/logout", json={"refresh_token": first})

    assert response.status_code == 200
    assert response.json() == {"success": True, "data": {}}
    assert refresh(first).status_code == 401


def test_logout_with_a_spent_token_ends_the_family_too(
    client: Client, refresh: Refresh, first: str
) -> None:
    second = successor(refresh(first))
    client.post(f"{AUTH}/logout", json={"refresh_token": first})

    assert refresh(second).status_code == 401


def test_logging_out_twice_succeeds(client: Client, first: str) -> None:
    statuses = [
        client.post(f"{AUTH}/logout", json={"refresh_token": token}).status_code
        for token in (first, first, "nonsense")
    ]

    assert statuses == [200, 200, 200]


@pytest.mark.parametrize("route", ["refresh", "logout"])
def test_the_token_is_required(client: Client, route: str) -> None:
    response = client.post(f"{AUTH}/{route}", json={})

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "refresh_token"]
