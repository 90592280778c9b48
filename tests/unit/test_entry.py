"""The entry: closed unless public, with each error in the contract's shape and each id sent."""

import json
import time
from typing import Any

import pytest

from inferx import errors
from inferx.http.entry import entry
from tools.lambdas import Context

CONTEXT = Context("test")
ROUTE = "GET /api/v1/things/{id}"
PRINCIPAL = {"user_id": "u", "scopes": "predict", "kind": "api_key"}


def event(context: dict[str, str] | None) -> dict[str, Any]:
    request: dict[str, Any] = {"requestId": "request-1"}
    if context is not None:
        request["authorizer"] = {"lambda": context}
    return {"routeKey": ROUTE, "requestContext": request}


def response_to(error: Exception) -> dict[str, Any]:
    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        raise error

    return entry(handle)(event(PRINCIPAL), CONTEXT)


def response_without_principal(context: dict[str, str] | None) -> dict[str, Any]:
    handler = entry(lambda event, context: pytest.fail("reached the function"))
    return handler(event(context), CONTEXT)


def test_a_principal_reaches_the_function() -> None:
    handler = entry(lambda event, context: {"statusCode": 200, "body": "{}"})

    response = handler(event(PRINCIPAL), CONTEXT)

    assert response["statusCode"] == 200
    assert response["headers"]["x-request-id"] == "request-1"


def test_no_cache_keeps_a_response_unless_the_function_allows_it() -> None:
    silent = entry(lambda event, context: {"statusCode": 200, "body": "{}"})
    document = entry(lambda event, context: {"headers": {"cache-control": "max-age=3600"}})

    kept_by_none = silent(event(PRINCIPAL), CONTEXT)["headers"]["cache-control"]
    kept_for_an_hour = document(event(PRINCIPAL), CONTEXT)["headers"]["cache-control"]

    assert (kept_by_none, kept_for_an_hour) == ("no-store", "max-age=3600")


@pytest.mark.parametrize(
    ("context", "challenge"),
    [
        (None, "Bearer"),
        ({"reason": "expired"}, 'Bearer error="invalid_token"'),
        ({"reason": "revoked"}, 'Bearer error="invalid_token"'),
        ({"user_id": ""}, "Bearer"),
    ],
)
def test_no_request_passes_without_a_principal(
    context: dict[str, str] | None, challenge: str
) -> None:
    response = response_without_principal(context)

    assert response["statusCode"] == 401
    assert response["headers"]["www-authenticate"] == challenge
    assert json.loads(response["body"])["detail"]


@pytest.mark.parametrize(("seconds", "waits"), [(40, {"39", "40"}), (-5, {"1"})])
def test_an_undecided_authorizer_is_answered_503_for_as_long_as_the_gateway_keeps_it(
    seconds: int, waits: set[str]
) -> None:
    retry_at = str(int(time.time()) + seconds)

    response = response_without_principal({"reason": "unavailable", "retry_at": retry_at})

    assert response["statusCode"] == 503
    assert response["headers"]["retry-after"] in waits
    assert json.loads(response["body"])["request_id"] == "request-1"


def test_a_public_route_needs_no_principal() -> None:
    handler = entry(lambda event, context: {"statusCode": 200}, public=frozenset({ROUTE}))

    assert handler(event(None), CONTEXT)["statusCode"] == 200


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.BadInput("no"), 400),
        (errors.Forbidden(), 403),
        (errors.NotFound(), 404),
        (errors.WrongMethod(["GET"]), 405),
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
    assert response_to(error)["statusCode"] == status


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (errors.RateLimited("Slow down.", retry_after=7), "7"),
        (errors.Unavailable(), "5"),
        (errors.Unavailable(retry_after=30), "30"),
    ],
)
def test_a_limit_or_an_outage_names_the_time_to_come_back(
    error: errors.InferXError, seconds: str
) -> None:
    assert response_to(error)["headers"]["retry-after"] == seconds


def test_a_wrong_method_names_the_right_ones() -> None:
    response = response_to(errors.WrongMethod(["GET", "PUT"]))

    assert response["headers"]["allow"] == "GET, PUT"


def test_every_fault_of_an_invalid_body_is_reported() -> None:
    faults = [errors.Fault(("body", "a"), "no"), errors.Fault(("body", "b"), "no", "missing")]

    response = response_to(errors.Invalid(faults))

    assert response["statusCode"] == 422
    assert json.loads(response["body"])["detail"] == [
        {"loc": ["body", "a"], "msg": "no", "type": "value_error"},
        {"loc": ["body", "b"], "msg": "no", "type": "missing"},
    ]


def test_an_unforeseen_error_reveals_nothing_but_the_request_id(
    capsys: pytest.CaptureFixture[str],
) -> None:
    response = response_to(ValueError("a secret value"))

    assert response["statusCode"] == 500
    assert json.loads(response["body"]) == {
        "detail": "Something went wrong on our side.",
        "request_id": "request-1",
    }
    printed = capsys.readouterr().out
    assert "ValueError" in printed
    assert "a secret value" not in printed + response["body"]
