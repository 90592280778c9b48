"""The operations that the functions with a Powertools resolver describe by their type hints."""

import json
import os
import re
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from tools.cloud import environment
from tools.lambdas import app
from tools.template import routes

type Document = dict[str, Any]

# Powertools' own shapes of validation errors lack the message; errors.yaml describes the real one.
_POWERTOOLS_SCHEMAS = {"HTTPValidationError", "ResponseValidationError", "ValidationError"}


def resolved_operations() -> tuple[dict[str, Document], dict[str, Document]]:
    """Return the operations of all resolvers by path and method, and their schemas by name.

    Raises:
        ValueError: two functions describe different schemas under one name.
    """
    os.environ.update(environment())
    paths: dict[str, Document] = {}
    schemas: dict[str, Document] = {}
    for function in sorted({route.function for route in routes()}):
        resolver = getattr(app(function), "app", None)
        if not isinstance(resolver, APIGatewayHttpResolver):
            continue
        text = resolver.get_openapi_json_schema(title="InferX", openapi_version="3.1.0")
        part = json.loads(_with_plain_names(text), parse_float=_whole_or_float)
        for path, operations in part["paths"].items():
            described = {method: _cleaned(each, schemas) for method, each in operations.items()}
            paths.setdefault(path, {}).update(described)
        for name, schema in part["components"]["schemas"].items():
            if name not in _POWERTOOLS_SCHEMAS:
                _add(schemas, name, schema)
    for schema in schemas.values():
        _drop_titles(schema)
    return paths, dict(sorted(schemas.items()))


def _with_plain_names(text: str) -> str:
    # `UserView` and `Success[Account]` are Python's names for `User` and `AccountResponse`.
    text = re.sub(r"\bSuccess_(\w+)_(?=\")", r"\1Response", text)
    return re.sub(r"\b(\w+)View(?=\")", r"\1", text)


def _whole_or_float(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number


def _cleaned(operation: Document, schemas: dict[str, Document]) -> Document:
    """Drop what the fragments describe better, and make components of inline bodies."""
    operation["responses"] = {
        status: response for status, response in operation["responses"].items() if status < "3"
    }
    operation["parameters"] = [
        each for each in operation.get("parameters", []) if each["in"] != "path"
    ]
    for each in operation["parameters"]:
        each["schema"].pop("title", None)
    for response in operation["responses"].values():
        response["content"]["application/json"]["schema"].pop("title", None)
    for media in operation.get("requestBody", {}).get("content", {}).values():
        schema = media["schema"]
        if "title" in schema:
            _add(schemas, schema["title"], schema)
            media["schema"] = {"$ref": f"#/components/schemas/{schema['title']}"}
    return operation


def _add(schemas: dict[str, Document], name: str, schema: Document) -> None:
    if schemas.setdefault(name, schema) != schema:
        raise ValueError(f"Two different schemas are named {name}.")


def _drop_titles(schema: Document) -> None:
    """Drop the titles that pydantic derives from the names of models and their fields."""
    schema.pop("title", None)
    for each in schema.get("properties", {}).values():
        each.pop("title", None)
