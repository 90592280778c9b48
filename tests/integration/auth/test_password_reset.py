"""A forgotten password: a mail with a token that sets a new one, once, within half an hour."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
import requests
from pynamodb.connection import Connection

from inferx import settings
from inferx.identity import password_reset
from inferx.identity.closing import close_account
from inferx.identity.passwords import get_password_hash
from tests.integration.auth.conftest import AUTH, Clock, bearer
from tests.support.gateway import Client
from tests.support.mails import sent, token_in, tokens_in
from tools.cloud import Cloud

NEW = "DifferentPass123!"
LogIn = Callable[..., requests.Response]
Refresh = Callable[[str], requests.Response]
NewKey = Callable[..., dict[str, Any]]
REFUSAL = {"detail": "This token is not valid or has been used; ask for another mail."}


@pytest.fixture
def forgot(client: Client, test_user: dict[str, Any]) -> Callable[..., requests.Response]:
    """Ask for a new password, of the registered user unless another is named."""

    def send(email: str = test_user["email"]) -> requests.Response:
        return client.post(f"{AUTH}/forgot", json={"email": email})

    return send


@pytest.fixture
def reset(client: Client) -> Callable[..., requests.Response]:
    """Set a new password."""

    def send(token: str, password: str = NEW) -> requests.Response:
        return client.post(f"{AUTH}/reset", json={"token": token, "password": password})

    return send


Forgot = Callable[..., requests.Response]
Reset = Callable[..., requests.Response]


def test_the_reader_of_the_mail_sets_a_new_password(
    forgot: Forgot, reset: Reset, log_in: LogIn, db: Cloud
) -> None:
    asked = forgot()
    done = reset(token_in(sent(db)[-1]))

    assert (asked.status_code, asked.json()) == (202, {"success": True, "data": {}})
    assert (done.status_code, done.json()) == (200, {"success": True, "data": {}})
    assert log_in().status_code == 401
    assert log_in(NEW).status_code == 200


def test_a_reset_ends_every_session(
    forgot: Forgot, reset: Reset, log_in: LogIn, refresh: Refresh, db: Cloud
) -> None:
    before = [log_in().json()["refresh_token"] for _ in range(2)]
    forgot()
    reset(token_in(sent(db)[-1]))

    assert [refresh(token).status_code for token in before] == [401] * 2


def test_api_keys_go_on_after_a_reset(
    client: Client, forgot: Forgot, reset: Reset, new_key: NewKey, db: Cloud
) -> None:
    key = bearer(new_key(scopes=["models:read"])["key"])
    forgot()
    reset(token_in(sent(db)[-1]))

    assert client.get("/api/v1/models", headers=key).status_code == 200


def test_known_and_unknown_addresses_get_the_same_response_after_the_same_calls(
    test_user: dict[str, Any], monkeypatch: pytest.MonkeyPatch, db: Cloud
) -> None:
    calls: list[str] = []
    genuine = Connection.dispatch

    def record(self: Connection, operation: str, parameters: dict[str, Any]) -> Any:
        calls.append(operation)
        return genuine(self, operation, parameters)

    monkeypatch.setattr(Connection, "dispatch", record)
    seen = []
    for number, email in enumerate([test_user["email"], "unknown@example.com"]):
        calls.clear()
        before = _waiting(db)
        response = Client(source_ip=f"198.51.{number}.1").post(
            f"{AUTH}/forgot", json={"email": email}
        )
        seen.append((response.status_code, response.text, calls.copy(), _waiting(db) - before))

    assert seen[0] == seen[1]
    assert seen[0][3] == 1
    assert set(seen[0][2]) == {"UpdateItem"}  # counts; no one is looked up


def test_an_unknown_address_gets_no_mail(forgot: Forgot, db: Cloud) -> None:
    before = len(sent(db))
    forgot("unknown@example.com")

    assert len(sent(db)) == before


def test_a_closed_account_gets_no_mail(
    forgot: Forgot, test_user: dict[str, Any], db: Cloud
) -> None:
    before = len(sent(db))
    close_account(test_user["id"])
    forgot()

    assert len(sent(db)) == before


def test_the_mail_goes_to_the_address_of_the_account_in_its_own_spelling(
    client: Client, forgot: Forgot, db: Cloud
) -> None:
    # Folding case makes these two equal, and they may be two people's mailboxes.
    body = {"email": "strasse@example.com", "password": "SecurePass123!"}
    client.post(f"{AUTH}/register", json=body)
    forgot("straße@example.com")

    mail = sent(db)[-1]
    assert tokens_in(mail)
    assert mail.destinations["ToAddresses"] == ["strasse@example.com"]


def test_a_token_works_once(forgot: Forgot, reset: Reset, log_in: LogIn, db: Cloud) -> None:
    forgot()
    token = token_in(sent(db)[-1])
    reset(token)

    again = reset(token, "Yet another pass phrase")

    assert (again.status_code, again.json()) == (400, REFUSAL)
    assert log_in(NEW).status_code == 200


def test_of_two_resets_at_once_one_succeeds(
    forgot: Forgot, reset: Reset, log_in: LogIn, db: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgot()
    token = token_in(sent(db)[-1])
    genuine = get_password_hash

    def overtaken(password: str) -> str:
        monkeypatch.setattr(password_reset, "get_password_hash", genuine)
        assert reset(token).status_code == 200
        return genuine(password)

    monkeypatch.setattr(password_reset, "get_password_hash", overtaken)

    assert reset(token, "Yet another pass phrase").status_code == 400
    assert log_in(NEW).status_code == 200


def test_a_token_ends_after_half_an_hour(
    forgot: Forgot, reset: Reset, log_in: LogIn, db: Cloud, time: Clock
) -> None:
    forgot()
    token = token_in(sent(db)[-1])
    time.pass_seconds(1800)

    assert reset(token).json() == REFUSAL
    assert log_in().status_code == 200


def test_a_token_ends_when_the_password_is_changed(
    auth_headers: dict[str, str],
    test_user: dict[str, Any],
    forgot: Forgot,
    reset: Reset,
    db: Cloud,
) -> None:
    forgot()
    token = token_in(sent(db)[-1])
    body = {"current_password": test_user["password"], "new_password": "Chosen by the owner"}
    Client().put(f"{AUTH}/password", json=body, headers=auth_headers)

    assert reset(token).json() == REFUSAL


@pytest.mark.parametrize("password", ["short", "password1", "ada@example.com"])
def test_a_bad_password_is_refused_and_the_token_stays_good(
    forgot: Forgot, reset: Reset, db: Cloud, password: str
) -> None:
    forgot()
    token = token_in(sent(db)[-1])

    refused = reset(token, password)

    assert refused.status_code == 422
    assert refused.json()["detail"][0]["loc"] == ["body", "password"]
    assert reset(token).status_code == 200


def test_a_reset_verifies_the_address(
    forgot: Forgot, reset: Reset, log_in: LogIn, db: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUIRE_VERIFIED_EMAIL", "true")
    settings.forget()
    refused = log_in().status_code
    forgot()
    reset(token_in(sent(db)[-1]))

    assert refused == 403
    assert log_in(NEW).status_code == 200


def test_who_registered_anothers_address_loses_it_to_its_owner(
    client: Client, db: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUIRE_VERIFIED_EMAIL", "true")
    settings.forget()
    squatter = {"email": "victim@example.com", "password": "SecurePass123!"}
    client.post(f"{AUTH}/register", json=squatter)
    sent(db)

    client.post(f"{AUTH}/forgot", json={"email": "victim@example.com"})
    token = token_in(sent(db)[-1])
    client.post(f"{AUTH}/reset", json={"token": token, "password": NEW})

    owner = squatter | {"password": NEW}
    assert client.post(f"{AUTH}/login", json=squatter).status_code == 401
    assert client.post(f"{AUTH}/login", json=owner).status_code == 200


def test_an_address_gets_only_so_many_mails_and_the_last_of_them_stays_good(
    forgot: Forgot, reset: Reset, db: Cloud, time: Clock
) -> None:
    time.pass_seconds(1800 - time.now().timestamp() % 1800)
    before = len(sent(db))
    statuses = [forgot().status_code for _ in range(6)]
    mails = sent(db)[before:]
    time.pass_seconds(1795)

    assert statuses == [202] * 6
    assert len(mails) == password_reset.MAILS.most
    assert forgot().status_code == 202
    assert reset(token_in(mails[-1])).status_code == 200


def test_requests_are_limited_by_where_they_come_from(client: Client, time: Clock) -> None:
    time.pass_seconds(3600 - time.now().timestamp() % 3600)

    responses = [
        client.post(f"{AUTH}/forgot", json={"email": f"u{number}@example.com"})
        for number in range(password_reset.REQUESTS.most + 1)
    ]

    assert [each.status_code for each in responses[:-1]] == [202] * password_reset.REQUESTS.most
    assert responses[-1].status_code == 429
    assert 1 <= int(responses[-1].headers["retry-after"]) <= 3600


def test_attempts_with_tokens_are_limited_by_where_they_come_from(
    client: Client, reset: Reset, time: Clock
) -> None:
    time.pass_seconds(3600 - time.now().timestamp() % 3600)

    statuses = [reset("nonsense").status_code for _ in range(password_reset.ATTEMPTS.most + 1)]

    assert statuses == [400] * password_reset.ATTEMPTS.most + [429]


def test_only_a_hash_of_a_token_is_stored(forgot: Forgot, db: Cloud) -> None:
    forgot()
    secret = token_in(sent(db)[-1]).split("_")[2]

    stored = str(boto3.client("dynamodb").scan(TableName=db.physical["CredentialsTable"]))

    assert "ticket#reset#" in stored
    assert secret not in stored
    assert secret[:52] not in stored


def _waiting(db: Cloud) -> int:
    attributes = boto3.client("sqs").get_queue_attributes(
        QueueUrl=db.physical["MailQueue"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(attributes["Attributes"]["ApproximateNumberOfMessages"])
