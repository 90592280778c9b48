"""Confines the running process before it reads a hostile file.

Resource limits (setrlimit(2)), no new privileges, no capabilities, no writing outside the job's
directory (:mod:`sandbox.landlock`), and a filter of system calls (:mod:`sandbox.system_calls`).
A process confines itself before it imports anything that starts a thread: what a thread may do is
its own, and only the filter reaches threads that are there already.
"""

import os
import platform
import resource
import signal
import sys
from pathlib import Path

from sandbox.capabilities import drop_capabilities
from sandbox.kernel import prctl
from sandbox.landlock import write_only_below
from sandbox.limits import CHILD_PROCESSES, CPU_SECONDS, WRITTEN_BYTES
from sandbox.system_calls import MACHINES, forbid_system_calls

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38

_OPEN_FILES = 256


def confine_this_process(memory_bytes: int) -> None:
    """Confine the calling process, which works in its job's directory, for the rest of its life.

    Args:
        memory_bytes: the address space it may have, in bytes.
    """
    _limit(resource.RLIMIT_AS, memory_bytes)
    # The signal at the lower limit shows what it was; code that ignores it ends at the higher one.
    _limit(resource.RLIMIT_CPU, CPU_SECONDS, CPU_SECONDS + 1)
    _limit(resource.RLIMIT_FSIZE, WRITTEN_BYTES)
    _limit(resource.RLIMIT_NPROC, _threads_of_this_user() + CHILD_PROCESSES)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _limit(resource.RLIMIT_CORE, 0)
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if platform.machine() not in MACHINES:
        return
    _forbid_what_the_kernel_can()


def keep_memory_private() -> None:
    """Hide this process's memory and environment from other processes of its user (prctl(2))."""
    prctl(_PR_SET_DUMPABLE, 0)


def _forbid_what_the_kernel_can() -> None:
    # What a kernel lacks is written to the log; the other walls remain.
    try:
        drop_capabilities()
    except OSError as refused:
        sys.stderr.write(f"capabilities kept: {refused}\n")
    try:
        write_only_below(Path.cwd())  # a kernel without Landlock, such as Lambda's, is no news
    except OSError as refused:
        sys.stderr.write(f"no limit on where files are written: {refused}\n")
    try:
        forbid_system_calls(platform.machine())
    except OSError as missing:
        sys.stderr.write(f"no system-call filter: {missing}\n")


def _limit(kind: int, soft: int, hard: int | None = None) -> None:
    _, highest = resource.getrlimit(kind)
    hard = soft if hard is None else hard
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    resource.setrlimit(kind, (soft, hard))


def _threads_of_this_user() -> int:
    """Count what RLIMIT_NPROC counts: threads of all processes of this user, not of this one."""
    user, threads = os.getuid(), 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.stat().st_uid == user:
                threads += sum(1 for _ in (process / "task").iterdir())
        except OSError:  # it has ended, or hides itself
            continue
    return threads
