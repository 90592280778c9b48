"""Serves a conversion request: fetches the file, converts it in a child process, stores the model.

The children's results are untrusted; nothing of them leaves here unchecked.
"""

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from inferx import deadline
from inferx.capacity import MEBIBYTE, SESSION_BYTES
from inferx.conversion.contract import (
    ConversionRefused,
    ConversionRequest,
    Converted,
    DeepNetwork,
    Outcome,
)
from inferx.errors import Refused, Unavailable
from inferx.manifest import Manifest
from inferx.telemetry.child_errors import traceback_of
from inferx.telemetry.log import log
from inferx.untrusted import MAX_TEXT, Malformed
from sandbox import child, job_request, measuring
from sandbox.child import Ending
from sandbox.job import RESULT, SOURCE, TARGET, TOO_MUCH_MEMORY
from sandbox.job_request import SAMPLES
from sandbox.limits import (
    CONVERSION_SECONDS,
    MEASURING_SECONDS,
    SOURCE_BYTES,
    WRITTEN_BYTES,
    check_artifact_size,
    conversion_seconds,
    in_megabytes,
)
from sandbox.transfer import download, upload

_DEFAULT_MEMORY_MB = 3008
_LEAST_MEMORY_MB = 1024
_RESERVED_MB = 256  # this process and the runtime around it

_DAMAGED = "The converter stopped while reading the file: it is damaged, or no model at all."


def serve(request: ConversionRequest, job: str) -> Outcome:
    """Convert the file behind a request's URL and store the model at its other URL.

    Args:
        request: what ``ingest`` asks.
        job: the converter's module that calls :func:`sandbox.job.run`.

    Raises:
        Unavailable: the storage does not respond, or took too long; try again.
    """
    if request.source_size > SOURCE_BYTES:
        return ConversionRefused(
            f"The file is {in_megabytes(request.source_size)} MB, and at most "
            f"{in_megabytes(SOURCE_BYTES)} MB can be converted."
        )
    with tempfile.TemporaryDirectory(prefix="conversion-") as workspace:
        directory = Path(workspace)
        download(request.source_url, directory / SOURCE, request.source_size)
        _ask(directory, request)
        size = request.source_size + (request.samples_size or 0)
        outcome = run_conversion(directory, job, seconds=_whole(conversion_seconds(size)))
        if isinstance(outcome, Converted):
            with child.open_result(directory / TARGET, outcome.manifest.onnx_size) as model:
                upload(request.result_url, model)
        return outcome


def _ask(directory: Path, request: ConversionRequest) -> None:
    """Put what the owner asks beside the file."""
    if request.samples_url is not None and request.samples_size is not None:
        download(request.samples_url, directory / SAMPLES, request.samples_size)
    job_request.write(
        directory,
        request.part,
        samples=request.samples_url is not None,
        hints=request.input_hints,
    )


def run_conversion(directory: Path, job: str, *, seconds: float = CONVERSION_SECONDS) -> Outcome:
    """Convert ``directory/source``; on success ``directory/model.onnx`` is the model.

    Args:
        directory: this conversion's own; empty but for the file and what is asked of the job
            (:mod:`sandbox.job_request`).
        job: the module to run, as in :func:`serve`.
        seconds: wall clock for the conversion; opening the model has its own.

    Raises:
        Unavailable: the invocation has too little time left to measure the model; try again.
    """
    try:
        found = _converted(directory, job, seconds)
        if isinstance(found, DeepNetwork):
            return found
        return Converted(_measured(directory, found))
    except Refused as refusal:
        return ConversionRefused(_sentence(refusal.detail))


def _sentence(text: str) -> str:
    """Return text of bounded length that every JSON reader takes.

    A name quoted from the file may hold half a surrogate pair.
    """
    return text.encode(errors="replace").decode()[:MAX_TEXT]


