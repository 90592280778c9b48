"""Signatures as the Standard Webhooks specification has them."""

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from inferx.webhooks.signing import new_secret, signature_headers

# The example of the reference libraries' own tests.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE_ID, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}'
MOMENT = datetime.fromtimestamp(1_614_265_330, UTC)
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_reference_libraries_example_has_its_signature() -> None:
    headers = signature_headers(MESSAGE_ID, BODY, MOMENT, [SECRET])

    assert headers == {
        "webhook-id": MESSAGE_ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }


def test_a_time_of_another_zone_is_signed_as_the_same_moment() -> None:
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=5, minutes=30)))

    headers = signature_headers(MESSAGE_ID, BODY, elsewhere, [SECRET])

    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == SIGNATURE


def test_a_fraction_of_a_second_is_signed_as_the_header_has_it() -> None:
    headers = signature_headers(
        MESSAGE_ID, BODY, MOMENT + timedelta(microseconds=999_999), [SECRET]
    )

    assert headers["webhook-signature"] == SIGNATURE


def test_each_of_two_secrets_verifies_a_request_after_a_rotation() -> None:
    secrets = [new_secret(), new_secret()]

    headers = signature_headers(MESSAGE_ID, BODY, datetime.now(UTC), secrets)

    for secret in secrets:
        assert Webhook(secret).verify(BODY, headers) == {"test": 2432232314}


def test_a_changed_body_is_not_verified() -> None:
    secret = new_secret()
    headers = signature_headers(MESSAGE_ID, BODY, datetime.now(UTC), [secret])

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY.replace("2", "3"), headers)


def test_text_beyond_ascii_is_signed_as_utf_8() -> None:
    secret, body = new_secret(), '{"name":"Gr\u00f6\u00dfe"}'

    headers = signature_headers(MESSAGE_ID, body, datetime.now(UTC), [secret])

    assert Webhook(secret).verify(body.encode(), headers) == {"name": "Gr\u00f6\u00dfe"}


def test_a_secret_is_256_random_bits() -> None:
    first, second = new_secret(), new_secret()

    assert first != second
    assert len(base64.b64decode(first.removeprefix("whsec_"), validate=True)) == 32
