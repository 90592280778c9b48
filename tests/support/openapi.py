"""The committed OpenAPI document, and what follows its schemas."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests
from openapi_schema_validator import OAS31Validator, oas31_format_checker

from tools.openapi.build import DOCUMENT, METHODS

type Json = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One operation of the document, with the parameters of its path."""

    method: str
    path: str
    content: Json

    @property
    def id(self) -> str:
        """Its ``operationId``."""
        return str(self.content["operationId"])

    def responses(self) -> dict[str, Json]:
        """Return its responses by status, references resolved."""
        return {status: resolved(each) for status, each in self.content["responses"].items()}

    def request_media(self) -> Json:
        """Return what it says of its request body, by media type; empty without a body."""
        content: Json = self.content.get("requestBody", {}).get("content", {})
        return content


def document() -> Json:
    """Read the committed document."""
    content: Json = json.loads(DOCUMENT.read_text())
    return content


_DOCUMENT = document()


def operations() -> list[Operation]:
    """List the operations in the order of the document."""
    return [
        Operation(method, path, content)
        for path, item in _DOCUMENT["paths"].items()
        for method, content in item.items()
        if method in METHODS
    ]


def operation(operation_id: str) -> Operation:
    """Return the operation with this id."""
    return next(each for each in operations() if each.id == operation_id)


def resolved(item: Json) -> Json:
    """Follow the reference of an item, if it is one."""
    while "$ref" in item:
        found: Any = _DOCUMENT
        for part in item["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        item = found
    return item


def examples(media: Json) -> dict[str, Any]:
    """Return the values of a media type's examples by their names."""
    if "example" in media:
        return {"example": media["example"]}
    return {name: resolved(each)["value"] for name, each in media.get("examples", {}).items()}


def error_example(operation_id: str, status: int, name: str) -> Any:
    """Return the example of this name that an operation has for an error status."""
    described = operation(operation_id).responses()[str(status)]
    return examples(described["content"]["application/json"])[name]


def faults(value: Any, schema: Json) -> list[str]:
    """Say where a value does not follow a schema of the document."""
    # References lead into the document, so the schema is made its root.
    root = {"$ref": "#/schema", "schema": schema, "components": _DOCUMENT["components"]}
    validator = OAS31Validator(root, format_checker=oas31_format_checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def undocumented(response: requests.Response, operation: Operation) -> list[str]:
    """Say what of a response the document does not describe."""
    described = operation.responses().get(str(response.status_code))
    if described is None:
        return [f"status {response.status_code}"]
    media_type = response.headers.get("content-type", "application/json").split(";")[0]
    if media_type not in described["content"]:
        return [f"content type {media_type}"]
    names = {name.lower() for name in described["headers"]}
    missing = [
        f"header {each}"
        for each in ("retry-after", "www-authenticate")
        if each in response.headers and each not in names
    ]
    return missing + faults(response.json(), described["content"][media_type]["schema"])


def every_media() -> Iterator[tuple[str, Json]]:
    """List each described body of a request or a response, with a name for it."""
    for each in operations():
        for media_type, media in each.request_media().items():
            yield f"{each.id} {media_type}", media
        for status, response in each.responses().items():
            for media_type, media in response["content"].items():
                yield f"{each.id} {status} {media_type}", media
