"""Calibration around LightGBM, whose meaning depends on a release that no file names."""

from typing import Any

from sklearn.calibration import CalibratedClassifierCV

from converter.estimators.custom_converters.boosters.reading import library_of
from converter.loading.structure import parts_of
from inferx.errors import Refused


def refuse_calibrated(estimator: Any) -> None:
    """Refuse CalibratedClassifierCV around LightGBM.

    Since LightGBM 4.7 its classifier has a decision_function, which calibration then prefers: what
    was fitted to probabilities before would be given scores today.

    Raises:
        Refused: for such a model, alone or inside another.
    """
    for part in parts_of(estimator):
        if isinstance(part, CalibratedClassifierCV) and any(
            library_of(inner) == "lightgbm" for inner in parts_of(part)
        ):
            raise Refused(
                "CalibratedClassifierCV around LGBMClassifier has no ONNX form here: the file does "
                "not say whether it was fitted to scores, as since LightGBM 4.7, or to "
                "probabilities; calibrate another model, or serve LGBMClassifier itself."
            )
