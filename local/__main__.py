"""`make up`, `make url` and `make down`.

The base URL goes to standard output, alone; all else to standard error.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from local import emulator
from local.build import build, sources_digest
from local.failure import Failure
from local.lock import one_at_a_time
from local.paths import STATE


def up(port: int | None) -> str:
    """Bring the local stack up, or up to date, and answer the API's base URL."""
    running = emulator.record()
    port = port or running.get("port") or emulator.DEFAULT_PORT
    emulator.start(port)
    wanted = sources_digest()
    if running.get("deployed") == wanted:
        return str(running["base_url"])
    with _timed("Building the functions and layers"):
        build()
    with _timed("Deploying the stack"):
        from local.deployment import deploy  # noqa: PLC0415 - a second to import

        emulator.wait_until_ready(port)
        base_url = deploy(port)
    emulator.remember(deployed=wanted, base_url=base_url)
    return base_url


def url() -> str:
    """The base URL of the running stack."""
    running = emulator.record()
    if "base_url" not in running:
        raise Failure("The local stack is not up: `make up` starts it.")
    return str(running["base_url"])


def down() -> None:
    """Stop the emulator; what was on it is gone."""
    stopped = emulator.stop()
    print("Stopped." if stopped else "The local stack was not up.", file=sys.stderr)


def main() -> None:
    """Run the command that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("command", choices=["up", "url", "down"])
    parser.add_argument("--port", type=int, help="4566 unless the stack is up")
    arguments = parser.parse_args()
    try:
        if arguments.command == "url":
            print(url())
            return
        with one_at_a_time(STATE / "stack.lock"):
            if arguments.command == "up":
                print(up(arguments.port))
            else:
                down()
    except Failure as failure:
        sys.exit(str(failure))


@contextmanager
def _timed(step: str) -> Iterator[None]:
    print(f"{step} … ", end="", file=sys.stderr, flush=True)
    started = time.monotonic()
    try:
        yield
    except Failure:
        print("failed", file=sys.stderr)
        raise
    print(f"{time.monotonic() - started:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
