"""SplineTransformer with every extrapolation: equal to the original, outside of its range too."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer
from sklearn.tree import DecisionTreeClassifier

from inferx.errors import Refused
from tests.support.ordinary_rows import outputs

PARAMETERS = {
    "constant": {},
    "linear": {"extrapolation": "linear"},
    "linear, of the second degree": {"extrapolation": "linear", "degree": 2},
    "of the first degree": {"degree": 1},
    "continued": {"extrapolation": "continue", "degree": 2},
    "periodic": {"extrapolation": "periodic"},
    "periodic, without the last": {"extrapolation": "periodic", "include_bias": False},
    "linear, without the last": {"extrapolation": "linear", "include_bias": False},
    "sparse": {"sparse_output": True},
    "steps": {"degree": 0, "n_knots": 6, "extrapolation": "continue"},
    "by quantiles": {"knots": "quantile", "extrapolation": "linear"},
}


def rows_around(seed: int, count: int, spread: float) -> Any:
    draw = np.random.default_rng(seed)
    return np.column_stack(
        [draw.normal(0, spread, count).round(3), draw.uniform(0, 24 * spread, count)]
    )


@pytest.mark.parametrize("parameters", PARAMETERS.values(), ids=list(PARAMETERS))
def test_values_are_those_of_the_original(parameters: dict[str, Any], tmp_path: Path) -> None:
    rows, fresh = rows_around(0, 500, 1.0), rows_around(1, 20_000, 1.3)
    fresh[:500] = rows
    model = SplineTransformer(**parameters).fit(rows)

    _, (values,) = outputs(model, fresh, tmp_path)

    expected = model.transform(fresh)
    expected = expected.toarray() if parameters.get("sparse_output") else expected
    np.testing.assert_allclose(values, expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("last", [DecisionTreeClassifier(max_depth=6), LogisticRegression()])
@pytest.mark.parametrize("parameters", PARAMETERS.values(), ids=list(PARAMETERS))
def test_models_behind_splines_give_the_labels_of_the_original(
    parameters: dict[str, Any], last: Any, tmp_path: Path
) -> None:
    rows, fresh = rows_around(0, 500, 1.0), rows_around(1, 20_000, 1.3)
    model = make_pipeline(SplineTransformer(**parameters), last)
    model.fit(rows, np.sin(rows[:, 0] * 2) + np.cos(rows[:, 1]) > 0)

    _, (labels, _) = outputs(model, fresh, tmp_path)

    np.testing.assert_array_equal(labels, model.predict(fresh))


def test_a_line_beyond_the_range_of_lines_is_refused_with_the_way_round(tmp_path: Path) -> None:
    rows = rows_around(0, 500, 1.0)
    model = SplineTransformer(degree=1, extrapolation="linear").fit(rows)

    with pytest.raises(Refused, match=r"degree=1, extrapolation='linear'.* degree of 2 or more"):
        outputs(model, rows, tmp_path)
