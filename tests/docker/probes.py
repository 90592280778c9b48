"""Runs in the converter's container: confined children try what a hostile file could.

It gets the container's own `sandbox` and prints a JSON list of names and what refused each.
"""

import json
import os
import tempfile
from pathlib import Path

from sandbox import child
from sandbox.confinement import keep_memory_private
from sandbox.kernel import system_call

_CONFINED = """
from sandbox.child import granted_memory
from sandbox.confinement import confine_this_process
confine_this_process(granted_memory())
import ctypes, os, pathlib, socket, subprocess, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
def readable():
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if process.name != str(os.getpid()) and (process / "environ").read_bytes():
                return True
        except OSError as error:
            refused = error
    raise refused
def start_many():
    wait = threading.Event()
    for _ in range(200):
        threading.Thread(target=wait.wait, daemon=True).start()
try:
    {attempt}
    print("DONE")
except BaseException as error:
    print("REFUSED", type(error).__name__, getattr(error, "strerror", None) or error)
sys.stdout.flush()
os._exit(0)
"""
_IN_TMP = "write outside its directory, in /tmp"
_LANDLOCK_VERSION = (444, 0, 0, 1)
# Lambda's kernel lacks Landlock, too: there, what is left in /tmp is of the same owner.
_WITHOUT_LANDLOCK = "nothing: no Landlock here; each owner has an environment of their own"
_ATTEMPTS = {
    "fork a process": "os.fork() or os._exit(0)",
    "start a program": "os.execv('/bin/true', ['true'])",
    "start a program in another process": "subprocess.run(['/bin/true'])",
    "open a socket": "socket.socket()",
    "trace the function's process (ptrace)": "checked(libc.ptrace(16, os.getppid(), 0, 0))",
    "read another process's memory": (
        "pathlib.Path(f'/proc/{os.getppid()}/mem').open('rb').read(1)"
    ),
    "read another process's environment": "readable()",
    "send its parent a signal": "os.kill(os.getppid(), 0)",
    _IN_TMP: "open('/tmp/outside', 'w').write('x')",
    "write into the function's code": "open('/var/task/app.py', 'a').write('x')",
    "take more memory than its share": "bytearray(4 << 30)",
    "start more threads than its share": "start_many()",
    "raise its own limits": (
        "__import__('resource').setrlimit(__import__('resource').RLIMIT_AS, (1 << 33, 1 << 33))"
    ),
    "become another user (root may)": "os.setuid(65534)",
}
_MEMORY_BYTES = 1 << 30


def main() -> None:
    """Try everything."""
    keep_memory_private()  # as the function's own process does
    results = {name: _refusal(attempt) for name, attempt in _ATTEMPTS.items()}
    if not results[_IN_TMP] and not _has_landlock():
        results[_IN_TMP] = _WITHOUT_LANDLOCK
    print(json.dumps(list(results.items())))  # noqa: T201  # its result


def _has_landlock() -> bool:
    try:
        return system_call(*_LANDLOCK_VERSION) > 0
    except OSError:
        return False


def _refusal(attempt: str) -> str:
    """Return what refused an attempt; empty when nothing did."""
    modules = Path(os.environ["PYTHONPATH"].rpartition(":")[2])  # a child is given it too
    modules.mkdir(exist_ok=True)
    (modules / "hostile_job.py").write_text(_CONFINED.replace("{attempt}", attempt))
    with tempfile.TemporaryDirectory() as job:
        ending = child.run("hostile_job", Path(job), seconds=30, memory_bytes=_MEMORY_BYTES)
    for line in ending.output.splitlines():
        if line.startswith("REFUSED "):
            return line.removeprefix("REFUSED ")
        if line == "DONE":
            return ""
    return f"ended by signal {-ending.status}" if ending.status else ""


if __name__ == "__main__":
    main()