def _converted(directory: Path, job: str, seconds: float) -> dict[str, Any] | DeepNetwork:
    ending = _run(job, directory, seconds)
    if ending.timed_out:
        raise Refused(
            f"Converting this model takes longer than {seconds:.0f} seconds, which is what a file "
            "of its size may take."
        )
    if ending.status != 0:
        raise Refused(TOO_MUCH_MEMORY if ending.status == -signal.SIGKILL else _DAMAGED)
    result = _read(directory / RESULT)
    if isinstance(result.get("refused"), str):
        raise Refused(result["refused"])
    if isinstance(result.get("deep"), str) and result["deep"]:
        return DeepNetwork(_sentence(result["deep"]))
    if not isinstance(result.get("manifest"), dict):
        raise Refused(_DAMAGED)
    manifest: dict[str, Any] = result["manifest"]
    return manifest


def _measured(directory: Path, manifest: dict[str, Any]) -> Manifest:
    """Open the model in a process of its own, and return the manifest with what that costs."""
    with _alone(directory) as place:
        session = _session(place)
    try:
        checked = Manifest.from_dict({**manifest, "session": session})
        with child.open_result(directory / TARGET, checked.onnx_size) as model:
            whole = os.fstat(model.fileno()).st_size == checked.onnx_size
    except (ValueError, OSError, Malformed) as fault:
        log("warning", "the conversion's result is not valid", error=fault)
        raise Refused(_DAMAGED) from fault
    if not whole:
        raise Refused(_DAMAGED)
    check_artifact_size(checked.onnx_size)
    if checked.session.memory_bytes > SESSION_BYTES:
        raise Refused(
            f"The model takes {in_megabytes(checked.session.memory_bytes)} MB of memory when it is "
            f"open, and {in_megabytes(SESSION_BYTES)} MB can be served; make it smaller (fewer or "
            "shallower trees, for instance)."
        )
    return checked


@contextmanager
def _alone(directory: Path) -> Iterator[Path]:
    """Put the model into a directory of its own for a while.

    A model that needs another file of the converter's would open beside it, and in ``predict``,
    where no other file is, it would not.
    """
    with tempfile.TemporaryDirectory(dir=directory) as folder:
        place = Path(folder)
        try:
            child.open_result(directory / TARGET, WRITTEN_BYTES).close()
        except (ValueError, OSError) as fault:
            raise Refused(_DAMAGED) from fault
        (directory / TARGET).rename(place / TARGET)
        yield place
        try:
            (place / TARGET).rename(directory / TARGET)
        except OSError as fault:  # the model took over the process that opened it
            raise Refused(_DAMAGED) from fault


def _session(place: Path) -> dict[str, Any]:
    """Return what opening the model costs, as the process that opened it wrote."""
    ending = _run(measuring.__name__, place, _whole(MEASURING_SECONDS))
    if ending.timed_out:
        raise Refused(f"Opening this model takes longer than {MEASURING_SECONDS} seconds.")
    if ending.status != 0:
        raise Refused("The converted model cannot be opened within the memory there is.")
    session = _read(place / measuring.SESSION)
    if isinstance(session.get("refused"), str):
        raise Refused(session["refused"])
    return session


def _whole(seconds: float) -> float:
    """Return ``seconds`` if that much is left: a slow storage must not make a file too slow."""
    if deadline.remaining(seconds) < seconds:
        raise Unavailable
    return seconds


def _run(module: str, directory: Path, seconds: float) -> Ending:
    memory = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") or _DEFAULT_MEMORY_MB)
    allowed = (max(memory, _LEAST_MEMORY_MB) - _RESERVED_MB) * MEBIBYTE
    ending = child.run(module, directory, seconds=seconds, memory_bytes=allowed)
    if ending.status != 0 or ending.output:
        log(
            "warning",
            "a child process ended",
            module=module,
            status=ending.status,
            stack=traceback_of(ending.output),
        )
    return ending


def _read(path: Path) -> dict[str, Any]:
    try:
        result = child.read_json(path)
    except (ValueError, OSError) as fault:
        raise Refused(_DAMAGED) from fault
    if not isinstance(result, dict):
        raise Refused(_DAMAGED)
    return result
