"""XGBoost and LightGBM models, from their pickles to proved ONNX."""

import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from converter.estimators.from_file import convert_saved_estimator
from inferx.errors import Refused

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lightgbm import LGBMClassifier, LGBMRegressor
    from xgboost import XGBClassifier, XGBRegressor

pytestmark = pytest.mark.filterwarnings("ignore")

FLOWERS, CANCER, PEOPLE = load_iris(), load_breast_cancer(), load_diabetes()


def convert(model: Any, tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "source").write_bytes(pickle.dumps(model))
    return convert_saved_estimator(tmp_path / "source", "pickle", tmp_path / "model.onnx")


@pytest.mark.parametrize(
    ("model", "data", "framework"),
    [
        (XGBClassifier(n_estimators=10), CANCER, "xgboost"),
        (XGBClassifier(n_estimators=10), FLOWERS, "xgboost"),
        (XGBRegressor(n_estimators=10), PEOPLE, "xgboost"),
        (make_pipeline(StandardScaler(), XGBClassifier(n_estimators=10)), CANCER, "xgboost"),
        (LGBMClassifier(n_estimators=10, verbose=-1), CANCER, "lightgbm"),
        (LGBMClassifier(n_estimators=10, verbose=-1), FLOWERS, "lightgbm"),
        (LGBMRegressor(n_estimators=10, verbose=-1), PEOPLE, "lightgbm"),
    ],
)
def test_booster_is_converted_and_equal(
    model: Any, data: Any, framework: str, tmp_path: Path
) -> None:
    facts = convert(model.fit(data.data, data.target), tmp_path)

    assert facts["framework"] == framework
    assert facts["parity"]["label_agreement"] in (1.0, None)


def test_booster_trained_with_missing_values_takes_them(tmp_path: Path) -> None:
    rows = CANCER.data.copy()
    rows[::7, 3] = np.nan

    facts = convert(XGBClassifier(n_estimators=10).fit(rows, CANCER.target), tmp_path)

    assert facts["signature"]["features"][3]["nullable"]


def test_booster_without_its_model_is_refused(tmp_path: Path) -> None:
    model = LGBMClassifier(n_estimators=2, verbose=-1).fit(FLOWERS.data, FLOWERS.target)
    state: Any = model._Booster.__getstate__()
    content = pickle.dumps(model).replace(state["_handle"][:40].encode(), b"x" * 40)

    (tmp_path / "source").write_bytes(content)

    with pytest.raises(Refused):
        convert_saved_estimator(tmp_path / "source", "pickle", tmp_path / "model.onnx")
