"""The OpenAPI document against the code, the template and its own schemas."""

from typing import Any, get_args

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from inferx import settings
from inferx.http.model_view import Tensor
from inferx.signature import DTYPES
from tests.support.openapi import (
    Operation,
    document,
    every_media,
    examples,
    faults,
    operation,
    operations,
    resolved,
)
from tools.cloud import environment
from tools.openapi.build import build
from tools.template import Route, routes


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    settings.forget()


# Every route but the one that no address has.
DESCRIBED = [route for route in routes() if route.key != "$default"]
by_operation = pytest.mark.parametrize("each", operations(), ids=lambda each: each.id)


def test_the_committed_document_is_the_codes() -> None:
    assert document() == build(), "run make openapi"


def test_the_document_is_valid_openapi() -> None:
    errors = OpenAPIV31SpecValidator(document()).iter_errors()

    assert [error.message for error in errors] == []


@pytest.mark.parametrize("route", DESCRIBED, ids=lambda route: route.key)
def test_every_route_is_described(route: Route) -> None:
    described = document()["paths"][route.path][route.method.lower()]

    assert (described.get("security") == []) == route.public


def test_no_route_is_described_that_is_not_there() -> None:
    described = {f"{each.method.upper()} {each.path}" for each in operations()}

    assert described == {route.key for route in DESCRIBED}


@by_operation
def test_an_operation_says_what_it_is(each: Operation) -> None:
    tags = [tag["name"] for tag in document()["tags"]]

    assert each.content["summary"]
    assert each.content["description"]
    assert each.content["tags"][0] in tags


@by_operation
def test_an_operation_has_a_described_success(each: Operation) -> None:
    successes = [response for status, response in each.responses().items() if status[0] == "2"]

    assert successes
    for response in successes:
        assert response["description"]
        assert all(media["schema"] for media in response["content"].values())


@by_operation
def test_an_operation_has_errors_and_they_have_the_request_id(each: Operation) -> None:
    errors = {status: each for status, each in each.responses().items() if status[0] in "45"}

    assert {"429", "500", "503"} <= errors.keys()
    assert "401" in errors or each.content["security"] == []
    assert all("x-request-id" in error["headers"] for error in errors.values())
    assert "Retry-After" in errors["503"]["headers"]


@by_operation
def test_each_parameter_is_described_with_a_type(each: Operation) -> None:
    shared = document()["paths"][each.path].get("parameters", [])
    parameters = [resolved(item) for item in [*shared, *each.content.get("parameters", [])]]

    assert {item["name"] for item in parameters if item["in"] == "path"} == {
        part.strip("{}") for part in each.path.split("/") if part.startswith("{")
    }
    assert all(item["description"] and item["schema"] for item in parameters)


def test_operation_ids_are_unique_and_readable() -> None:
    ids = [each.id for each in operations()]

    assert len(ids) == len(set(ids))
    assert all(name.isidentifier() and name.islower() for name in ids)


def test_operations_come_in_the_order_in_which_a_user_needs_them() -> None:
    ids = [each.id for each in operations()]
    wanted = ["register", "log_in", "create_api_key", "upload_model", "show_model", "predict"]
    tags = dict.fromkeys(each.content["tags"][0] for each in operations())

    assert ids[0] == "register"
    assert sorted(wanted, key=ids.index) == wanted
    assert list(tags) == [tag["name"] for tag in document()["tags"]]


@pytest.mark.parametrize(("name", "media"), list(every_media()), ids=lambda each: str(each)[:60])
def test_each_body_has_examples_that_follow_its_schema(name: str, media: dict[str, Any]) -> None:
    given = examples(media)

    assert given or "binary" in str(media["schema"]) or "multipart" in name
    assert [fault for value in given.values() for fault in faults(value, media["schema"])] == []


def test_no_error_example_stands_for_different_causes() -> None:
    causes: dict[str, set[str]] = {}
    for each in operations():
        for status, response in each.responses().items():
            if status[0] == "4":
                for media in response["content"].values():
                    for value in examples(media).values():
                        causes.setdefault(str(value), set()).add(status)

    assert {text: statuses for text, statuses in causes.items() if len(statuses) > 1} == {}
    assert len(causes) > 30


def test_every_array_says_what_it_holds() -> None:
    assert [path for path, schema in _schemas(document(), "#") if "items" not in schema] == []


def test_schema_names_are_plain_words() -> None:
    names = document()["components"]["schemas"]

    assert all(name.isalnum() and not name.endswith("View") for name in names)


def test_nothing_is_described_that_no_operation_uses() -> None:
    text = str(document())
    components = document()["components"]
    unused = [
        f"#/components/{kind}/{name}"
        for kind, named in components.items()
        for name in named
        if kind != "securitySchemes" and f"'#/components/{kind}/{name}'" not in text
    ]

    assert unused == []


def test_a_described_dtype_is_one_of_a_signatures() -> None:
    assert get_args(Tensor.model_fields["dtype"].annotation) == DTYPES


def test_an_upload_is_described_as_json_and_as_a_form() -> None:
    media = operation("upload_model").request_media()

    form = resolved(media["multipart/form-data"]["schema"])

    assert media.keys() == {"application/json", "multipart/form-data"}
    assert form["required"] == ["name", "model_type", "file"]


def _schemas(item: Any, path: str) -> list[tuple[str, dict[str, Any]]]:
    """List the array schemas in a part of the document, examples aside."""
    if isinstance(item, list):
        return [
            found for index, each in enumerate(item) for found in _schemas(each, f"{path}/{index}")
        ]
    if not isinstance(item, dict):
        return []
    types = item.get("type")
    is_array = types == "array" or (isinstance(types, list) and "array" in types)
    return ([(path, item)] if is_array else []) + [
        found
        for key, each in item.items()
        if key not in {"example", "examples"}
        for found in _schemas(each, f"{path}/{key}")
    ]
