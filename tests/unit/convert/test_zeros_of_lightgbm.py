"""Numbers that are zero to LightGBM are zero to the graph, on either side of zero."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lightgbm import LGBMRegressor

from converter.estimators import convert
from converter.estimators.custom_converters.boosters import boosted_by
from converter.estimators.custom_converters.boosters.lightgbm_model import ZERO
from converter.estimators.probes.effort import Effort
from exported import graph

QUICK = Effort(0.1, 256, 64, 64, 64, 64, 64, 16, 256, 16)
DRAW = np.random.default_rng(0)
SIGNS = DRAW.choice([-1.0, 0.0, 1.0], (800, 3))
NEAR = [0.0, -0.0, ZERO, -ZERO, 5e-324, -5e-324, *np.nextafter([ZERO, -ZERO], [np.inf, -np.inf])]


def predictions(model: Any, rows: Any, folder: Path) -> Any:
    convert.convert_estimator(model, folder / "model.onnx", effort=QUICK)
    return graph.open_session(folder / "model.onnx").run(None, {"X": rows})[0].ravel()


def asked() -> Any:
    """Return rows of numbers about zero and missing ones."""
    return DRAW.choice([*NEAR, np.nan, -1.0, 1.0, 1e-34, -1e-34], (3_000, 3))


def target(rows: Any) -> Any:
    return (np.nan_to_num(rows) @ [1.0, 2.0, 4.0]) ** 2 + np.nan_to_num(rows)[:, 0]


def test_thresholds_are_on_either_side_of_zero(tmp_path: Path) -> None:
    model = LGBMRegressor(n_jobs=1, verbose=-1).fit(SIGNS, target(SIGNS))
    text = model.booster_.model_to_string()

    splits = np.concatenate([tree.value[tree.true >= 0] for tree in boosted_by(model).trees])

    assert "e-35" in text
    assert not (np.abs(splits) < ZERO).any()
    np.testing.assert_allclose(
        predictions(model, asked_rows := asked(), tmp_path), model.predict(asked_rows), rtol=1e-5
    )


@pytest.mark.parametrize("missing", [{}, {"use_missing": False}, {"zero_as_missing": True}])
@pytest.mark.parametrize("with_gaps", [True, False])
def test_numbers_about_zero_are_predicted_as_the_library_does(
    missing: dict[str, Any], with_gaps: bool, tmp_path: Path
) -> None:
    rows = np.where(DRAW.random(SIGNS.shape) < 0.2, np.nan, SIGNS) if with_gaps else SIGNS
    model = LGBMRegressor(n_jobs=1, verbose=-1, **missing).fit(rows, target(rows))
    about = asked()

    found = predictions(model, about, tmp_path)

    np.testing.assert_allclose(found, model.predict(about), rtol=1e-5, atol=1e-6)
