"""Linux's calls that Python's library lacks, by libc."""

import ctypes
import os
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def prctl(option: int, value: int, pointer: Any = 0) -> None:
    """Call prctl(2).

    Raises:
        OSError: it failed.
    """
    if _libc.prctl(option, ctypes.c_ulong(value), pointer, 0, 0) != 0:
        raise _error(f"prctl({option})")


def system_call(number: int, *arguments: Any) -> int:
    """Make a system call (syscall(2)) and return its result.

    Args:
        number: the call's, on this machine.
        arguments: whole numbers and ctypes' pointers.

    Raises:
        OSError: it failed.
    """
    result: int = _libc.syscall(
        ctypes.c_long(number),
        *(ctypes.c_ulong(each) if isinstance(each, int) else each for each in arguments),
    )
    if result < 0:
        raise _error(f"system call {number}")
    return result


def _error(call: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"{call}: {os.strerror(number)}")
