"""Boosters on 20,000 rows at their thresholds, at the neighbours of those, and missing."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import VotingClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from converter.estimators.convert import convert_estimator
from converter.estimators.custom_converters.boosters import boosted_by, thresholds
from inferx.errors import Refused
from inferx.onnx_session import PROVIDERS, ort, session_options

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lightgbm import LGBMClassifier, LGBMRanker, LGBMRegressor, early_stopping
    from xgboost import XGBClassifier, XGBRanker, XGBRegressor

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

ROWS, WIDTH = 20_000, 5
_DRAW = np.random.default_rng(7)
NUMBERS = _DRAW.normal(size=(800, WIDTH))
GAPS = np.where(_DRAW.random(NUMBERS.shape) < 0.1, np.nan, NUMBERS)
CODES = np.floor(np.abs(NUMBERS) * 4)
SCORE = NUMBERS[:, 0] + 2 * NUMBERS[:, 1] + CODES[:, 3] % 3
TWO, THREE = (SCORE > 1).astype(int), np.digitize(SCORE, [0, 2])
BOTH = np.column_stack([SCORE, -SCORE])
AMOUNT, SHARE = np.exp(SCORE / 3), 1 / (1 + np.exp(-SCORE))
FEW: dict[str, Any] = {"n_estimators": 12, "max_depth": 4}
QUIET: dict[str, Any] = {"n_estimators": 12, "verbose": -1}


def rows_for(model: Any) -> Any:
    """Draw rows at the thresholds and beside them, at what is zero or nearly, whole and missing."""
    boosted = boosted_by(model)
    draw = np.random.default_rng(1)
    rows = 3 * draw.standard_normal((ROWS, WIDTH))
    tiny = np.float32(1e-35)
    special = [0.0, -0.0, 1e-36, -1e-36, tiny, -tiny, 1e-35, -1.0, -0.5, 0.5, 1.5, 300.0]
    for feature in range(WIDTH):
        found = [value for at, value in thresholds(model) if at == feature]
        at = np.array([*found, 0.0], dtype=boosted.dtype)
        near = [np.nextafter(at, boosted.dtype(side)) for side in (-np.inf, np.inf)]
        chosen = draw.choice(np.concatenate([at, *near, special]).astype(float), ROWS)
        rows[:, feature] = np.where(draw.random(ROWS) < 0.8, chosen, rows[:, feature])
    rows[draw.random(rows.shape) < 0.1] = np.nan
    return rows


def outputs(model: Any, rows: Any, tmp_path: Path) -> dict[str, Any]:
    """Convert a model and run it on rows as predictions do."""
    path = tmp_path / "model.onnx"
    convert_estimator(model, path)
    session = ort.InferenceSession(str(path), session_options(), providers=PROVIDERS)
    kind = {"tensor(float)": np.float32, "tensor(double)": np.float64}[session.get_inputs()[0].type]
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"X": rows.astype(kind)}), strict=True))


# Each is fitted in its test: (model, rows, target, what fit takes besides).
CLASSIFIERS: dict[str, tuple[Any, Any, Any, dict[str, Any]]] = {
    "two classes": (XGBClassifier(**FEW), GAPS, TWO, {}),
    "an intercept": (XGBClassifier(base_score=0.2, **FEW), GAPS, TWO, {}),
    "hinge": (XGBClassifier(objective="binary:hinge", **FEW), GAPS, TWO, {}),
    "raw scores": (XGBClassifier(objective="binary:logitraw", **FEW), GAPS, TWO, {}),
    "three classes": (XGBClassifier(objective="multi:softprob", **FEW), GAPS, THREE, {}),
    "three labels": (XGBClassifier(objective="multi:softmax", **FEW), GAPS, THREE, {}),
    "parallel trees": (XGBClassifier(num_parallel_tree=3, **FEW), GAPS, THREE, {}),
    "dropped trees": (XGBClassifier(booster="dart", rate_drop=0.4, **FEW), GAPS, THREE, {}),
    "a missing value of its own": (
        XGBClassifier(missing=0.5, **FEW),
        np.where(np.isnan(GAPS), 0.5, GAPS),
        TWO,
        {},
    ),
    "early stopping": (
        XGBClassifier(n_estimators=200, early_stopping_rounds=2),
        GAPS[:500],
        THREE[:500],
        {"eval_set": [(GAPS[500:], THREE[500:])], "verbose": False},
    ),
    "LightGBM": (LGBMClassifier(**QUIET), GAPS, TWO, {}),
    "LightGBM without gaps": (LGBMClassifier(**QUIET), NUMBERS, TWO, {}),
    "LightGBM, zeros missing": (
        LGBMClassifier(zero_as_missing=True, **QUIET),
        np.where(_DRAW.random(GAPS.shape) < 0.2, 0, GAPS),
        TWO,
        {},
    ),
    "LightGBM, missing unused": (LGBMClassifier(use_missing=False, **QUIET), GAPS, TWO, {}),
    "LightGBM, strings": (
        LGBMClassifier(**QUIET),
        GAPS,
        np.array(["a", "b", "c"])[THREE],
        {},
    ),
    "LightGBM, one against all": (
        LGBMClassifier(objective="multiclassova", **QUIET),
        GAPS,
        THREE,
        {},
    ),
    "LightGBM, early stopping": (
        LGBMClassifier(n_estimators=200, verbose=-1),
        GAPS[:500],
        TWO[:500],
        {
            "eval_set": [(GAPS[500:], TWO[500:])],
            "callbacks": [early_stopping(2, verbose=False)],
        },
    ),
}

_CATEGORIES: dict[str, Any] = {
    "enable_categorical": True,
    "feature_types": ["q", "q", "q", "c", "c"],
    **FEW,
}
REGRESSORS: dict[str, tuple[Any, Any, Any, dict[str, Any]]] = {
    **{
        objective: (XGBRegressor(objective=objective, **FEW), GAPS, AMOUNT, {})
        for objective in ("reg:squarederror", "reg:absoluteerror", "count:poisson", "reg:tweedie")
    },
    "reg:logistic": (XGBRegressor(objective="reg:logistic", **FEW), GAPS, SHARE, {}),
    "quantiles": (
        XGBRegressor(objective="reg:quantileerror", quantile_alpha=[0.1, 0.9], **FEW),
        GAPS,
        SCORE,
        {},
    ),
    "two targets": (XGBRegressor(**FEW), GAPS, BOTH, {}),
    "categories": (XGBRegressor(**_CATEGORIES), CODES, SCORE, {}),
    "pruned categories": (XGBRegressor(gamma=30, **_CATEGORIES), CODES, SCORE, {}),
    "single categories": (XGBRegressor(max_cat_to_onehot=99, **_CATEGORIES), CODES, SCORE, {}),
    "ranking": (XGBRanker(**FEW), GAPS, THREE, {"qid": np.repeat(np.arange(40), 20)}),
    **{
        f"LightGBM {objective}": (LGBMRegressor(objective=objective, **QUIET), GAPS, AMOUNT, {})
        for objective in ("regression", "regression_l1", "poisson", "gamma", "quantile")
    },
    **{
        f"LightGBM {objective}": (LGBMRegressor(objective=objective, **QUIET), GAPS, SHARE, {})
        for objective in ("cross_entropy", "cross_entropy_lambda")
    },
    "LightGBM, root": (LGBMRegressor(reg_sqrt=True, **QUIET), GAPS, SCORE, {}),
    "LightGBM, root of another loss": (
        LGBMRegressor(objective="huber", reg_sqrt=True, **QUIET),
        GAPS,
        SCORE,
        {},
    ),
    "LightGBM, forest": (
        LGBMRegressor(boosting_type="rf", subsample=0.5, subsample_freq=1, **QUIET),
        GAPS,
        SCORE,
        {},
    ),
    "LightGBM, dropped trees": (LGBMRegressor(boosting_type="dart", **QUIET), GAPS, SCORE, {}),
    "LightGBM, categories": (
        LGBMRegressor(**QUIET),
        CODES,
        SCORE,
        {"categorical_feature": [0, 3]},
    ),
    "LightGBM, large numbers": (LGBMRegressor(**QUIET), NUMBERS + 1.7e9, SCORE, {}),
    "LightGBM, ranking": (LGBMRanker(**QUIET), GAPS, THREE, {"group": [20] * 40}),
}


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_classifier_gives_the_same_label_at_every_threshold(name: str, tmp_path: Path) -> None:
    model, known, target, options = CLASSIFIERS[name]
    model.fit(known, target, **options)
    rows = rows_for(model)

    given = outputs(model, rows, tmp_path)

    assert (given["label"] == model.predict(rows)).all()
    np.testing.assert_allclose(given["probabilities"], model.predict_proba(rows), atol=2e-7)


@pytest.mark.parametrize("name", REGRESSORS)
def test_regressor_gives_the_same_value_at_every_threshold(name: str, tmp_path: Path) -> None:
    model, known, target, options = REGRESSORS[name]
    model.fit(known, target, **options)
    rows = rows_for(model)
    expected = np.asarray(model.predict(rows)).reshape(ROWS, -1)

    given = outputs(model, rows, tmp_path)

    np.testing.assert_allclose(given["prediction"], expected, rtol=3e-7, atol=1e-9)


@pytest.mark.parametrize(
    "model",
    [
        make_pipeline(StandardScaler(), LGBMClassifier(**QUIET)),
        VotingClassifier([("one", LGBMClassifier(**QUIET))], voting="soft"),
        OneVsRestClassifier(LGBMClassifier(**QUIET)),
    ],
)
def test_lightgbm_inside_another_model_still_compares_doubles(model: Any, tmp_path: Path) -> None:
    model.fit(NUMBERS + 1.7e9, THREE)
    rows = _DRAW.normal(size=(ROWS, WIDTH)) + 1.7e9

    given = outputs(model, rows, tmp_path)

    assert (given["label"] == model.predict(rows)).all()


def test_calibration_around_lightgbm_is_refused(tmp_path: Path) -> None:
    model = CalibratedClassifierCV(LGBMClassifier(**QUIET), cv=2).fit(NUMBERS, TWO)

    with pytest.raises(Refused, match=r"since LightGBM 4\.7"):
        convert_estimator(make_pipeline(StandardScaler(), model).fit(NUMBERS, TWO), tmp_path / "m")


def test_linear_booster_skips_missing_values(tmp_path: Path) -> None:
    model = XGBRegressor(booster="gblinear", n_estimators=5).fit(NUMBERS, SCORE)
    rows = np.where(_DRAW.random((1_000, WIDTH)) < 0.1, np.nan, _DRAW.normal(size=(1_000, WIDTH)))

    given = outputs(model, rows, tmp_path)

    np.testing.assert_allclose(given["prediction"].ravel(), model.predict(rows), atol=1e-5)


@pytest.mark.parametrize(
    ("model", "target", "way_round"),
    [
        (XGBClassifier(**FEW), np.column_stack([TWO, 1 - TWO]), "MultiOutputClassifier"),
        (
            XGBRegressor(objective="reg:expectileerror", expectile_alpha=0.3, **FEW),
            SCORE,
            "objective='reg:expectileerror'",
        ),
    ],
)
def test_booster_without_an_exact_form_is_refused(
    model: Any, target: Any, way_round: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=way_round):
        convert_estimator(model.fit(NUMBERS, target), tmp_path / "model.onnx")
