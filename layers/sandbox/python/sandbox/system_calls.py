"""The filter of system calls (seccomp(2)): no way to start a program, reach another process, open
a connection, or change the machine.

It also does what RLIMIT_NPROC cannot do for root: it forbids forking, but allows threads.
"""

import ctypes
import errno
import struct

from sandbox.forbidden_calls import FORBIDDEN, OF_ITSELF_ONLY, WITH_SECOND_ARGUMENT
from sandbox.kernel import system_call

_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3 = 435
_CLONE_THREAD = 0x00010000
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
MACHINES = tuple(_AUDIT_ARCH)
"""The machines for which there is a filter."""

# seccomp's own call and constants: linux/seccomp.h.
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_MODE_FILTER = 1
_ALL_THREADS = 1

# Classic BPF's: linux/bpf_common.h.
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _FAIL, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
# The lower halves of the arguments: processes, commands and flags have no more than 32 bits.
_NUMBER_AT, _ARCH_AT, _FIRST_ARGUMENT_AT, _SECOND_ARGUMENT_AT = 0, 4, 16, 24
_X32_BIT = 0x40000000
_REFUSED = _FAIL | errno.EPERM


def forbid_system_calls(machine: str) -> None:
    """Put the filter on every thread of this process; those that they start have it too.

    Needs no right after ``PR_SET_NO_NEW_PRIVS``.

    Args:
        machine: one of :data:`MACHINES`.

    Raises:
        OSError: the kernel has no filters, or one of the threads has another one.
    """
    program = _program(machine)
    steps = ctypes.create_string_buffer(program, len(program))
    header = _Program(len(program) // 8, ctypes.cast(steps, ctypes.c_void_p))
    thread = system_call(_SECCOMP[machine], _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(header))
    if thread:
        raise OSError(errno.ESRCH, f"thread {thread} has another filter")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def _program(machine: str) -> bytes:
    column = 0 if machine == "x86_64" else 1
    numbers = [entry[column] for entry in FORBIDDEN.values()]
    program = [
        _step(_LOAD, _ARCH_AT),
        _step(_EQUAL, _AUDIT_ARCH[machine], 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_AT),
        _step(_ANY_BIT, _X32_BIT, 0, 1),
        _step(_RETURN, _KILL),
        # glibc falls back from clone3, whose flags a filter cannot see, to clone.
        _step(_EQUAL, _CLONE3, 0, 1),
        _step(_RETURN, _FAIL | errno.ENOSYS),
        _step(_EQUAL, _CLONE[machine], 0, 4),
        _step(_LOAD, _FIRST_ARGUMENT_AT),
        _step(_ANY_BIT, _CLONE_THREAD, 0, 1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _REFUSED),
    ]
    for entry in OF_ITSELF_ONLY.values():
        program += [
            _step(_EQUAL, entry[column], 0, 4),
            _step(_LOAD, _FIRST_ARGUMENT_AT),
            _step(_EQUAL, 0, 0, 1),
            _step(_RETURN, _ALLOW),
            _step(_RETURN, _REFUSED),
        ]
    for entry, refused in WITH_SECOND_ARGUMENT.values():
        steps = [_step(_LOAD, _SECOND_ARGUMENT_AT)]
        for value in refused:
            steps += [_step(_EQUAL, value, 0, 1), _step(_RETURN, _REFUSED)]
        program += [_step(_EQUAL, entry[column], 0, len(steps) + 1), *steps, _step(_RETURN, _ALLOW)]
    for number in numbers:
        if number is not None:
            program += [_step(_EQUAL, number, 0, 1), _step(_RETURN, _REFUSED)]
    return b"".join([*program, _step(_RETURN, _ALLOW)])


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
