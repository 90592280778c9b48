"""What clients get while the authorizer cannot decide: 503 in the contract's shape."""

import pytest

from inferx.errors import Unavailable
from inferx.http.events import AUTHORIZER_CACHE_S
from tests.support.gateway import Client
from tools.template import resources


@pytest.fixture(params=[Unavailable(), RuntimeError("an internal name")], ids=["outage", "fault"])
def undecided(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing keys that cannot be read."""

    def fail(_: str) -> str:
        raise request.param

    monkeypatch.setattr("inferx.identity.authenticate.user_of_access_token", fail)


@pytest.mark.usefixtures("undecided")
def test_an_outage_in_the_authorizer_is_answered_503(
    client: Client, auth_headers: dict[str, str]
) -> None:
    response = client.get("/api/v1/models", headers=auth_headers)

    assert response.status_code == 503
    assert response.json() == {
        "detail": "The service is busy; please try again.",
        "request_id": response.headers["x-request-id"],
    }


@pytest.mark.usefixtures("undecided")
def test_an_outage_in_the_authorizer_has_the_protocols_shape_under_v2(
    client: Client, auth_headers: dict[str, str]
) -> None:
    response = client.get("/v2/models/iris", headers=auth_headers)

    assert response.status_code == 503
    assert response.json()["error"] == "The service is busy; please try again."


@pytest.mark.usefixtures("undecided")
def test_the_client_is_asked_to_wait_until_the_gateway_has_forgotten_the_outage(
    client: Client, auth_headers: dict[str, str]
) -> None:
    response = client.get("/api/v1/models", headers=auth_headers)

    assert AUTHORIZER_CACHE_S - 2 <= int(response.headers["retry-after"]) <= AUTHORIZER_CACHE_S


def test_the_gateway_keeps_what_was_decided_for_as_long_as_the_functions_assume() -> None:
    (api,) = resources("AWS::Serverless::HttpApi").values()

    bearer = api["Auth"]["Authorizers"]["Bearer"]
    assert bearer["Identity"]["ReauthorizeEvery"] == AUTHORIZER_CACHE_S
