"""Bodies that cannot be read are the client's fault; everything else that fails is ours."""

import base64
from typing import Any

import pytest

from inferx.identity import registration
from tests.integration.auth.conftest import AUTH
from tests.support.gateway import Client
from tools.lambdas import invoke

REGISTER = f"{AUTH}/register"
BODY = {"email": "ada@example.com", "password": "SecurePass123!"}
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        "[" * 20_000,
        "[" * 20_000 + "]" * 20_000,
        '{"email": ' + "1" * 5_000 + "}",
        '{"email": NaN}',
        "{",
    ],
    ids=["opening", "nested", "digits", "NaN", "broken"],
)
def test_a_body_that_cannot_be_read_is_malformed(client: Client, body: str) -> None:
    response = client.post(REGISTER, data=body, headers=JSON)

    assert response.status_code == 400
    assert "request body" in response.json()["detail"]


def send_encoded(body: str) -> dict[str, Any]:
    """Send a body as the gateway does when it takes it for binary."""
    event = {
        "routeKey": f"POST {REGISTER}",
        "rawPath": REGISTER,
        "headers": {},
        "body": body,
        "isBase64Encoded": True,
        "requestContext": {
            "requestId": "request-1",
            "stage": "$default",
            "http": {"method": "POST", "path": REGISTER},
        },
    }
    response: dict[str, Any] = invoke("AuthFunction", event)
    return response


@pytest.mark.parametrize("body", ["/w==", "not base64"])
@pytest.mark.usefixtures("db")
def test_a_body_that_is_no_text_is_malformed(body: str) -> None:
    assert send_encoded(body)["statusCode"] == 400


@pytest.mark.usefixtures("db")
def test_a_body_in_base64_is_read() -> None:
    response = send_encoded(base64.b64encode(b'{"email": "ada@example.com"}').decode())

    assert response["statusCode"] == 422
    assert '"loc": ["body", "password"]' in response["body"]


def test_a_large_body_is_refused(client: Client) -> None:
    response = client.post(REGISTER, json=BODY | {"full_name": "a" * 70_000})

    assert response.status_code == 413
    assert "65,536 bytes" in response.json()["detail"]


@pytest.mark.parametrize(
    "error", [ValueError("Exceeds the limit for digits"), RecursionError("too deep")]
)
def test_an_error_that_speaks_of_digits_elsewhere_is_ours(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(registration, "register", fail)

    response = client.post(REGISTER, json=BODY)

    assert response.status_code == 500
    assert response.json()["detail"] == "Something went wrong on our side."
