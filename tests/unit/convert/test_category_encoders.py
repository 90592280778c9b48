"""Encoders of category_encoders encode as that library does, and are read without it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline

from converter.estimators.convert import convert_estimator
from converter.loading import load_estimator
from inferx.errors import Refused
from inferx.serving.model import Model
from tests.unit.convert.pandas_written import KINDS, DataFrame, Series, pickled

NAN = float("nan")
NAMES = {"feature_names_in_": ["age", "city"], "n_features_in_": 2, "_dim": 2, "cols": ["city"]}
CODES = {"Rome": 1, "Oslo": 2}


def codes(missing: int = -2, **state: Any) -> Any:
    """Make an ordinal encoder of the column ``city``."""
    mapping = [{"col": "city", "mapping": Series({**CODES, NAN: missing})}]
    return KINDS["OrdinalEncoder"](mapping=mapping, **{**NAMES, **state})


def averages(**state: Any) -> Any:
    """Make a target encoder, whose numbers are kept by code."""
    kept = {1: 0.25, 2: 0.75, -1: 0.5, -2: 0.125}
    return KINDS["TargetEncoder"](
        ordinal_encoder=codes(),
        mapping={"city": Series(kept)},
        hierarchy=None,
        **{**NAMES, **state},
    )


def indicators(**state: Any) -> Any:
    frame = DataFrame({"city_1": [1.0, 0, 0, 0], "city_2": [0.0, 1, 0, 0]}, [1, 2, -1, -2])
    mapping = [{"col": "city", "mapping": frame}]
    encoder = codes(handle_missing="return_nan")
    return KINDS["OneHotEncoder"](ordinal_encoder=encoder, mapping=mapping, **{**NAMES, **state})


def counts(on_unknown: Any, on_missing: str, counted: dict[Any, Any], **state: Any) -> Any:
    policies = {"_handle_unknown": {"city": on_unknown}, "_handle_missing": {"city": on_missing}}
    mapping = {"city": Series(counted)}
    return KINDS["CountEncoder"](mapping=mapping, **policies, **{**NAMES, **state})


def sums(kind: str, labels: list[Any], **state: Any) -> Any:
    frame = DataFrame(
        {"sum": [3.0, 1.0, 1.0][: len(labels)], "count": [4.0, 1.0, 2.0][: len(labels)]}, labels
    )
    return KINDS[kind](mapping={"city": frame}, _mean=0.5, **{**NAMES, **state})


def load(encoder: Any, tmp_path: Path, last: Any = None) -> Any:
    path = tmp_path / "model.pkl"
    path.write_bytes(pickled(Pipeline([("codes", encoder), ("last", last or forest())])))
    return load_estimator(path)


def forest() -> Any:
    """Fit a forest to the numbers that an encoder makes of two columns."""
    draw = np.random.default_rng(0)
    rows = np.column_stack([draw.uniform(18, 80, 400), draw.uniform(-3, 3, 400)])
    labels = (rows[:, 0] / 40 + rows[:, 1] > 1).astype(int)
    return RandomForestClassifier(10, max_depth=5, random_state=0).fit(rows, labels)


@pytest.mark.parametrize(
    ("encoder", "expected"),
    [
        pytest.param(codes(), [[1], [2], [-1], [-2]], id="codes"),
        pytest.param(codes(3), [[1], [2], [-1], [3]], id="codes of training with NaN"),
        pytest.param(
            codes(handle_unknown="return_nan", handle_missing="return_nan"),
            [[1], [2], [NAN], [NAN]],
            id="codes, else NaN",
        ),
        pytest.param(averages(), [[0.25], [0.75], [0.5], [0.125]], id="means"),
        pytest.param(indicators(), [[1, 0], [0, 1], [0, 0], [0, 0]], id="a column each"),
        pytest.param(
            counts("value", "value", {"Rome": 7, "Oslo": 3}), [[7], [3], [0], [0]], id="counts"
        ),
        pytest.param(
            counts("value", "return_nan", {"Rome": 7, "Oslo": 3, NAN: NAN}),
            [[7], [3], [NAN], [NAN]],
            id="counts, NaN kept",
        ),
        pytest.param(
            counts(-5, "value", {"Rome": 7, "Oslo": 3, NAN: 2}),
            [[7], [3], [-5], [2]],
            id="a number",
        ),
        pytest.param(
            counts("value", "value", {"few": 7}, _min_group_categories={"city": {"Rome": "few"}}),
            [[7], [0], [0], [0]],
            id="rare ones together",
        ),
        pytest.param(
            sums("LeaveOneOutEncoder", ["Rome", "Oslo"]),
            [[0.75], [0.5], [0.5], [0.5]],
            id="left out",
        ),
        pytest.param(
            sums("LeaveOneOutEncoder", ["Rome", "Oslo", NAN], handle_unknown="return_nan"),
            [[0.75], [0.5], [NAN], [0.5]],
            id="left out, trained with NaN",
        ),
        pytest.param(
            sums("CatBoostEncoder", ["Rome", "Oslo"], a=1),
            [[0.7], [0.5], [0.5], [0.5]],
            id="catboost",
        ),
    ],
)
def test_category_has_the_numbers_that_the_library_gives_it(
    encoder: Any, expected: Any, tmp_path: Path
) -> None:
    loaded = load(encoder, tmp_path).steps[0][1]

    # a known one each, an unknown one and none
    cities = np.array([["Rome"], ["Oslo"], ["Bern"], [np.nan]], dtype=object)
    np.testing.assert_array_equal(loaded.transform(cities), expected)


@pytest.mark.parametrize("refused", ["Bern", np.nan])
def test_category_that_the_library_refuses_is_refused(refused: Any, tmp_path: Path) -> None:
    encoder = averages(handle_unknown="error", handle_missing="error")

    loaded = load(encoder, tmp_path).steps[0][1]

    with pytest.raises(ValueError, match="not one that the encoder takes"):
        loaded.transform(np.array([[refused]], dtype=object))


@pytest.mark.parametrize("encoder", [codes(), averages()], ids=["codes", "means"])
def test_encoder_of_one_column_passes_the_others_through(encoder: Any, tmp_path: Path) -> None:
    last = forest()
    model = load(encoder, tmp_path, last)
    draw = np.random.default_rng(1)
    ages = np.round(draw.uniform(18, 80, 20_000), 1)
    cities = draw.choice(np.array(["Rome", "Oslo", "Bern", None], dtype=object), 20_000)
    encoded = model.steps[0][1].transform(cities.reshape(-1, 1))
    expected = last.predict(np.column_stack([ages, encoded]))

    convert_estimator(model, tmp_path / "model.onnx")

    served = Model(tmp_path / "model.onnx")
    rows = [[age, city] for age, city in zip(ages.tolist(), cities.tolist(), strict=True)]
    predicted = [
        label
        for start in range(0, len(rows), 1_000)
        for label in served.predict(rows[start : start + 1_000])[0]["prediction"]
    ]
    assert predicted == expected.tolist()


@pytest.mark.parametrize(
    ("state", "named"),
    [
        pytest.param({"hierarchy": {"city": {}}}, "hierarchy", id="hierarchy"),
        pytest.param({"composite_members_": {"a|b": ("a", "b")}}, "composite_cols", id="composite"),
        pytest.param(
            {"drop_invariant": True, "invariant_cols": ["city"]}, "drop_invariant", id="dropped"
        ),
    ],
)
def test_parameter_without_an_exact_form_is_named(
    state: dict[str, Any], named: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=f"TargetEncoder of category_encoders .* {named}"):
        load(KINDS["TargetEncoder"](**NAMES, mapping={}, **state), tmp_path)


def test_encoders_after_each_other_are_one(tmp_path: Path) -> None:
    names = {"feature_names_in_": ["age", "city"], "n_features_in_": 2, "_dim": 2}
    zones = {18: 7, 19: 8, NAN: -2}
    numbers = KINDS["OrdinalEncoder"](
        mapping=[{"col": "age", "mapping": Series(zones)}], cols=["age"], **names
    )
    path = tmp_path / "model.pkl"
    steps = [("codes", numbers), ("means", averages()), ("last", forest())]
    path.write_bytes(pickled(Pipeline(steps)))

    convert_estimator(load_estimator(path), tmp_path / "model.onnx")

    served = Model(tmp_path / "model.onnx")
    rows = [[18, "Rome"], [19, "Oslo"], [20, "Bern"], [None, None]]
    expected = forest().predict([[7, 0.25], [8, 0.75], [-1, 0.5], [-2, 0.125]])
    assert served.predict(rows)[0]["prediction"] == expected.tolist()


def test_null_beside_an_encoder_reaches_the_imputer_behind_it(tmp_path: Path) -> None:
    last = forest()
    imputer = SimpleImputer().fit([[30.0, 0.5], [50.0, 0.5]])
    path = tmp_path / "model.pkl"
    steps = [("means", averages()), ("filled", imputer), ("last", last)]
    path.write_bytes(pickled(Pipeline(steps)))

    convert_estimator(load_estimator(path), tmp_path / "model.onnx")

    served = Model(tmp_path / "model.onnx").predict([[None, "Rome"], [None, None]])[0]
    assert served["prediction"] == last.predict([[40.0, 0.25], [40.0, 0.125]]).tolist()
