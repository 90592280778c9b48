"""From a scikit-learn file to the facts of its manifest."""

import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sklearn

from converter.estimators.convert import ConvertedEstimator, convert_estimator
from converter.estimators.custom_converters.boosters import library_of
from converter.estimators.signature import title_of
from converter.loading import load_estimator, refusing_damage
from converter.loading.native_boosters import load_booster
from converter.loading.skops_file import load_skops
from converter.loading.versions import saved_by
from inferx.errors import Refused
from inferx.samples import Row
from sandbox.job_request import JobRequest

_ENCODES_LABELS = (
    "{0} turns labels into numbers and predicts nothing from rows: save the model itself; one "
    "fitted with labels as text gives them back as text."
)
_LABELS = ("LabelBinarizer", "LabelEncoder", "MultiLabelBinarizer")
_OF_BOOSTERS = ("xgboost_model", "lightgbm_model")
_NOTHING = JobRequest()


def convert_saved_estimator(
    source: Path, kind: str, target: Path, request: JobRequest = _NOTHING
) -> dict[str, Any]:
    """Load an estimator of format ``kind`` and write its ONNX form to ``target``.

    Args:
        source: the file.
        kind: its format.
        target: where the ONNX file goes.
        request: which part of the file to convert, and the rows on which both must agree.

    Returns:
        the manifest's fields that only the estimator knows.

    Raises:
        Refused: as loading and converting do.
    """
    with refusing_damage():
        version = None if kind in _OF_BOOSTERS else saved_by(source, kind)
    estimator = _load(source, kind, version, request.part)
    converted = _converted(estimator, target, request.samples)
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    library = library_of(last)
    warnings = list(converted.warnings)
    if version is not None and version != sklearn.__version__:
        warnings.insert(
            0,
            f"Saved by scikit-learn {version} and read by {sklearn.__version__}; "
            "compare its predictions with known ones.",
        )
    return {
        "framework": library or "sklearn",
        "framework_version": None if library else version,
        "estimator": converted.estimator,
        "task": converted.task,
        "signature": converted.signature.to_dict(),
        "opset": converted.opset,
        "parity": converted.parity.to_dict(),
        "warnings": warnings,
        "example": converted.example,
    }


def _load(  # whichever estimator it is
    source: Path, kind: str, version: str | None, part: str | None
) -> Any:
    if kind in _OF_BOOSTERS:
        if part is not None:
            raise Refused(
                "The file holds one model and no parts to choose from: upload it again without "
                "part."
            )
        with refusing_damage():
            return load_booster(source, kind)
    load = load_skops if kind == "skops" else load_estimator
    return load(source, version, part)


def _converted(estimator: Any, target: Path, samples: Sequence[Row]) -> ConvertedEstimator:
    """Convert a whole model; whatever its parts raise on the way is a refusal, never damage."""
    if type(estimator).__name__ in _LABELS:
        raise Refused(_ENCODES_LABELS.format(type(estimator).__name__))
    try:
        return convert_estimator(estimator, target, samples)
    except (Refused, MemoryError):
        raise
    except Exception as failure:
        traceback.print_exception(failure)  # for the parent's log
        raise Refused(
            f"{title_of(estimator)} is read, but no rows can be generated that it takes, so that "
            "nothing can be compared; convert it to ONNX yourself, with skl2onnx for instance, and "
            "upload the .onnx file."
        ) from failure
