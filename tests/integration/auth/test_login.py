"""POST /login: tokens for the right password, one response for all else, waits after failures."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import bcrypt
import boto3
import pytest
import requests
from pynamodb.connection import Connection

from inferx import settings
from inferx.identity import throttle
from inferx.identity.throttle import ADDRESS, ATTEMPTS_PER_MINUTE
from inferx.storage.item_keys import user_key
from inferx.storage.tables.credentials import CounterItem
from inferx.storage.tables.users import UserItem
from tests.integration.auth.conftest import AUTH, Clock, bearer
from tests.support.gateway import Client
from tools.cloud import Cloud

LogIn = Callable[..., requests.Response]


def test_the_right_password_gives_tokens(client: Client, log_in: LogIn) -> None:
    response = log_in()

    assert response.status_code == 200
    tokens = response.json()
    assert set(tokens) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == 900
    assert client.get(f"{AUTH}/me", headers=bearer(tokens["access_token"])).status_code == 200


def test_the_address_may_be_typed_in_any_case(log_in: LogIn) -> None:
    assert log_in(email="ADA@EXAMPLE.COM").status_code == 200


def test_unknown_addresses_and_wrong_passwords_look_the_same(log_in: LogIn) -> None:
    wrong = log_in("not the password")
    unknown = log_in(email="unknown@example.com")

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json() == {"detail": "Incorrect email or password"}
    assert wrong.headers["www-authenticate"] == "Bearer"


def test_a_closed_account_looks_like_an_unknown_one(
    log_in: LogIn, test_user: dict[str, Any]
) -> None:
    UserItem(user_key(test_user["id"])).update([UserItem.is_active.set(False)])

    assert log_in().status_code == 401


def test_unknown_and_known_addresses_cost_the_same_work(
    log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: list[bytes] = []
    genuine = bcrypt.checkpw

    def check(password: bytes, hashed: bytes) -> bool:
        checks.append(hashed[:7])
        return genuine(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", check)
    log_in("not the password")
    log_in(email="unknown@example.com")

    assert checks == [b"$2b$04$"] * 2


def test_a_login_replaces_a_hash_made_at_a_lower_cost(
    log_in: LogIn, test_user: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BCRYPT_COST", "5")
    settings.forget()

    assert log_in().status_code == 200
    assert UserItem.get(user_key(test_user["id"])).password_hash.startswith("$2b$05$")
    assert log_in().status_code == 200


def test_repeated_failures_make_the_next_attempt_wait(log_in: LogIn) -> None:
    statuses = [log_in("not the password").status_code for _ in range(6)]
    response = log_in()

    assert statuses == [401] * 5 + [429]
    assert response.status_code == 429
    assert 1 <= int(response.headers["retry-after"]) <= 2


def test_unknown_addresses_have_to_wait_as_well(log_in: LogIn) -> None:
    statuses = [log_in(email="unknown@example.com").status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]


def test_after_the_wait_the_owner_gets_in_and_the_count_is_gone(log_in: LogIn, time: Clock) -> None:
    for _ in range(5):
        log_in("not the password")
    time.pass_seconds(int(log_in().headers["retry-after"]))

    assert log_in().status_code == 200
    assert [log_in("not the password").status_code for _ in range(5)] == [401] * 5


def test_each_further_failure_waits_longer(log_in: LogIn, time: Clock) -> None:
    for _ in range(5):
        log_in("not the password")
    waits = []
    for _ in range(4):
        waits.append(int(log_in().headers["retry-after"]))
        time.pass_seconds(waits[-1])
        assert log_in("not the password").status_code == 401

    assert all(later > earlier for earlier, later in pairwise(waits))


def test_a_stranger_at_another_address_does_not_make_the_owner_wait(
    log_in: LogIn, test_user: dict[str, Any]
) -> None:
    stranger = Client(source_ip="198.51.100.7")
    body = {"email": test_user["email"], "password": "guess"}
    for _ in range(10):
        response = stranger.post(f"{AUTH}/login", json=body)

    assert response.status_code == 429
    assert log_in().status_code == 200


def fail_from_many_addresses(email: str, count: int) -> list[int]:
    body = {"email": email, "password": "guess"}
    return [
        Client(source_ip=f"198.51.100.{number}").post(f"{AUTH}/login", json=body).status_code
        for number in range(count)
    ]


def test_strangers_at_many_addresses_slow_each_other_and_not_the_owners_known_address(
    log_in: LogIn, test_user: dict[str, Any]
) -> None:
    assert log_in().status_code == 200
    statuses = fail_from_many_addresses(test_user["email"], 55)

    assert statuses[:50] == [401] * 50
    assert 429 in statuses[50:]
    assert log_in().status_code == 200


def test_the_owner_at_a_new_address_waits_at_most_a_minute(
    test_user: dict[str, Any], time: Clock
) -> None:
    fail_from_many_addresses(test_user["email"], 55)
    time.pass_seconds(60)
    body = {"email": test_user["email"], "password": test_user["password"]}

    assert Client(source_ip="203.0.113.9").post(f"{AUTH}/login", json=body).status_code == 200


def test_one_address_cannot_try_many_accounts(client: Client) -> None:
    for _ in range(2):
        throttle.begin("other@example.com", client.source_ip).record_failure()
    (counter,) = CounterItem.scan(CounterItem.pk.startswith("address#"))
    counter.update([CounterItem.tally.set(ADDRESS.free - 1)])

    statuses = [
        client.post(f"{AUTH}/login", json={"email": f"u{number}@example.com", "password": "x"})
        for number in range(2)
    ]

    assert [response.status_code for response in statuses] == [401, 429]


def test_ipv6_callers_count_by_their_network(test_user: dict[str, Any]) -> None:
    body = {"email": test_user["email"], "password": "guess"}
    statuses = [
        Client(source_ip=f"2001:db8::{number}").post(f"{AUTH}/login", json=body).status_code
        for number in range(1, 8)
    ]

    assert statuses[-1] == 429


def test_attempts_at_once_are_bounded_before_their_outcome_is_known(
    log_in: LogIn, time: Clock
) -> None:
    time.pass_seconds(60 - time.now().second)  # all in one minute
    for _ in range(ATTEMPTS_PER_MINUTE):
        assert log_in().status_code == 200

    response = log_in()

    assert response.status_code == 429
    assert 1 <= int(response.headers["retry-after"]) <= 60


def test_failures_that_happen_at_once_are_all_counted(
    log_in: LogIn, test_user: dict[str, Any]
) -> None:
    log_in("not the password")
    attempts = [throttle.begin(test_user["email"], "192.0.2.1") for _ in range(4)]
    for attempt in attempts:
        attempt.record_failure()

    assert log_in().status_code == 429


def test_no_address_is_stored_in_the_credentials_table(log_in: LogIn, db: Cloud) -> None:
    log_in("not the password")
    log_in(email="unknown@example.com")

    stored = str(boto3.client("dynamodb").scan(TableName=db.physical["CredentialsTable"]))

    assert "example.com" not in stored
    assert "192.0.2.1" not in stored


@pytest.mark.parametrize("body", [{}, {"email": "ada@example.com"}, {"password": "x"}])
def test_a_login_without_address_or_password_is_refused(client: Client, body: Any) -> None:
    assert client.post(f"{AUTH}/login", json=body).status_code == 422


def test_unknown_and_known_addresses_cost_the_same_calls(
    test_user: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    genuine = Connection.dispatch

    def record(self: Connection, operation: str, parameters: dict[str, Any]) -> Any:
        calls.append(operation)
        return genuine(self, operation, parameters)

    monkeypatch.setattr(Connection, "dispatch", record)
    made = []
    for number, email in enumerate([test_user["email"], "unknown@example.com"]):
        stranger = Client(source_ip=f"198.51.100.{number}")
        stranger.post(f"{AUTH}/login", json={"email": email, "password": "not the password"})
        made.append(calls.copy())
        calls.clear()

    assert made[0] == made[1]
    assert made[0].count("GetItem") == 2
