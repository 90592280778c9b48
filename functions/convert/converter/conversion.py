"""Picks the converter by the file's content and makes the manifest of its result."""

import hashlib
from pathlib import Path
from typing import Any

from converter.formats import detect
from converter.limits import ONNX_BYTES
from inferx.errors import Refused


def convert(source: Path, target: Path) -> dict[str, Any]:
    """Convert one file.

    Args:
        source: the file as uploaded.
        target: where the ONNX file goes.

    Returns:
        the manifest as a dict, without ``session``: that is measured by another process.

    Raises:
        Refused: when the file cannot be served.
    """
    kind = detect(source)
    if kind == "onnx":
        from converter.uploaded_onnx import adopt  # noqa: PLC0415  # each kind has its own imports

        facts = adopt(source, target)
    else:
        from converter.estimators.from_file import convert_file  # noqa: PLC0415  # as above

        facts = convert_file(source, kind, target)
    content = target.read_bytes()
    if len(content) > ONNX_BYTES:
        raise Refused(f"The converted model would be {len(content) >> 20} MB, too large to serve.")
    return {
        "manifest_version": 1,
        "source_size": source.stat().st_size,
        "onnx_size": len(content),
        "onnx_sha256": hashlib.sha256(content).hexdigest(),
        **facts,
    }
