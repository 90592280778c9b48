"""Chooses the converter by the file's content."""

from pathlib import Path

from converter.refused_formats import DEEP, refusal_of
from inferx.errors import Refused
from sandbox.formats import Format, detect
from sandbox.job import Facts, ForDeepConverter
from sandbox.job_request import JobRequest

_NOTHING = JobRequest()


def convert_source(source: Path, target: Path, request: JobRequest = _NOTHING) -> Facts:
    """Convert one uploaded file.

    Args:
        source: the file as uploaded.
        target: where the ONNX file goes.
        request: what its owner asks.

    Returns:
        the manifest's fields that only the file can show.

    Raises:
        Refused: the file cannot be served.
        ForDeepConverter: the file is of Keras or PyTorch.
    """
    found = detect(source)
    if found is Format.ONNX:
        from converter.uploaded_onnx import adopt  # noqa: PLC0415  # each has its own imports

        return adopt(source, target, request)
    if found in (Format.PICKLE, Format.SKOPS, Format.XGBOOST_MODEL, Format.LIGHTGBM_MODEL):
        from converter.estimators.from_file import (  # noqa: PLC0415  # each has its own imports
            convert_saved_estimator,
        )

        return convert_saved_estimator(source, found, target, request)
    if found in DEEP:
        raise ForDeepConverter(refusal_of(found))
    raise Refused(refusal_of(found))
