"""`make invoke` and `make api`: the functions in Lambda's own runtime, on the local stack's AWS.

A response goes to standard output; everything else goes to standard error.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from local import emulator
from local.build import BUILT_TEMPLATE
from local.containers import deep_image, sam, stack
from local.containers.addresses import for_containers
from local.containers.relay import relay
from local.containers.seeding import Seeds
from local.containers.template import with_environments, with_image, with_lower_case_headers
from local.deployed import Deployed
from local.failure import Failure
from local.image import require_docker
from local.paths import ROOT
from tools import template
from tools.events.placeholders import filled
from tools.events.samples import function_of, samples


def invoke(name: str, event_path: Path | None) -> Any:
    """Invoke one function once, in a container, and return what it returns.

    Args:
        name: of the function's folder.
        event_path: its event, in whose placeholders the stack's own are put; the function's first
            sample unless given.

    Raises:
        Failure: there is no such function or event, no Docker, or no stack; or the container
            could not be run.
    """
    require_docker()
    function, text = _function(name), _event_text(event_path or ROOT / f"events/{name}.json")
    base_url, port = _stack()
    deployed = Deployed(emulator.endpoint(port))
    with relay(port, for_containers()) as endpoint, tempfile.TemporaryDirectory() as folder:
        real = Seeds(base_url, deployed, endpoint).real(text)
        event = sam.event_file(filled(json.loads(text), real), Path(folder))
        read = template.read(BUILT_TEMPLATE)
        given = with_environments(read, stack.environments(read, [function], deployed, endpoint))
        if function == deep_image.FUNCTION:
            given = with_image(given, function, deep_image.prepared())
        options = [function, "--event", str(event), *_tenant(given, function)]
        command = sam.command("invoke", given, *options)
        ended = subprocess.run(
            command, check=False, cwd=ROOT, env=sam.environment(), stdout=subprocess.PIPE
        )
    if ended.returncode:
        raise Failure(f"`sam local invoke {function}` failed; what it printed is above.")
    return json.loads(ended.stdout.decode().strip().splitlines()[-1])


def api(port: int) -> None:
    """Serve the API's routes from containers until interrupted.

    Raises:
        Failure: there is no Docker, or no stack; or `sam local` ended by itself.
    """
    require_docker()
    _, stack_port = _stack()
    deployed = Deployed(emulator.endpoint(stack_port))
    with relay(stack_port, for_containers()) as endpoint:
        read = template.read(BUILT_TEMPLATE)
        functions = {route.function for route in template.routes()} | {"AuthorizerFunction"}
        variables = stack.environments(read, sorted(functions), deployed, endpoint)
        for each in variables.values():
            if "PUBLIC_URL" in each:
                each["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        options = ["--port", str(port), "--warm-containers", "LAZY", "--no-watch"]
        given = with_lower_case_headers(with_environments(read, variables), sam.GATEWAY_LAYER)
        command = sam.command("start-api", given, *options)
        try:
            ended = subprocess.run(command, check=False, cwd=ROOT, env=sam.environment())
        except KeyboardInterrupt:  # the way to end it, which `sam local` has ended by, too
            return
    if ended.returncode:
        raise Failure("`sam local start-api` ended; what it printed is above.")


def _function(name: str) -> str:
    try:
        return function_of(name)
    except KeyError:
        known = ", ".join(sorted({each.name for each in samples() if "-" not in each.name}))
        raise Failure(f"There is no function {name!r}; choose one of {known}.") from None


def _event_text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError as error:
        raise Failure(f"The event cannot be read: {error}") from error


def _stack() -> tuple[str, int]:
    running = emulator.record()
    if "base_url" not in running:
        raise Failure("The local stack is not up: `make up` starts it.")
    return str(running["base_url"]), int(running["port"])


def _tenant(given: dict[str, Any], function: str) -> list[str]:
    isolated = "TenancyConfig" in given["Resources"][function]["Properties"]
    return ["--tenant-id", "sam-local"] if isolated else []


def main() -> None:
    """Run the command that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m local.containers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("invoke")
    one.add_argument("function", help="the name of its folder in functions/")
    one.add_argument("--event", type=Path)
    commands.add_parser("api").add_argument("--port", type=int, default=3000)
    commands.add_parser("require", help="check that there is Docker, before anything is built")
    arguments = parser.parse_args()
    started = time.monotonic()
    try:
        if arguments.command == "require":
            require_docker()
            return
        if arguments.command == "api":
            api(arguments.port)
            return
        response = invoke(arguments.function, arguments.event)
    except Failure as failure:
        sys.exit(str(failure))
    print(json.dumps(response, indent=2, ensure_ascii=False))
    print(f"Done in {time.monotonic() - started:.1f} s", file=sys.stderr)
    if isinstance(response, dict) and "errorType" in response:
        sys.exit(f"The function raised {response['errorType']}.")


if __name__ == "__main__":
    main()
