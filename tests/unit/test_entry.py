"""The entry: closed unless open, every error in the contract's shape, every answer with its id."""

import json
from typing import Any

import pytest

from inferx import errors
from inferx.http.entry import entry
from tools.lambdas import Context

CONTEXT = Context("test")
ROUTE = "GET /api/v1/things/{id}"


def event(context: dict[str, str] | None) -> dict[str, Any]:
    request: dict[str, Any] = {"requestId": "request-1"}
    if context is not None:
        request["authorizer"] = {"lambda": context}
    return {"routeKey": ROUTE, "requestContext": request}


PRINCIPAL = {"user_id": "u", "scopes": "predict", "kind": "api_key"}


def test_a_principal_reaches_the_function() -> None:
    handler = entry(lambda event, context: {"statusCode": 200, "body": "{}"})

    response = handler(event(PRINCIPAL), CONTEXT)

    assert response["statusCode"] == 200
    assert response["headers"]["x-request-id"] == "request-1"


@pytest.mark.parametrize(
    ("context", "challenge"),
    [
        (None, "Bearer"),
        ({"reason": "expired"}, 'Bearer error="invalid_token"'),
        ({"reason": "revoked"}, 'Bearer error="invalid_token"'),
        ({"user_id": ""}, "Bearer"),
    ],
)
def test_nobody_gets_past_without_a_principal(
    context: dict[str, str] | None, challenge: str
) -> None:
    handler = entry(lambda event, context: pytest.fail("reached the function"))

    response = handler(event(context), CONTEXT)

    assert response["statusCode"] == 401
    assert response["headers"]["www-authenticate"] == challenge
    assert json.loads(response["body"])["detail"]


def test_a_public_route_needs_no_principal() -> None:
    handler = entry(lambda event, context: {"statusCode": 200}, public=frozenset({ROUTE}))

    assert handler(event(None), CONTEXT)["statusCode"] == 200


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.BadInput("no"), 400),
        (errors.Forbidden(), 403),
        (errors.NotFound(), 404),
        (errors.Conflict("no"), 409),
        (errors.NotReady("no"), 409),
        (errors.TooLarge("no"), 413),
        (errors.WrongMediaType("no"), 415),
        (errors.Refused("no"), 422),
        (errors.RateLimited("no", retry_after=3), 429),
        (errors.ArtifactMissing(), 500),
        (errors.Unavailable(), 503),
        (errors.InferXError("no"), 500),
    ],
)
def test_each_error_has_its_status(error: errors.InferXError, status: int) -> None:
    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        raise error

    response = entry(handle)(event(PRINCIPAL), CONTEXT)

    assert response["statusCode"] == status


def test_a_rate_limit_says_when_to_come_back() -> None:
    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        raise errors.RateLimited("Slow down.", retry_after=7)

    assert entry(handle)(event(PRINCIPAL), CONTEXT)["headers"]["retry-after"] == "7"


def test_every_fault_of_an_invalid_body_is_told() -> None:
    faults = [errors.Fault(("body", "a"), "no"), errors.Fault(("body", "b"), "no", "missing")]

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        raise errors.Invalid(faults)

    response = entry(handle)(event(PRINCIPAL), CONTEXT)

    assert response["statusCode"] == 422
    assert json.loads(response["body"])["detail"] == [
        {"loc": ["body", "a"], "msg": "no", "type": "value_error"},
        {"loc": ["body", "b"], "msg": "no", "type": "missing"},
    ]


def test_an_unforeseen_error_tells_nothing_but_the_request_id(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        raise ValueError("a secret value")

    response = entry(handle)(event(PRINCIPAL), CONTEXT)

    assert response["statusCode"] == 500
    assert json.loads(response["body"]) == {
        "detail": "Something went wrong on our side.",
        "request_id": "request-1",
    }
    printed = capsys.readouterr().out
    assert "ValueError" in printed
    assert "a secret value" not in printed + response["body"]
