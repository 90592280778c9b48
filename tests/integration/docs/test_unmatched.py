"""What no route matches: other methods, HEAD, trailing slashes, preflights, unknown addresses."""

import json
from urllib.parse import urljoin, urlsplit

import pytest

from tests.support.gateway import Client
from tools.route_table import TABLE, build
from tools.template import Route, routes

ROUTES = [route for route in routes() if route.method]
PUBLIC_READS = [route for route in ROUTES if route.public and route.method == "GET"]
NOT_FOUND = "There is nothing at this address."


def path_of(route: Route) -> str:
    asset = route.path.replace("{asset}", "start.js")
    return asset.replace("{", "").replace("}", "")


def test_the_committed_route_table_is_the_templates() -> None:
    assert json.loads(TABLE.read_text()) == build(), "run make openapi"


@pytest.mark.parametrize("path", ["/", "/api/v1/nothing", "/v3", "//", "/docs/a/b", "/docs//"])
def test_an_unknown_address_is_not_found_in_the_contracts_shape(
    anonymous: Client, path: str
) -> None:
    response = anonymous.get(path)

    assert response.status_code == 404
    assert response.json() == {"detail": NOT_FOUND}
    assert response.headers["x-request-id"]


def test_an_unknown_address_of_the_protocol_is_not_found_in_its_shape(anonymous: Client) -> None:
    response = anonymous.get("/v2/nothing")

    assert response.status_code == 404
    assert response.json() == {"error": NOT_FOUND}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.key)
def test_a_method_that_an_address_does_not_take_is_answered_405(
    anonymous: Client, route: Route
) -> None:
    response = anonymous.request("PATCH", path_of(route))

    assert response.status_code == 405
    assert route.method in response.headers["allow"].split(", ")
    assert response.headers["x-request-id"]
    key = "error" if route.path.startswith("/v2") else "detail"
    assert response.headers["allow"] in response.json()[key]


def test_allow_lists_the_methods_of_every_route_that_matches(anonymous: Client) -> None:
    response = anonymous.request("PATCH", "/api/v1/models/upload")

    assert response.headers["allow"] == "DELETE, GET, POST, PUT"


@pytest.mark.parametrize("route", PUBLIC_READS, ids=lambda route: route.key)
def test_head_of_a_public_address_has_the_headers_of_get_and_no_body(
    anonymous: Client, route: Route
) -> None:
    read, head = (anonymous.request(method, path_of(route)) for method in ("GET", "HEAD"))

    assert (head.status_code, head.content) == (200, b"")
    assert {**head.headers, "x-request-id": ""} == {**read.headers, "x-request-id": ""}


@pytest.mark.parametrize("path", ["/api/v1/models", "/v2/models/iris"])
def test_head_of_a_guarded_address_is_answered_405(anonymous: Client, path: str) -> None:
    response = anonymous.request("HEAD", path)

    assert (response.status_code, response.content) == (405, b"")
    assert "GET" in response.headers["allow"]
    assert "HEAD" not in response.headers["allow"]


@pytest.mark.parametrize("path", ["/nothing", "/docs/nothing"])
def test_head_of_an_unknown_address_is_not_found(anonymous: Client, path: str) -> None:
    response = anonymous.request("HEAD", path)

    assert (response.status_code, response.content) == (404, b"")


@pytest.mark.parametrize("base", ["https://api.test", "https://api.test/_aws/execute-api/x/stage"])
@pytest.mark.parametrize("path", ["/docs", "/v2", "/v2/health/ready", "/api/v1/models/a%20b"])
def test_a_trailing_slash_redirects_to_the_address_without_it(
    anonymous: Client, base: str, path: str
) -> None:
    response = anonymous.get(f"{path}/?page=2&name=a%26b")

    assert response.status_code == 308
    assert response.content == b""
    target = urljoin(f"{base}{path}/", response.headers["location"])
    assert target == f"{base}{path}?page=2&name=a%26b"


def test_a_trailing_slash_redirects_every_method_that_clients_send(anonymous: Client) -> None:
    response = anonymous.post("/api/v1/auth/login/", json={})

    assert response.status_code == 308
    assert response.headers["location"] == "../login"


@pytest.mark.parametrize("segment", ["%0d%0aset-cookie:%20a", "%2F%2Fevil.test", "a:b"])
def test_a_redirect_stays_on_the_site_and_in_its_header(anonymous: Client, segment: str) -> None:
    response = anonymous.get(f"/v2/models/{segment}/")

    location = response.headers.get("location", "")
    assert not set("\r\n") & set(location)
    assert urlsplit(urljoin("https://api.test/v2/models/x/", location)).netloc == "api.test"


@pytest.mark.parametrize("path", ["/api/v1/models", "/nothing", "/docs/"])
def test_a_browsers_preflight_is_allowed(anonymous: Client, path: str) -> None:
    assert anonymous.request("OPTIONS", path).status_code == 204
