"""Health, the OpenAPI document and Swagger UI."""

import re

import pytest

import inferx
from tests.support.gateway import Client


def test_health_reports_the_version(anonymous: Client) -> None:
    response = anonymous.get("/api/v1/health")

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "version": inferx.__version__}


def test_the_openapi_document_is_served(anonymous: Client) -> None:
    response = anonymous.get("/openapi.json")

    assert response.headers["content-type"] == "application/json"
    assert response.json()["openapi"].startswith("3.")


def test_the_page_loads_nothing_from_elsewhere(anonymous: Client) -> None:
    page = anonymous.get("/docs")

    assert page.headers["content-type"].startswith("text/html")
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert links
    assert all(anonymous.get(f"/{link}").status_code == 200 for link in links)


@pytest.mark.parametrize("accepted", ["gzip, br", ""])
def test_assets_are_compressed_only_for_clients_that_accept_it(
    anonymous: Client, accepted: str
) -> None:
    headers = {"Accept-Encoding": accepted}

    response = anonymous.get("/docs/swagger-ui.css", headers=headers)

    assert response.headers.get("content-encoding") == ("gzip" if accepted else None)
    assert response.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("name", ["openapi.json", "routes.json", "app.py", "..", "ORIGIN.md"])
def test_only_the_pages_own_assets_are_served(anonymous: Client, name: str) -> None:
    assert anonymous.get(f"/docs/{name}").status_code == 404
