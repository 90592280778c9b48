"""Drops what root may do beyond other users (capabilities(7)): a child of root is a plain user."""

import ctypes
import platform

from sandbox.kernel import system_call

_CAPSET = {"x86_64": 126, "aarch64": 91}
_VERSION_3 = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Data(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def drop_capabilities() -> None:
    """Drop every capability of the calling thread, and of the threads that it starts.

    Raises:
        OSError: the kernel refused; dropping them needs no right.
    """
    header = _Header(_VERSION_3, 0)
    none = (_Data * 2)()
    system_call(_CAPSET[platform.machine()], ctypes.byref(header), ctypes.byref(none))
