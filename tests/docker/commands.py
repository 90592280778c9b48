"""The commands of docs/local.md, run as they stand there."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from local.failure import Failure
from local.image import require_docker
from local.paths import LOGS
from tools.template import ROOT

DOCUMENT = ROOT / "docs/local.md"
SERVING, SERVED_URL = "make api", "http://127.0.0.1:3000"
THIS = "make test-docker"

_BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_START_S = 180


def documented() -> list[str]:
    """Return the document's commands, in their order."""
    blocks = _BLOCK.findall(DOCUMENT.read_text())
    return [line for block in blocks for line in block.splitlines()]


def run() -> list[str]:
    """Run each command, and return a sentence for each that fails."""
    require_docker()
    commands = [command for command in documented() if command != THIS]
    serving = commands.index(SERVING)
    faults = [fault for command in commands[:serving] if (fault := _fault(command))]
    with _serving():
        faults += [fault for command in commands[serving + 1 :] if (fault := _fault(command))]
    return faults


def _fault(command: str) -> str:
    """Run a command and return what is wrong with it; empty when nothing is."""
    started = time.monotonic()
    ended = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env=_environment(),
        check=False,
        capture_output=True,
        text=True,
    )
    sys.stdout.write(f"── {command}  ({time.monotonic() - started:.1f} s)\n{ended.stdout}")
    sys.stdout.flush()
    if ended.returncode == 0:
        return ""
    return f"{command}: exit status {ended.returncode}\n{ended.stderr[-2000:]}"


@contextmanager
def _serving() -> Iterator[None]:
    log = LOGS / "api.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {SERVING}"],
            cwd=ROOT,
            env=_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(process)
        yield
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does
        process.wait(_START_S)


def _wait(process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            requests.get(SERVED_URL, timeout=60)
        except requests.ConnectionError:
            time.sleep(0.5)
        else:
            return
    raise Failure(f"`{SERVING}` does not serve: see {LOGS.relative_to(ROOT)}/api.log")


def _environment() -> dict[str, str]:
    # Without what a make that runs this hands on to others, such as ARGS.
    handed_on = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "ARGS")
    return {name: value for name, value in os.environ.items() if name not in handed_on}
