"""The words of attempts, and how one of them is tried by a process that is confined already."""

import ctypes
import errno
import fcntl
import os
import platform
import resource
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox import confinement
from sandbox.forbidden_calls import FORBIDDEN, OF_ITSELF_ONLY, WITH_SECOND_ARGUMENT
from sandbox.kernel import system_call
from sandbox.limits import WRITTEN_BYTES

MEMORY_BYTES = 1 << 30
_REFUSING = {
    *(errno.EPERM, errno.EACCES, errno.EROFS, errno.EXDEV, errno.ENOSYS),
    *(errno.ENOMEM, errno.EAGAIN, errno.EFBIG, errno.EMFILE),
}
_SPUN_SECONDS = 1.2
_SMALL_STACK = 32_768
_OTHER_CALLS = {"clone": (56, 220), "clone3": (435, 435), "x32": ((1 << 30) + 39, None)}


class Words:
    """What an expression may use.

    Args:
        neighbour: a process of the same user, which hides nothing.
        outside: a folder beside the job's, with the file ``there``.
    """

    def __init__(self, neighbour: int, outside: Path) -> None:
        self._asked, self._done = threading.Event(), threading.Event()
        self._expression, self._outcome = "", ""
        self._names: dict[str, Any] = {
            **{each.__name__: each for each in (fcntl, os, resource, socket, struct, subprocess)},
            "parent": os.getppid(),
            "neighbour": neighbour,
            "outside": outside,
            "code": confinement.__file__,
            "memory": MEMORY_BYTES,
            "written": WRITTEN_BYTES,
            "call": _call,
            "copy_memory": lambda name: _copy_memory(name, os.getppid()),
            "folder": lambda path: os.open(path, os.O_RDONLY | os.O_DIRECTORY),
            "in_earlier_thread": self._in_earlier_thread,
            "in_thread": self._in_thread,
            "made": _made,
            "read": lambda path: Path(path).read_bytes(),
            "readable": lambda path: os.open(path, os.O_RDONLY),
            "spin": _spin,
            "start_threads": _start_threads,
        }

    def tried(self, expression: str) -> str:
        """Return ``done``, or the name of the error that refused the expression.

        Raises:
            Exception: what is no refusal, but a fault of the expression.
        """
        try:
            eval(expression, dict(self._names))  # noqa: S307  # our own
        except OSError as error:
            # Any other error is of the arguments: the call itself was made.
            refused = error.errno in _REFUSING
            return errno.errorcode[error.errno or 0] if refused else "done"
        except MemoryError:
            return "ENOMEM"
        except RuntimeError as error:
            if "can't start new thread" not in str(error):
                raise
            return "EAGAIN"
        except ValueError as error:
            if "not allowed to raise" not in str(error):
                raise
            return "EPERM"
        return "done"

    def start_earlier_thread(self) -> None:
        """Start the thread of ``in_earlier_thread``."""
        threading.Thread(target=self._when_asked, daemon=True).start()

    def _when_asked(self) -> None:
        self._asked.wait()
        self._outcome = self.tried(self._expression)
        self._done.set()

    def _in_thread(self, expression: str) -> None:
        self.start_earlier_thread()
        self._in_earlier_thread(expression)

    def _in_earlier_thread(self, expression: str) -> None:
        self._expression = expression
        self._asked.set()
        self._done.wait()
        if self._outcome != "done":
            number = getattr(errno, self._outcome)
            raise OSError(number, os.strerror(number))


def _call(name: str, *arguments: Any) -> None:
    """Make a system call; -1 stands for its arguments where none are given: it is none of any."""
    column = 0 if platform.machine() == "x86_64" else 1
    with_argument = {each: numbers for each, (numbers, _) in WITH_SECOND_ARGUMENT.items()}
    calls = {**FORBIDDEN, **OF_ITSELF_ONLY, **with_argument, **_OTHER_CALLS}
    number = calls[name][column]
    if number is None:
        raise OSError(errno.ENOSYS, name)
    system_call(number, *(arguments or [-1] * 6))


def _copy_memory(name: str, process: int) -> None:
    """Copy a byte of another process, or into it what was there: both have the same program."""
    byte = ctypes.create_string_buffer(1)
    piece = (ctypes.c_size_t * 2)(ctypes.addressof(byte), 1)
    _call(name, process, ctypes.byref(piece), 1, ctypes.byref(piece), 1, 0)


def _made(name: str) -> str:
    Path(name).write_text("")
    return name


def _spin() -> None:
    while time.process_time() < _SPUN_SECONDS:
        pass


def _start_threads(count: int) -> None:
    """Start threads that take little memory, and give their parent time to see them."""
    threading.stack_size(_SMALL_STACK)
    wait: Callable[[], object] = threading.Event().wait
    for _ in range(count):
        threading.Thread(target=wait, daemon=True).start()
    time.sleep(0.5)
