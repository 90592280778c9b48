"""Health, the OpenAPI document and Swagger UI."""

import re

import pytest

import inferx
from tests.support.gateway import Client


@pytest.fixture
def anybody() -> Client:
    """A client that shows no credential."""
    return Client()


def test_health_tells_the_version(anybody: Client) -> None:
    response = anybody.get("/api/v1/health")

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "version": inferx.__version__}


def test_the_openapi_document_is_served(anybody: Client) -> None:
    response = anybody.get("/openapi.json")

    assert response.headers["content-type"] == "application/json"
    assert response.json()["openapi"].startswith("3.")


def test_the_page_loads_nothing_from_elsewhere(anybody: Client) -> None:
    page = anybody.get("/docs")

    assert page.headers["content-type"].startswith("text/html")
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert links
    assert all(anybody.get(f"/{link}").status_code == 200 for link in links)


@pytest.mark.parametrize("accepted", ["gzip, br", ""])
def test_assets_come_packed_only_to_who_can_unpack(anybody: Client, accepted: str) -> None:
    headers = {"Accept-Encoding": accepted}

    response = anybody.get("/docs/swagger-ui.css", headers=headers)

    assert response.headers.get("content-encoding") == ("gzip" if accepted else None)
    assert response.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("name", ["openapi.json", "app.py", "..", "ORIGIN.md"])
def test_only_the_pages_own_assets_are_served(anybody: Client, name: str) -> None:
    assert anybody.get(f"/docs/{name}").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/api/v1/nothing"), ("DELETE", "/api/v1/health"), ("GET", "/v3")],
)
def test_an_unknown_address_is_answered_as_the_api_answers(
    anybody: Client, method: str, path: str
) -> None:
    response = anybody.request(method, path)

    assert response.status_code == 404
    assert response.json() == {"detail": "There is nothing at this address."}
    assert response.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/v2/nothing", "/v2/models/iris/infer"])
def test_an_unknown_address_of_the_protocol_is_answered_in_its_shape(
    anybody: Client, path: str
) -> None:
    response = anybody.get(path)

    assert response.status_code == 404
    assert response.json() == {"error": "There is nothing at this address."}


def test_a_browsers_preflight_is_let_through(anybody: Client) -> None:
    assert anybody.request("OPTIONS", "/api/v1/models").status_code == 204
