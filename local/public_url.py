"""The API's address on the emulator, which no request to a function shows."""

import copy
from typing import Any

Template = dict[str, Any]


def with_public_url(template: Template, endpoint: str) -> Template:
    """Return the template with the base URL of its HTTP API set for functions that show it.

    Args:
        template: CloudFormation, as the emulator gets it.
        endpoint: the emulator's own address.
    """
    changed = copy.deepcopy(template)
    address = {"Fn::Sub": f"{endpoint}/_aws/execute-api/${{HttpApi}}/$default"}
    for resource in changed["Resources"].values():
        variables = resource.get("Properties", {}).get("Environment", {}).get("Variables", {})
        if "PUBLIC_URL" in variables:
            variables["PUBLIC_URL"] = address
    return changed
