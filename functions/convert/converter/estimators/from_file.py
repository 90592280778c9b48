"""From a scikit-learn file to the facts of its manifest."""

from pathlib import Path
from typing import Any

import sklearn

from converter.estimators.convert import convert_estimator
from converter.estimators.custom_converters.boosters import library_of
from converter.loading import load_estimator
from converter.loading.native_boosters import load_booster
from converter.loading.skops_file import load_skops
from converter.loading.versions import saved_by

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
    converted = convert_estimator(estimator, target)
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
        return load_booster(source, kind)
    return load_skops(source, version) if kind == "skops" else load_estimator(source, version)
