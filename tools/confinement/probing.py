"""Tries what hostile code might: a script for the Python of each place, with its `sandbox`.

It reads from its input ``{"attempts": [[name, [expression, …]], …], "user": number or null}``, and
prints whether there is Landlock, and for each name ``{layers: error}``: as deployed (``all``),
unconfined (``none``), by each layer alone, and without each where none suffices. The error is empty
where something succeeded.
"""

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from sandbox import child, confinement
from sandbox.kernel import prctl, system_call
from tools.confinement.words import MEMORY_BYTES, Words

LAYERS = {
    "filter": "sandbox.confinement.forbid_system_calls",
    "Landlock": "sandbox.confinement.write_only_below",
    "capabilities": "sandbox.confinement.drop_capabilities",
    "limits": "sandbox.confinement._limit",
    "privacy": None,
    "parent": None,
}
_SET_PARENT_DEATH_SIGNAL, _SET_DUMPABLE = 1, 4
_LANDLOCK_VERSION = (444, 0, 0, 1)


def main() -> None:
    """Try everything and print the outcomes."""
    asked = json.load(sys.stdin)
    if asked["user"] is not None:
        os.setgroups([])
        os.setgid(asked["user"])
        os.setuid(asked["user"])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.chdir(folder)
        neighbour = _start_neighbour()
        try:
            outcomes = {
                name: _outcomes(expressions, neighbour) for name, expressions in asked["attempts"]
            }
        finally:
            os.kill(neighbour, signal.SIGKILL)
            os.waitpid(neighbour, 0)
            os.chdir("/")
    sys.stdout.write(json.dumps({"landlock": _has_landlock(), "outcomes": outcomes}) + "\n")


def _has_landlock() -> bool:
    try:
        return system_call(*_LANDLOCK_VERSION) > 0
    except OSError:
        return False


def _outcomes(expressions: list[str], neighbour: int) -> dict[str, str]:
    """Return what refused all of the expressions; empty where one of them succeeded."""

    def refused(layers: set[str]) -> str:
        return _tried(expressions, layers, neighbour)

    everything = set(LAYERS)
    found = {"all": refused(everything), "none": refused(set())}
    if found["all"]:
        found |= {layer: refused({layer}) for layer in LAYERS}
        if not any(found[layer] for layer in LAYERS):
            found |= {f"but {layer}": refused(everything - {layer}) for layer in LAYERS}
    return found


def _start_neighbour() -> int:
    """Start a process of the same user that hides nothing."""
    pid = os.fork()
    if pid == 0:
        prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        _make_private(private=False)
        while True:
            time.sleep(60)
    return pid


def _make_private(*, private: bool) -> None:
    prctl(_SET_DUMPABLE, int(not private))


def _tried(expressions: list[str], layers: set[str], neighbour: int) -> str:
    """Return what refused the expressions in a process that has these layers."""
    for folder in ("job", "outside"):
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir()
    Path("outside/there").write_text("x")
    _make_private(private="privacy" in layers)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _try(expressions, layers, neighbour, writing)
    os.close(writing)
    return _judged(pid, reading, watched="parent" in layers)


def _judged(pid: int, reading: int, *, watched: bool) -> str:
    killed = False
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if watched and child.has_too_many_threads(pid):
            os.kill(pid, signal.SIGKILL)
            killed = True
        time.sleep(0.002)
    _, status = os.waitpid(pid, 0)
    with os.fdopen(reading) as pipe:
        outcome = pipe.read()
    if killed:
        return "killed by its parent"
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    if outcome.startswith("fault"):
        raise RuntimeError(outcome)
    return "" if outcome.startswith("done") else outcome


def _try(expressions: list[str], layers: set[str], neighbour: int, writing: int) -> None:
    """Confine this process, try, write what became of it, and end."""
    try:
        os.setsid()
        outside = Path.cwd() / "outside"
        os.chdir("job")
        _make_private(private=False)  # as a program that has just started
        words = Words(neighbour, outside)
        if any("earlier" in each for each in expressions):
            words.start_earlier_thread()
        _confine(layers)
        outcome = _tried_in_turn(words, expressions)
    except BaseException as fault:  # noqa: BLE001  # reported, in the parent
        outcome = f"fault: {expressions}: {fault!r}"
    os.write(writing, outcome.encode())
    os._exit(0)


def _tried_in_turn(words: Words, expressions: list[str]) -> str:
    outcomes: list[str] = []
    for each in expressions:
        outcomes.append(words.tried(each))
        if outcomes[-1] == "done":
            return "done"
    return ", ".join(dict.fromkeys(outcomes))


def _confine(layers: set[str]) -> None:
    for layer, function in LAYERS.items():
        if function and layer not in layers:
            patch(function, lambda *_: None).start()
    patch.object(confinement, "CPU_SECONDS", 1).start()
    confinement.confine_this_process(MEMORY_BYTES)


if __name__ == "__main__":
    main()
