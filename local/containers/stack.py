"""What functions in containers are given of the local stack: names, addresses and their roles."""

from collections.abc import Iterable

from local.containers.template import Template
from local.deployed import Deployed
from local.emulator import REGION

_ROLE_SECONDS = 12 * 3600  # `make api` runs for as long as someone works


def environments(
    template: Template, functions: Iterable[str], deployed: Deployed, endpoint: str
) -> dict[str, dict[str, str]]:
    """Return the environment of each function, with its own role's credentials in it.

    Args:
        template: SAM's.
        functions: logical ids.
        deployed: the stack.
        endpoint: the stack's URL for containers.
    """
    return {name: _environment(template, name, deployed, endpoint) for name in functions}


def _environment(
    template: Template, function: str, deployed: Deployed, endpoint: str
) -> dict[str, str]:
    if not deployed.has(function):  # the converter of deep networks, which calls no AWS
        return plain_environment(template, function)
    keys = deployed.acting_as(function, seconds=_ROLE_SECONDS).get_credentials()
    assert keys is not None  # those that it was made with
    return {
        **deployed.environment(function),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_SESSION_TOKEN": str(keys.token),
    }


def plain_environment(template: Template, function: str) -> dict[str, str]:
    """Return the environment of a function that uses nothing of the stack.

    Args:
        template: SAM's.
        function: its logical id.
    """
    variables = template["Resources"][function]["Properties"]["Environment"]["Variables"]
    plain = {name: value for name, value in variables.items() if isinstance(value, str)}
    return {**plain, "LOG_LEVEL": "INFO"}  # its one reference to a parameter
