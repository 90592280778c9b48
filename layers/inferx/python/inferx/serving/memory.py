"""The memory of this process: what it uses, and how to give some back."""

import ctypes
import os
import resource

from inferx.capacity import MEBIBYTE

_STATM = "/proc/self/statm"
_KEPT_BACK_MB = 32  # for what is no data: the runtime beside this process, and files in memory
_PAGE = os.sysconf("SC_PAGE_SIZE")


def resident() -> int:
    """Return the bytes of physical memory in use now (proc(5), /proc/pid/statm)."""
    with open(_STATM, "rb") as file:
        return int(file.read().split()[1]) * _PAGE


def bound(memory_mb: int) -> None:
    """Let allocations fail that the function's memory does not hold (setrlimit(2), RLIMIT_DATA).

    Lambda ends an environment that outgrows its memory, with all models that are open in it; an
    allocation that fails ends one request. Outside Lambda nothing is bounded.

    Args:
        memory_mb: the memory of the whole process, in MB.
    """
    if "LAMBDA_TASK_ROOT" not in os.environ:
        return
    with open("/proc/self/status") as file:
        line = next(line for line in file if line.startswith("VmData:"))
    room = max(0, (memory_mb - _KEPT_BACK_MB) * MEBIBYTE - resident())
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (int(line.split()[1]) * 1024 + room, hard))


def release() -> None:
    """Give freed memory back to the system.

    glibc keeps freed memory for later (malloc_trim(3)); a container that is killed for its
    resident size cannot afford that.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
