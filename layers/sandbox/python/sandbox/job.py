"""What a converter's module runs in the child process: one file in, one ONNX file out.

The job runs in a directory of its own. It reads ``source`` there, what is asked of it
(:mod:`sandbox.job_request`), and writes ``model.onnx`` and ``result.json``. It confines itself
before it reads either, and the parent process trusts none of its output.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from inferx.errors import Refused
from inferx.manifest import MANIFEST_VERSION
from inferx.untrusted import MAX_TEXT
from sandbox.child import granted_memory
from sandbox.confinement import confine_this_process
from sandbox.limits import RESULT_BYTES, check_artifact_size

SOURCE, TARGET, RESULT = "source", "model.onnx", "result.json"
TOO_MUCH_MEMORY = "Converting this model takes more memory than the converter has."

Facts: TypeAlias = dict[str, Any]
"""A manifest as JSON, but for what is measured or counted: sizes, hash, session."""

Convert: TypeAlias = Callable[[Path, Path], Facts]
"""Converts the file at the first path, writes ONNX to the second; may raise ``Refused`` or
:class:`ForDeepConverter`."""


class ForDeepConverter(Exception):
    """The file is of Keras or PyTorch; the text advises how to export it to ONNX."""


def run(convert: Convert) -> None:
    """Confine this process, convert the file in the working directory, write the outcome.

    Args:
        convert: it imports its libraries when it is called, so that they load confined.
    """
    directory = Path.cwd()
    source, target = directory / SOURCE, directory / TARGET
    confine_this_process(granted_memory())
    try:
        result: dict[str, Any] = {"manifest": _manifest(convert, source, target)}
    except Refused as refusal:
        result = {"refused": refusal.detail[:MAX_TEXT]}
    except ForDeepConverter as advice:
        result = {"deep": str(advice)[:MAX_TEXT]}
    except MemoryError:
        result = {"refused": TOO_MUCH_MEMORY}
    written = json.dumps(result)
    if len(written) > RESULT_BYTES:
        written = json.dumps({"refused": "The model's description is too large to be served."})
    (directory / RESULT).write_text(written)


def _manifest(convert: Convert, source: Path, target: Path) -> Facts:
    facts = convert(source, target)
    size = target.stat().st_size
    check_artifact_size(size)
    with target.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        **facts,
        "manifest_version": MANIFEST_VERSION,
        "source_size": source.stat().st_size,
        "onnx_size": size,
        "onnx_sha256": sha256,
    }
