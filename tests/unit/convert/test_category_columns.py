"""LightGBM and XGBoost trained on the category columns of a DataFrame.

There are no DataFrames here: what they leave in a model is the values of each category, set below.
"""

import json
import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import VotingClassifier

from converter.conversion import convert_source
from inferx.errors import Refused
from inferx.onnx_session import PROVIDERS, ort, session_options

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lightgbm import LGBMClassifier
    from xgboost import XGBClassifier

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

ROWS = 20_000
COLOURS, DAYS = ["red", "Blue", "green", "été"], [20_240_101, 20_240_102, 20_240_103]
_DRAW = np.random.default_rng(5)
CODES = np.column_stack(
    [
        _DRAW.integers(0, len(COLOURS), 800),
        _DRAW.normal(size=800),
        _DRAW.integers(0, len(DAYS), 800),
    ]
).astype(float)
TARGET = (CODES[:, 0] % 2 + CODES[:, 1] + (CODES[:, 2] == 1) > 1).astype(int)


def trained(categories: list[Any]) -> Any:
    model = LGBMClassifier(n_estimators=15, min_child_samples=5, verbose=-1)
    model.fit(CODES, TARGET, categorical_feature=[0, 2], feature_name=["colour", "size", "day"])
    model.booster_.pandas_categorical = categories
    return model


def converted(model: Any, tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "source").write_bytes(pickle.dumps(model))
    facts: dict[str, Any] = convert_source(tmp_path / "source", tmp_path / "model.onnx")
    return facts


def code_of(values: list[Any], value: Any) -> float:
    return float(values.index(value)) if value in values else np.nan


def test_category_columns_are_served_by_their_values(tmp_path: Path) -> None:
    model = trained([COLOURS, DAYS])
    draw = np.random.default_rng(6)
    colours = draw.choice([*COLOURS, "RED", "", "unknown"], ROWS).astype(object)
    days = draw.choice([*DAYS, 20_240_104, 20_240_101.5, np.nan], ROWS)
    sizes = np.where(draw.random(ROWS) < 0.1, np.nan, draw.normal(size=ROWS))

    facts = converted(model, tmp_path)
    session = ort.InferenceSession(
        str(tmp_path / "model.onnx"), session_options(), providers=PROVIDERS
    )
    given, probabilities = session.run(
        ["label", "probabilities"],
        {
            "colour": colours.reshape(-1, 1),
            "size": sizes.reshape(-1, 1),
            "day": days.reshape(-1, 1),
        },
    )

    coded = np.column_stack(
        [
            [code_of(COLOURS, colour) for colour in colours],
            sizes,
            [code_of(DAYS, day) for day in days],
        ]
    )
    assert [feature["kind"] for feature in facts["signature"]["features"]] == [
        "string",
        "number",
        "number",
    ]
    assert (given == model.predict(coded)).all()
    np.testing.assert_allclose(probabilities, model.predict_proba(coded), atol=1e-7)


def test_estimator_keeps_its_name(tmp_path: Path) -> None:
    assert converted(trained([COLOURS, DAYS]), tmp_path)["estimator"] == "LGBMClassifier"


@pytest.mark.parametrize(
    "categories",
    [[COLOURS, [3, 1, 2]], [COLOURS, [False, True]], [["red", 1, 2, 3], DAYS]],
)
def test_categories_of_other_kinds_are_refused(categories: list[Any], tmp_path: Path) -> None:
    with pytest.raises(Refused, match="neither strings nor numbers in order"):
        converted(trained(categories), tmp_path)


def test_categories_of_unknown_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="does not say which"):
        converted(trained([COLOURS]), tmp_path)


def test_category_columns_inside_another_model_are_refused(tmp_path: Path) -> None:
    voting = VotingClassifier([("one", trained([COLOURS, DAYS]))])
    voting.fit(CODES, TARGET)
    voting.estimators_ = [trained([COLOURS, DAYS])]

    with pytest.raises(Refused, match="inside another model"):
        converted(voting, tmp_path)


def test_xgboost_on_category_columns_is_refused(tmp_path: Path) -> None:
    model = XGBClassifier(n_estimators=3, enable_categorical=True, feature_types=["c", "q", "c"])
    model.fit(CODES, TARGET)
    model.feature_types = None  # as after training on a DataFrame

    with pytest.raises(Refused, match="does not hold the values"):
        converted(model, tmp_path)


def test_xgboost_that_saved_the_categories_is_refused(tmp_path: Path) -> None:
    model = XGBClassifier(n_estimators=3, enable_categorical=True, feature_types=["c", "q", "c"])
    saved = json.loads(model.fit(CODES, TARGET).get_booster().save_raw("json"))
    offsets = np.cumsum([0, *map(len, map(str.encode, COLOURS))]).tolist()
    letters = np.frombuffer("".join(COLOURS).encode(), dtype=np.int8).tolist()
    saved["learner"]["gradient_booster"]["model"]["cats"] = {
        "enc": [
            {"offsets": offsets, "values": letters},
            {"offsets": [], "values": []},
            {"values": DAYS, "type": 15},
        ],
        "feature_segments": [0, len(COLOURS), len(COLOURS), len(COLOURS) + len(DAYS)],
        "sorted_idx": [1, 2, 0, 3, 0, 1, 2],
    }
    (tmp_path / "source").write_text(json.dumps(saved))

    with pytest.raises(Refused, match="refuses values it has not seen"):
        convert_source(tmp_path / "source", tmp_path / "model.onnx")
