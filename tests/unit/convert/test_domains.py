"""Models that take only some numbers are asked for rows that they take."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import NMF
from sklearn.ensemble import RandomForestClassifier
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    PowerTransformer,
    SplineTransformer,
    StandardScaler,
)

from converter.estimators.convert import convert_estimator
from converter.estimators.original import Original, ask
from converter.estimators.probes.effort import FULL
from converter.estimators.unwrap import unwrapped
from inferx.errors import Refused
from tests.support.ordinary_rows import outputs

COUNTS = np.random.default_rng(0).poisson(3, (400, 4)).astype(float)
FRESH = np.random.default_rng(1).poisson(3, (2_000, 4)).astype(float)
LABELS = np.array(["few", "many"])[(COUNTS[:, 0] + COUNTS[:, 1] > 6).astype(int)]


def logarithm_of_two() -> Pipeline:
    logarithm = make_pipeline(SimpleImputer(), FunctionTransformer(np.log1p))
    table = ColumnTransformer([("logged", logarithm, [2, 3])], remainder="passthrough")
    return make_pipeline(table, LogisticRegression())


MODELS = {
    "log1p behind an imputer": make_pipeline(
        SimpleImputer(), FunctionTransformer(np.log1p), StandardScaler(), LogisticRegression()
    ),
    "square root before trees": make_pipeline(
        FunctionTransformer(np.sqrt), RandomForestClassifier(10, random_state=0)
    ),
    "logarithms of some columns": logarithm_of_two(),
}


def asked(model: Any) -> Original:
    return ask(unwrapped(model), FULL)


@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
def test_model_of_positive_numbers_is_converted(model: Any, tmp_path: Path) -> None:
    model.fit(COUNTS, LABELS)

    converted, (labels, _) = outputs(model, FRESH, tmp_path)

    np.testing.assert_array_equal(labels, model.predict(FRESH))
    assert (converted.parity.probes or {})["typical"] >= 256


def test_power_transformation_of_positive_numbers_is_converted(tmp_path: Path) -> None:
    model = make_pipeline(PowerTransformer("box-cox"), Ridge()).fit(COUNTS + 1, COUNTS[:, 0])

    _, (values,) = outputs(model, FRESH + 1, tmp_path)

    np.testing.assert_allclose(values.ravel(), model.predict(FRESH + 1), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("scaler", [None, StandardScaler()], ids=["plain", "scaled"])
def test_splines_that_refuse_numbers_outside_their_knots_are_converted(
    scaler: Any, tmp_path: Path
) -> None:
    steps = [step for step in (scaler, SplineTransformer(extrapolation="error")) if step]
    model = make_pipeline(*steps, Ridge()).fit(COUNTS, COUNTS[:, 0])

    _, (values,) = outputs(model, COUNTS[1:], tmp_path)

    np.testing.assert_allclose(values.ravel(), model.predict(COUNTS[1:]), rtol=1e-5, atol=1e-6)


def test_only_columns_with_logarithms_are_kept_from_numbers_that_have_none() -> None:
    model = logarithm_of_two().fit(COUNTS, LABELS)

    first, second, third, fourth = asked(model).typical.rows

    assert min(first.min(), second.min()) < -1 < min(third.min(), fourth.min())


def test_every_kind_of_rows_is_within_the_numbers_that_the_model_takes() -> None:
    model = make_pipeline(FunctionTransformer(np.log), LogisticRegression())

    original = asked(model.fit(COUNTS + 1, LABELS))

    rows = np.concatenate([np.array(each.rows) for each in original.probes.values()], axis=1)
    assert rows.shape[1] > 2_048
    assert (rows > 0).all()


@pytest.mark.parametrize("kinds", [["a", "b", "c"], [4, 7, 9]], ids=["strings", "numbers"])
def test_gaussian_processes_of_pairs_give_labels_without_probabilities(
    kinds: list[Any], tmp_path: Path
) -> None:
    draw = np.random.default_rng(0)
    rows, fresh = draw.normal(size=(90, 2)), draw.normal(size=(2_000, 2))
    labels = np.array(kinds)[np.digitize(rows[:, 0], [-0.5, 0.5])]
    model = GaussianProcessClassifier(multi_class="one_vs_one").fit(rows, labels)

    converted, (predicted,) = outputs(model, fresh, tmp_path)

    assert converted.signature.probabilities is None
    np.testing.assert_array_equal(predicted, model.predict(fresh))


def test_refusal_of_a_model_of_counts_names_its_step(tmp_path: Path) -> None:
    model = make_pipeline(NMF(2, max_iter=2_000), LogisticRegression()).fit(COUNTS, LABELS)

    with pytest.raises(Refused, match="nmf: NMF"):
        convert_estimator(model, tmp_path / "model.onnx")


def test_refusal_of_a_model_that_lacks_an_attribute_names_it(tmp_path: Path) -> None:
    model = LogisticRegression().fit(COUNTS, LABELS)
    del model.intercept_

    with pytest.raises(Refused, match="no attribute intercept_"):
        convert_estimator(model, tmp_path / "model.onnx")
