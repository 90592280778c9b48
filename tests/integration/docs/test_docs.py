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
