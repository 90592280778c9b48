"""From a scikit-learn file to the facts of its manifest."""

import traceback
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

_ENCODES_LABELS = (
    "{0} turns labels into numbers and predicts nothing from rows: save the model itself; one "
    "fitted with labels as text gives them back as text."
)
_LABELS = ("LabelBinarizer", "LabelEncoder", "MultiLabelBinarizer")
_OF_BOOSTERS = ("xgboost_model", "lightgbm_model")


def convert_saved_estimator(source: Path, kind: str, target: Path) -> dict[str, Any]:
    """Load an estimator of format ``kind`` and write its ONNX form to ``target``.

    Returns:
        the manifest's fields that only the estimator knows.

    Raises:
        Refused: as loading and converting do.
    """
    version = None if kind in _OF_BOOSTERS else saved_by(source, kind)
    estimator = _load(source, kind, version)
    converted = _converted(estimator, target)
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    library = library_of(last)
    warnings = list(converted.warnings)
    if version is not None and version != sklearn.__version__:
        warnings.insert(
            0,
            f"Saved by scikit-learn {version} and read by {sklearn.__version__}; "
            "compare its predictions with known ones.",
        )
    parity = converted.parity
    return {
        "framework": library or "sklearn",
        "framework_version": None if library else version,
        "estimator": converted.estimator,
        "task": converted.task,
        "signature": converted.signature.to_dict(),
        "opset": converted.opset,
        "parity": {name: getattr(parity, name) for name in parity.__slots__},
        "warnings": warnings,
    }


def _load(source: Path, kind: str, version: str | None) -> Any:  # whichever estimator it is
    if kind in _OF_BOOSTERS:
        with refusing_damage():
            return load_booster(source, kind)
    return load_skops(source, version) if kind == "skops" else load_estimator(source, version)


def _converted(estimator: Any, target: Path) -> ConvertedEstimator:
    """Convert a whole model; whatever its parts raise on the way is a refusal, never damage."""
    if type(estimator).__name__ in _LABELS:
        raise Refused(_ENCODES_LABELS.format(type(estimator).__name__))
    try:
        return convert_estimator(estimator, target)
    except (Refused, MemoryError):
        raise
    except Exception as failure:
        traceback.print_exception(failure)  # for the parent's log
        raise Refused(
            f"{title_of(estimator)} is read, but no rows can be generated that it takes, so that "
            "nothing can be compared; convert it to ONNX yourself, with skl2onnx for instance, and "
            "upload the .onnx file."
        ) from failure
