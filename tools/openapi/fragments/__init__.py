"""Pieces of the OpenAPI document, in YAML, and the merging of them."""

from pathlib import Path
from typing import Any

import yaml

FRAGMENTS = (
    "document.yaml",
    "errors.yaml",
    "errors_of_accounts.yaml",
    "errors_of_models.yaml",
    "accounts.yaml",
    "api_keys.yaml",
    "models.yaml",
    "names.yaml",
    "predictions.yaml",
    "jobs.yaml",
    "inference_protocol.yaml",
    "inference_schemas.yaml",
    "inference_errors.yaml",
    "service.yaml",
)
"""In the order of the document: of its tags, its operations and its components."""


def fragment(name: str) -> dict[str, Any]:
    """Read one fragment; what stands under ``shared`` is for the YAML anchors of the file only."""
    content: dict[str, Any] = yaml.safe_load((Path(__file__).parent / name).read_text())
    content.pop("shared", None)
    return content


def merged(base: Any, over: Any) -> Any:
    """Merge two pieces of OpenAPI, of which the second rules.

    Objects are merged key by key. Lists of parameters are merged by the parameters' names; any
    other list is replaced.
    """
    if isinstance(base, dict) and isinstance(over, dict):
        return base | {
            key: merged(base[key], value) if key in base else value for key, value in over.items()
        }
    if isinstance(base, list) and isinstance(over, list) and all("name" in each for each in over):
        parameters = {each["name"]: each for each in base}
        for each in over:
            parameters[each["name"]] = merged(parameters.get(each["name"], {}), each)
        return list(parameters.values())
    return over
