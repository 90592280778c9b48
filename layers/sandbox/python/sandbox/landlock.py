"""Lets a process write below one directory only (landlock(7)), where the kernel has that."""

import ctypes
import errno
import os
from pathlib import Path

from sandbox.kernel import system_call

# The same numbers on every machine.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_BENEATH = 1

_WRITE_FILE = 1 << 1
_REMOVING_AND_MAKING = sum(1 << right for right in range(4, 13))
_REFER = 1 << 13
_TRUNCATE = 1 << 14
_SINCE = {1: _WRITE_FILE | _REMOVING_AND_MAKING, 2: _REFER, 3: _TRUNCATE}
"""The rights that change files, by the version of Landlock that has them."""

_OF_FILES = _WRITE_FILE | _TRUNCATE
_MISSING = (errno.ENOSYS, errno.EOPNOTSUPP)


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def write_only_below(directory: Path) -> bool:
    """Forbid the calling thread, and those that it starts, to change files anywhere else.

    Args:
        directory: where files may be made, written and removed.

    Returns:
        whether the kernel has Landlock; without it nothing is forbidden.

    Raises:
        OSError: it has, and refused.
    """
    try:
        version = system_call(_CREATE_RULESET, 0, 0, _VERSION)
    except OSError as missing:
        if missing.errno in _MISSING:
            return False
        raise
    rights = sum(added for since, added in _SINCE.items() if since <= version)
    attributes = _Ruleset(rights)
    ruleset = system_call(_CREATE_RULESET, ctypes.byref(attributes), ctypes.sizeof(attributes), 0)
    try:
        _allow(ruleset, directory, rights)
        _allow(ruleset, Path(os.devnull), rights & _OF_FILES)
        system_call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return True


def _allow(ruleset: int, place: Path, rights: int) -> None:
    descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = _PathBeneath(rights, descriptor)
        system_call(_ADD_RULE, ruleset, _BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(descriptor)
