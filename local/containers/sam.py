"""The commands of `sam local`, with what all of them need."""

import json
import os
import subprocess
from pathlib import Path

from local.build import SAM
from local.containers.template import Template, with_authorizers_by_function
from local.emulator import REGION
from local.image import native_architecture
from local.paths import BUILD

GATEWAY_LAYER = Path(__file__).parent / "gateway_layer"
"""What goes between `sam local start-api` and the functions."""

_BASE_IMAGE = "public.ecr.aws/lambda/python"


def command(name: str, template: Template, *options: str) -> list[str]:
    """Write the template and return the command line.

    Args:
        name: of the command of `sam local`.
        template: what it is to run.
        options: more of its arguments.
    """
    # Beside the built code, which it names by relative paths.
    path = BUILD / f"sam-local-{name}.json"
    path.write_text(json.dumps(with_authorizers_by_function(template), default=str))
    architecture = native_architecture()
    given = ["--parameter-overrides", f"Architecture={architecture}", "--region", REGION]
    if _has_base_image(template, architecture):
        given.append("--skip-pull-image")  # as `docker run` does: what is there is taken
    return [str(SAM), "local", name, *options, "--template", str(path), *given]


def environment() -> dict[str, str]:
    """Return the environment for the command: it is to use no account of AWS.

    With credentials it would ask AWS whose they are, and wait for the response. The containers
    have those of the local stack.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "SAM_CLI_TELEMETRY": "0",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _has_base_image(template: Template, architecture: str) -> bool:
    version = template["Globals"]["Function"]["Runtime"].removeprefix("python")
    name = f"{_BASE_IMAGE}:{version}-{architecture}"
    asked = ["docker", "image", "inspect", name]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def event_file(event: object, folder: Path) -> Path:
    """Write an event for `--event` and return the file."""
    path = folder / "event.json"
    path.write_text(json.dumps(event))
    return path
