"""Which library an estimator comes from, and its booster read by that library's reader."""

from functools import lru_cache
from typing import Any

from converter.estimators.custom_converters.boosters.labelled import LabelledXGBClassifier
from converter.estimators.custom_converters.boosters.trees import Boosted


def library_of(part: Any) -> str | None:
    """Name the boosting library an estimator comes from."""
    if isinstance(part, LabelledXGBClassifier):
        return "xgboost"
    package = type(part).__module__.partition(".")[0]
    return package if package in ("xgboost", "lightgbm") else None


@lru_cache(maxsize=4)
def boosted_by(estimator: Any) -> Boosted:
    """Read a fitted estimator's trees.

    Raises:
        Refused: for a booster whose predictions the ONNX operators cannot equal.
    """
    if isinstance(estimator, LabelledXGBClassifier):
        return boosted_by(estimator.estimator)
    if library_of(estimator) == "xgboost":
        from converter.estimators.custom_converters.boosters.xgboost_model import (  # noqa: PLC0415
            read,
        )
    else:
        from converter.estimators.custom_converters.boosters.lightgbm_model import (  # noqa: PLC0415
            read,
        )
    return read(estimator)
