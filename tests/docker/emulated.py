"""`sam local start-lambda` and `start-api`, and the containers that they keep warm."""

import json
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local.containers import sam
from local.containers.template import Template
from local.emulator import REGION, ROOT_KEY_ID, ROOT_SECRET
from local.failure import Failure
from local.paths import LOGS, ROOT

_START_S = 60
_MARK = "INFERX_TEST_RUN"
_PATIENT = Config(read_timeout=900, retries={"total_max_attempts": 1})
_REPORT = re.compile(r"^REPORT .*?\bDuration: ([\d.]+) ms\tBilled", re.MULTILINE)
_PROCESS = re.compile(r"^Name:\t(\S+)$.*?^VmHWM:\s*(\d+) kB$", re.MULTILINE | re.DOTALL)
_NOT_THE_FUNCTIONS = ("aws-lambda-rie", "sh", "bash", "cat")
# cgroups of version 2, of version 1, each as a container sees its own.
_PEAKS = ("/sys/fs/cgroup/memory.peak", "/sys/fs/cgroup/memory/memory.max_usage_in_bytes")


def free_port() -> int:
    """Return a port that no one listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def started(name: str, template: Template, port: int) -> Iterator[None]:
    """Run `sam local start-…` for the block; it keeps each container until the end.

    Raises:
        Failure: it does not listen within a minute; the sentence names its log.
    """
    options = ["--port", str(port), "--warm-containers", "LAZY", "--no-watch"]
    log = LOGS / f"sam-{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            sam.command(name, template, *options),
            cwd=ROOT,
            env=sam.environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_listening(process, port, log)
        yield
    finally:
        process.terminate()  # it removes its containers
        process.wait(_START_S)


def _wait_until_listening(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise Failure(f"`sam local` does not listen: see {log.relative_to(ROOT)}")


class Functions:
    """Invokes functions by Lambda's own API, at the port of `sam local start-lambda`."""

    def __init__(self, port: int) -> None:
        session = boto3.Session(ROOT_KEY_ID, ROOT_SECRET, region_name=REGION)
        url = f"http://127.0.0.1:{port}"
        self._client = session.client("lambda", endpoint_url=url, config=_PATIENT)

    def invoke(self, function: str, event: dict[str, Any], *, tenant: str | None = None) -> Any:
        """Invoke a function and return what it returns."""
        tenancy: Any = {"TenantId": tenant} if tenant else {}
        payload = json.dumps(event).encode()
        response = self._client.invoke(FunctionName=function, Payload=payload, **tenancy)
        return json.loads(response["Payload"].read() or b"null")


@dataclass(frozen=True)
class Container:
    """One container of `sam local`.

    Attributes:
        id: Docker's.
        function: the logical id.
        limit_bytes: the memory that Docker allows it.
    """

    id: str
    function: str
    limit_bytes: int

    def durations_ms(self) -> list[float]:
        """Return how long each invocation took; the first has the start of the function in it."""
        logged = subprocess.run(
            ["docker", "logs", self.id], check=True, capture_output=True, text=True
        )
        return [float(each) for each in _REPORT.findall(logged.stdout + logged.stderr)]

    def charged_bytes(self) -> int:
        """Return the most memory that the kernel has charged to the container at one time.

        Pages of libraries are not in it where another container read them first.
        """
        script = "cat " + " ".join(_PEAKS) + " 2>/dev/null || true"
        return int(self.run(["sh", "-c", script]).split()[0])

    def resident_bytes(self) -> int:
        """Return the sum of the peaks of the function's processes that run now.

        Pages that several of them map are in it as often (proc(5), ``VmHWM``).
        """
        found = self.run(["sh", "-c", "cat /proc/[0-9]*/status 2>/dev/null || true"])
        processes = _PROCESS.findall(found)
        return sum(int(kib) << 10 for name, kib in processes if name not in _NOT_THE_FUNCTIONS)

    def run(self, command: list[str], given: str = "") -> str:
        """Run another process in the container and return what it prints."""
        return subprocess.run(
            ["docker", "exec", "--interactive", self.id, *command],
            input=given,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def copy(self, folder: Path, target: str) -> None:
        """Copy a folder into the container."""
        subprocess.run(["docker", "cp", "--quiet", str(folder), f"{self.id}:{target}"], check=True)


def marked(variables: Mapping[str, Mapping[str, str]], run: str) -> dict[str, dict[str, str]]:
    """Return functions' environments with a variable by which :func:`containers` finds them."""
    return {name: {**each, _MARK: run} for name, each in variables.items()}


def containers(run: str) -> list[Container]:
    """Return the running containers of functions that were marked with ``run``."""
    listed = subprocess.run(
        ["docker", "ps", "--quiet", "--no-trunc"], check=True, capture_output=True, text=True
    ).stdout.split()
    if not listed:
        return []
    shown = subprocess.run(
        ["docker", "inspect", *listed], check=True, capture_output=True, text=True
    ).stdout
    return [
        Container(
            each["Id"],
            variables["AWS_LAMBDA_FUNCTION_NAME"],
            int(each["HostConfig"]["Memory"]),
        )
        for each in json.loads(shown)
        if (variables := _variables(each)).get(_MARK) == run
    ]


def _variables(shown: Any) -> dict[str, str]:
    return dict(each.split("=", 1) for each in shown["Config"]["Env"])
