"""The welcome mail: registered users get one, and registration never waits for it."""

import json
from typing import Any

import boto3
import pytest
from moto.ses.models import ses_backends

from inferx import settings
from inferx.errors import Unavailable
from inferx.identity import mail_queue
from inferx.storage import aws
from tests.support.gateway import Client
from tools.cloud import REGION, Cloud

BODY = {"email": "ada@example.com", "password": "SecurePass123!", "full_name": "Ada Example"}


def register(client: Client) -> int:
    return client.post("/api/v1/auth/register", json=BODY).status_code


def sent() -> list[Any]:
    return list(ses_backends["123456789012"][REGION].sent_messages)


def waiting(db: Cloud) -> int:
    attributes = boto3.client("sqs").get_queue_attributes(
        QueueUrl=db.physical["MailQueue"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(attributes["Attributes"]["ApproximateNumberOfMessages"])


def test_a_new_user_gets_a_welcome_mail(client: Client, db: Cloud) -> None:
    register(client)
    db.deliver("MailQueue", "MailerFunction")

    (mail,) = sent()
    assert mail.destinations["ToAddresses"] == ["ada@example.com"]
    assert mail.source == "inferx@example.com"
    assert "Welcome" in mail.subject
    assert waiting(db) == 0


def test_a_mail_holds_nothing_that_the_user_chose(client: Client, db: Cloud) -> None:
    register(client)
    db.deliver("MailQueue", "MailerFunction")

    (mail,) = sent()
    assert "Ada" not in str(vars(mail))


def test_a_refused_registration_sends_nothing(client: Client, db: Cloud) -> None:
    register(client)
    register(client)

    assert waiting(db) == 1


def test_a_queue_that_does_not_respond_costs_only_the_mail(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/1/NoSuchQueue")
    settings.forget()

    assert register(client) == 201


def test_a_mail_that_ses_refuses_stays_on_the_queue(
    client: Client, db: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(client)
    monkeypatch.setenv("MAIL_SENDER", "unverified@example.com")
    settings.forget()
    aws.forget()

    (response,) = db.deliver("MailQueue", "MailerFunction")

    assert len(response["batchItemFailures"]) == 1
    assert waiting(db) == 1


def test_without_a_sender_the_mail_is_dropped(
    client: Client, db: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(client)
    monkeypatch.setenv("MAIL_SENDER", "")
    settings.forget()

    db.deliver("MailQueue", "MailerFunction")

    assert sent() == []
    assert waiting(db) == 0


@pytest.mark.parametrize("message", [{"kind": "unknown"}, {}, {"kind": "welcome"}])
def test_a_message_that_asks_for_no_known_mail_stays_on_the_queue(
    db: Cloud, message: dict[str, str]
) -> None:
    boto3.client("sqs").send_message(
        QueueUrl=db.physical["MailQueue"], MessageBody=json.dumps(message)
    )

    (response,) = db.deliver("MailQueue", "MailerFunction")

    assert len(response["batchItemFailures"]) == 1
    assert waiting(db) == 1


def test_one_patch_keeps_a_test_from_sending(
    client: Client, db: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    monkeypatch.setattr(
        "inferx.notifications.delivery.send_email", lambda *mail: calls.append(mail)
    )
    register(client)
    db.deliver("MailQueue", "MailerFunction")

    assert calls[0][:2] == ("ada@example.com", "Welcome to InferX")


def test_a_failure_to_queue_is_logged_without_the_address(
    client: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(mail_queue, "send_json", refuse)

    assert register(client) == 201
    logged = capsys.readouterr().out
    assert "a welcome mail could not be queued" in logged
    assert "ada@example.com" not in logged
