"""`make up`, `make url` and `make down`.

The base URL alone goes to standard output; everything else goes to standard error.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from local import data, emulator
from local.build import build, sources_digest
from local.failure import Failure
from local.lock import one_at_a_time
from local.paths import STATE


def up(port: int | None) -> str:
    """Start the local stack, or bring it up to date, and return the API's base URL."""
    port = port or emulator.record().get("port") or data.last_port() or emulator.DEFAULT_PORT
    emulator.start(port)
    running = emulator.record()
    wanted = sources_digest()
    if running.get("deployed") == wanted:
        emulator.wait_until_ready(port)
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
    """Return the base URL of the running stack.

    Raises:
        Failure: it is not up.
    """
    running = emulator.record()
    if "base_url" not in running:
        raise Failure("The local stack is not up: `make up` starts it.")
    return str(running["base_url"])


def down() -> None:
    """Stop the emulator; its accounts and models are kept."""
    stopped = emulator.stop()
    kept = "Stopped. `make up` brings its accounts and models back; `make clean` erases them."
    print(kept if stopped else "The local stack was not up.", file=sys.stderr)


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
