"""The bounds on an untrusted file, and on the processes that read it."""

from inferx.capacity import ARTIFACT_BYTES, MEBIBYTE
from inferx.errors import Refused

SOURCE_BYTES = 512 * MEBIBYTE
"""The largest file taken as it was uploaded."""

UNPACKED_BYTES = 1536 * MEBIBYTE
"""The largest size a file may reach once decompressed, its arrays included."""

WRITTEN_BYTES = 1024 * MEBIBYTE
"""The largest file that a child may write: an exported graph shrinks when it is optimised."""

CONVERSION_SECONDS = 240
"""Wall clock for one conversion, below the function's own 300 s so that it can respond."""

LEAST_SECONDS = 60
"""Wall clock for the conversion of the smallest file. See :func:`conversion_seconds`."""

_SECONDS_PER_KIBIBYTE = 1.0

MEASURING_SECONDS = 40
"""Wall clock for opening the converted model."""

CPU_SECONDS = CONVERSION_SECONDS
CHILD_PROCESSES = 64
"""Threads and processes together: Linux counts both in RLIMIT_NPROC."""

RESULT_BYTES = 5 * MEBIBYTE
"""The largest JSON result read back from a child; Lambda returns at most 6 MB."""


def conversion_seconds(size: int) -> float:
    """Return the wall clock for the conversion of a file: little for one that can hold little.

    Honest files take what docs/conversion.md lists: a few seconds for importing the libraries, and
    up to some twenty for comparing predictions, which each take the longer the more there is in the
    file. So a file of a hundred bytes that keeps the converter busy ends early.

    Args:
        size: of the file and the rows sent with it, in bytes.
    """
    return min(LEAST_SECONDS + _SECONDS_PER_KIBIBYTE * size / 1024, CONVERSION_SECONDS)


def check_artifact_size(size: int) -> None:
    """Raise unless the predict function can hold an ONNX file of this size.

    Args:
        size: in bytes.

    Raises:
        Refused: naming the size and the limit.
    """
    if size > ARTIFACT_BYTES:
        raise Refused(
            f"The converted model would be {in_megabytes(size)} MB, and at most "
            f"{in_megabytes(ARTIFACT_BYTES)} MB can be served; make it smaller."
        )


def in_megabytes(size: int) -> int:
    """Return a size in bytes as whole megabytes of 2**20 bytes, rounded up."""
    return -(-size // MEBIBYTE)
