"""Keeps what PyTorch prints, logs and warns of out of the job's output, which is read as faults."""

import contextlib
import ctypes
import io
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from inferx.telemetry.library_logs import without_library_logs


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Discard what is printed, logged and warned of within the block."""
    with (
        without_library_logs(),
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def quiet_below_python(folder: Path) -> Iterator[None]:
    """Discard what compiled code prints within the block, such as whole graphs of a fault.

    Args:
        folder: where a file without a name may be.
    """
    sys.stdout.flush()
    output = os.dup(1)
    with tempfile.TemporaryFile(dir=folder) as sink:
        os.dup2(sink.fileno(), 1)
        try:
            yield
        finally:
            ctypes.CDLL(None).fflush(None)
            os.dup2(output, 1)
            os.close(output)
