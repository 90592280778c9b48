"""Writes ``functions/docs/assets/openapi.json``: ``make openapi``.

The routes of the functions that Powertools resolves describe themselves. Those that do
without pydantic (predictions, the Open Inference Protocol, health) are described in the YAML
files beside this one. A test compares the committed document with a fresh one, and with the
routes of ``template.yaml``.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import yaml
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from inferx import __version__
from tools.cloud import environment
from tools.lambdas import app
from tools.template import ROOT, routes

DOCUMENT = ROOT / "functions/docs/assets/openapi.json"
_ALWAYS = {"401", "403", "429", "500", "503"}
_OF_A_THING = {"404"}
_WITH_A_BODY = {"400", "409", "413", "415"}
DESCRIBED = ("predictions.yaml", "inference_protocol.yaml", "service.yaml")


def build() -> dict[str, Any]:
    """The whole document."""
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "InferX",
            "version": __version__,
            "summary": "A trained model in, a secured and versioned prediction API out.",
        },
        "servers": [{"url": "."}],
        "paths": {},
        "components": {"schemas": {}},
        "security": [{"credential": []}],
    }
    for part in [*map(_completed, _resolved()), *_described()]:
        for path, operations in part["paths"].items():
            document["paths"].setdefault(path, {}).update(operations)
        for kind, named in part.get("components", {}).items():
            known = document["components"].setdefault(kind, {})
            clashing = {name for name in named if known.get(name, named[name]) != named[name]}
            if clashing:
                raise ValueError(f"described twice, and not alike: {', '.join(clashing)}")
            known.update(named)
    _mark_public(document)
    return document


def _completed(part: dict[str, Any]) -> dict[str, Any]:
    """Powertools' description, and what it cannot know: path parameters, errors, the gateway."""
    for path, operations in part["paths"].items():
        names = re.findall(r"{(\w+)}", path)
        for method, operation in operations.items():
            parameters = operation.setdefault("parameters", [])
            known = {each["name"] for each in parameters if each["in"] == "path"}
            parameters += [_path_parameter(name) for name in names if name not in known]
            statuses = _ALWAYS | (_OF_A_THING if names else set())
            statuses |= _WITH_A_BODY if method in {"post", "put"} else set()
            for status in sorted(statuses):
                kind = "Unauthenticated" if status == "401" else "Error"
                answer = {"$ref": f"#/components/responses/{kind}"}
                operation["responses"].setdefault(status, answer)
    invalid = part["components"]["schemas"].get("HTTPValidationError")
    if invalid is not None:  # a file that cannot be converted is refused with one sentence
        faults = invalid["properties"]["detail"]
        invalid["properties"]["detail"] = {"anyOf": [faults, {"type": "string"}]}
    return part


def _path_parameter(name: str) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _resolved() -> list[dict[str, Any]]:
    """What the functions with a resolver say about themselves."""
    os.environ.update(environment())
    found = []
    for function in sorted({route.function for route in routes()}):
        resolver = getattr(app(function), "app", None)
        if isinstance(resolver, APIGatewayHttpResolver):
            schema = resolver.get_openapi_json_schema(title="InferX", openapi_version="3.1.0")
            found.append(json.loads(schema))
    return found


def _described() -> list[dict[str, Any]]:
    folder = Path(__file__).parent
    return [yaml.safe_load((folder / name).read_text()) for name in DESCRIBED]


def _mark_public(document: dict[str, Any]) -> None:
    for route in routes():
        if route.public and route.method:
            document["paths"][route.path][route.method.lower()]["security"] = []


def main() -> None:
    """Write the document."""
    DOCUMENT.write_text(json.dumps(build(), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
