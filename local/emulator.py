"""The AWS emulator's process: started, found again, stopped.

ministack (MIT licence) runs in a virtual environment of its own. It holds a lock file for as long
as it lives, so the recorded process id can never be another's.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from local import data
from local.failure import Failure
from local.lock import is_locked, try_lock
from local.paths import LOGS, ROOT, STATE

HOST = "127.0.0.1"
DEFAULT_PORT = 4566
LOCK = STATE / "emulator.lock"
RECORD = STATE / "stack.json"
LOG = LOGS / "emulator.log"
TEMPORARY = STATE / "tmp"
PYTHON = ROOT / ".venv-stack/bin/python"
START_LIMIT_S = 60.0
STOP_LIMIT_S = 60.0  # it saves its state first: two seconds on a quiet machine

# ministack's root user. It listens on the loopback address alone.
ROOT_KEY_ID = "test"
ROOT_SECRET = "test"  # noqa: S105 - the emulator's own, no secret
REGION = "us-east-1"


def record() -> dict[str, Any]:
    """Return the facts about the running emulator; empty when none runs.

    They are `pid`, `port` and, once the stack is on it, `deployed` and `base_url`.
    """
    if not is_locked(LOCK) or not RECORD.is_file():
        return {}
    facts: dict[str, Any] = json.loads(RECORD.read_text())
    return facts


def remember(**facts: Any) -> None:
    """Add `facts` to the record."""
    unfinished = RECORD.with_suffix(".new")
    unfinished.write_text(json.dumps({**record(), **facts}, indent=2))
    unfinished.replace(RECORD)


def endpoint(port: int) -> str:
    """Return the URL of the emulated AWS."""
    return f"http://{HOST}:{port}"


def start(port: int) -> None:
    """Start the emulator on `port`, with the data that the port had last, unless it runs already.

    Returns before it is ready: `wait_until_ready` comes next.

    Raises:
        Failure: the port is taken, or the emulator runs on another one.
    """
    running = record()
    if running.get("port") == port:
        return
    if running:
        raise Failure(
            f"The local stack runs on port {running['port']}: `make down` before port {port}."
        )
    if _is_listening(port):
        raise Failure(
            f"Port {port} is in use by another program: stop that, or choose another port "
            f"with `make up PORT={port + 1}`."
        )
    lock = try_lock(LOCK)
    if lock is None:
        raise Failure("The emulator is just starting or stopping: try again in a moment.")
    kept = data.facts(port)
    data.erase_incomplete(port)
    try:
        process = _launch(port, lock)
    finally:
        os.close(lock)  # the emulator inherited it
    RECORD.unlink(missing_ok=True)
    remember(**{**kept, "pid": process.pid, "port": port})


def wait_until_ready(port: int) -> None:
    """Wait for the emulator to answer.

    Raises:
        Failure: it ended or did not respond in a minute; the sentence names its log.
    """
    log = LOG.relative_to(ROOT)
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if not is_locked(LOCK):
            raise Failure(f"The emulator ended while starting: see {log}")
        if is_ready(HOST, port):
            return
        time.sleep(0.05)
    raise Failure(f"The emulator did not respond within {START_LIMIT_S:.0f} s: see {log}")


def is_ready(host: str, port: int) -> bool:
    """Return whether an emulator responds at an address."""
    try:
        with closing(HTTPConnection(host, port, timeout=2)) as connection:
            connection.request("GET", "/_ministack/ready")
            return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):  # nothing listens, or something else
        return False


def stop() -> bool:
    """Stop the emulator, which saves its state first. Return False when none runs.

    Raises:
        Failure: it would not end.
    """
    running = record()
    if not running:
        return False
    data.mark_incomplete(running["port"])
    # It leads a process group, which its functions' processes are in.
    for sign in (signal.SIGTERM, signal.SIGKILL):
        os.killpg(running["pid"], sign)
        deadline = time.monotonic() + STOP_LIMIT_S
        while is_locked(LOCK) and time.monotonic() < deadline:
            time.sleep(0.02)
        if not is_locked(LOCK):
            if sign is signal.SIGTERM:
                data.mark_complete({name: running[name] for name in running if name != "pid"})
            RECORD.unlink(missing_ok=True)
            shutil.rmtree(TEMPORARY, ignore_errors=True)
            return True
    raise Failure(f"The emulator, process {running['pid']}, would not end.")


def _launch(port: int, lock: int) -> "subprocess.Popen[bytes]":
    shutil.rmtree(TEMPORARY, ignore_errors=True)
    TEMPORARY.mkdir(parents=True)
    LOGS.mkdir(parents=True, exist_ok=True)
    # Functions inherit the emulator's environment, so it gets none of the caller's.
    environment = {
        "PATH": os.defpath,
        "HOME": str(Path.home()),
        "TMPDIR": str(TEMPORARY),
        "LANG": "C.UTF-8",
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "AUTH": "true",
        "LAMBDA_EXECUTOR": "local",
        **data.environment(port),
    }
    with LOG.open("wb") as log:
        return subprocess.Popen(
            [PYTHON, "-m", "ministack"],
            cwd=TEMPORARY,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=[lock],
            start_new_session=True,
        )


def _is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((HOST, port)) == 0
