"""Verifying an address: no login before it, a mail with a token that works once."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
import requests

from inferx import settings
from inferx.identity import verification
from inferx.identity.closing import close_account
from inferx.storage.item_keys import user_key
from inferx.storage.tables.users import UserItem
from tests.integration.auth.conftest import AUTH, Clock
from tests.support.gateway import Client
from tests.support.mails import sent, token_in, tokens_in
from tools.cloud import Cloud
from tools.template import template

LogIn = Callable[..., requests.Response]
REFUSAL = {"detail": "This token is not valid or has been used; ask for another mail."}


@pytest.fixture(autouse=True)
def required(db: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Require that addresses are verified."""
    monkeypatch.setenv("REQUIRE_VERIFIED_EMAIL", "true")
    settings.forget()


@pytest.fixture
def verify(client: Client) -> Callable[[str], requests.Response]:
    """Send a token."""
    return lambda token: client.post(f"{AUTH}/verify", json={"token": token})


Verify = Callable[[str], requests.Response]


def test_a_user_logs_in_once_the_address_is_verified(
    log_in: LogIn, verify: Verify, db: Cloud
) -> None:
    before = log_in()
    verified = verify(token_in(sent(db)[-1]))

    assert before.status_code == 403
    assert before.json()["detail"].startswith("Verify your e-mail address first:")
    assert verified.status_code == 200
    assert verified.json() == {"success": True, "data": {}}
    assert log_in().status_code == 200


def test_a_registration_is_answered_as_ever(test_user: dict[str, Any]) -> None:
    assert test_user["is_active"] is True


def test_a_wrong_password_does_not_reveal_that_the_address_waits(log_in: LogIn, db: Cloud) -> None:
    sent(db)

    refused = log_in("not the password")

    assert refused.status_code == 401
    assert refused.json() == {"detail": "Incorrect email or password"}
    assert len(sent(db)) == 1


def test_the_mail_is_for_the_registered_address_and_brings_one_token(
    test_user: dict[str, Any], db: Cloud
) -> None:
    (mail,) = sent(db)

    assert mail.destinations["ToAddresses"] == [test_user["email"]]
    assert "Verify" in mail.subject
    assert len(tokens_in(mail)) == 1


def test_a_login_sends_the_mail_again_and_the_newest_token_works(
    log_in: LogIn, verify: Verify, db: Cloud
) -> None:
    first = token_in(sent(db)[-1])
    log_in()
    second = token_in(sent(db)[-1])

    assert verify(first).status_code == 400
    assert verify(second).status_code == 200


def test_only_so_many_mails_are_sent_a_day(log_in: LogIn, db: Cloud, time: Clock) -> None:
    time.pass_seconds(86_400 - time.now().timestamp() % 86_400)
    sent(db)
    statuses = [log_in().status_code for _ in range(8)]

    assert statuses == [403] * 8
    assert len(sent(db)) == 1 + verification.MAILS.most


def test_a_token_works_once(test_user: dict[str, Any], verify: Verify, db: Cloud) -> None:
    token = token_in(sent(db)[-1])
    verify(token)

    again = verify(token)

    assert again.status_code == 400
    assert again.json() == REFUSAL


def test_a_token_ends_after_a_day(
    test_user: dict[str, Any], verify: Verify, db: Cloud, time: Clock
) -> None:
    token = token_in(sent(db)[-1])
    time.pass_seconds(86_400)

    assert verify(token).json() == REFUSAL


@pytest.mark.parametrize(
    "token", ["", "nonsense", "ifv_" + "0" * 32 + "_" + "a" * 59, "ifr_x", "\ud800"]
)
def test_what_is_no_token_is_refused(verify: Verify, token: str) -> None:
    assert verify(token).status_code in {400, 422}


def test_attempts_are_limited_by_where_they_come_from(verify: Verify, time: Clock) -> None:
    time.pass_seconds(3600 - time.now().timestamp() % 3600)

    statuses = [verify("nonsense").status_code for _ in range(verification.ATTEMPTS.most + 1)]

    assert statuses == [400] * verification.ATTEMPTS.most + [429]


def test_a_token_for_one_purpose_is_good_for_no_other(
    client: Client, test_user: dict[str, Any], db: Cloud
) -> None:
    token = token_in(sent(db)[-1])
    body = {"token": token, "password": "DifferentPass123!"}

    assert client.post(f"{AUTH}/reset", json=body).json() == REFUSAL


def test_the_token_of_a_closed_account_is_refused(
    test_user: dict[str, Any], verify: Verify, db: Cloud
) -> None:
    token = token_in(sent(db)[-1])
    close_account(test_user["id"])

    assert verify(token).json() == REFUSAL
    assert UserItem.get(user_key(test_user["id"])).verified_at is None


def test_no_token_is_stored_queued_or_logged(
    client: Client, verify: Verify, db: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    body = {"email": "ada@example.com", "password": "SecurePass123!"}
    client.post(f"{AUTH}/register", json=body)
    queued = boto3.client("sqs").receive_message(
        QueueUrl=db.physical["MailQueue"], VisibilityTimeout=0
    )["Messages"][0]["Body"]
    token = token_in(sent(db)[-1])
    stored = str(boto3.client("dynamodb").scan(TableName=db.physical["CredentialsTable"]))
    verify(token)
    verify(token)

    secret = token.split("_")[2]
    assert secret not in queued
    assert secret not in stored
    assert secret not in "".join(capsys.readouterr())


def test_a_second_delivery_of_the_request_sends_nothing_once_the_address_is_verified(
    client: Client, verify: Verify, db: Cloud
) -> None:
    body = {"email": "ada@example.com", "password": "SecurePass123!"}
    client.post(f"{AUTH}/register", json=body)
    db.repeat("MailQueue")
    first, second = sent(db)
    verify(token_in(second))
    client.post(f"{AUTH}/login", json=body)

    assert tokens_in(first)
    assert len(sent(db)) == 2


def test_the_template_requires_it_by_default_where_there_is_a_sender() -> None:
    always, automatic = template()["Conditions"]["RequiresVerifiedEmail"]["Fn::Or"]

    assert template()["Parameters"]["RequireVerifiedEmail"]["Default"] == "auto"
    assert always == {"Fn::Equals": [{"Ref": "RequireVerifiedEmail"}, "true"]}
    assert automatic["Fn::And"] == [
        {"Fn::Equals": [{"Ref": "RequireVerifiedEmail"}, "auto"]},
        {"Fn::Not": [{"Fn::Equals": [{"Ref": "MailSender"}, ""]}]},
    ]
