"""The memory of this process: what it uses, and how to give some back."""

import ctypes
import os

_STATM = "/proc/self/statm"
_PAGE = os.sysconf("SC_PAGE_SIZE")


def resident() -> int:
    """Return the bytes of physical memory in use now (proc(5), /proc/pid/statm)."""
    with open(_STATM, "rb") as file:
        return int(file.read().split()[1]) * _PAGE


def release() -> None:
    """Give freed memory back to the system.

    glibc keeps freed memory for later (malloc_trim(3)); a container that is killed for its
    resident size cannot afford that.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
