"""``template.yaml`` read as data, so that tests follow it and cannot drift from it."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags, each read as its long form."""


def _long_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {"Ref" if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _long_form)


@dataclass(frozen=True)
class Route:
    """One route of the API; ``$default``, without a method, is for what no other matches."""

    method: str
    path: str
    function: str
    public: bool

    @property
    def key(self) -> str:
        """The route key, as the gateway names it."""
        return f"{self.method} {self.path}".strip()


@cache
def template() -> dict[str, Any]:
    """Return the whole template."""
    return read(ROOT / "template.yaml")


def read(path: Path) -> dict[str, Any]:
    """Return a template's content, with CloudFormation's short tags in their long form."""
    with path.open() as file:
        loaded: dict[str, Any] = yaml.load(file, Loader=_Loader)
    return loaded


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Return the resources of one type: logical ids and properties."""
    return {
        name: resource["Properties"]
        for name, resource in template()["Resources"].items()
        if resource["Type"] == kind
    }


def function_folders() -> dict[str, Path]:
    """Return each function's logical id and folder; that of an image has its name."""
    functions = resources("AWS::Serverless::Function")
    folders = {name: ROOT / function["CodeUri"] for name, function in functions.items()}
    images = resources("AWS::Lambda::Function")
    return folders | {name: ROOT / "functions" / _folder_name(name) for name in images}


def _folder_name(logical_id: str) -> str:
    """Return ``convert_deep`` for ``ConvertDeepFunction``."""
    words = re.findall("[A-Z][a-z]+", logical_id.removesuffix("Function"))
    return "_".join(words).lower()


@cache
def routes() -> tuple[Route, ...]:
    """Return every route of the API, the most specific first, as the gateway picks them."""
    found = [
        Route(
            method=event["Properties"].get("Method", ""),
            path=event["Properties"].get("Path", "$default"),
            function=name,
            public=event["Properties"].get("Auth", {}).get("Authorizer") == "NONE",
        )
        for name, function in resources("AWS::Serverless::Function").items()
        for event in function.get("Events", {}).values()
        if event["Type"] == "HttpApi"
    ]
    return tuple(sorted(found, key=lambda route: (not route.method, route.path.count("{"))))
