"""Sums of trees stay in float64 where the original's do."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import HistGradientBoostingClassifier

from converter.estimators import convert
from converter.tree_ensembles import without_rounding
from inferx.serving.model import Model

CANCER = load_breast_cancer(return_X_y=True)
IRIS = load_iris(return_X_y=True)
DIABETES = load_diabetes(return_X_y=True)
_OPTIONS: dict[str, Any] = {"n_estimators": 20, "n_jobs": 1, "verbose": -1}


@pytest.mark.parametrize(
    ("model", "data"),
    [
        pytest.param(LGBMClassifier(**_OPTIONS), CANCER, id="two classes"),
        pytest.param(LGBMClassifier(**_OPTIONS), IRIS, id="three classes"),
        pytest.param(HistGradientBoostingClassifier(max_iter=9), IRIS, id="histograms"),
    ],
)
def test_chances_are_the_original_ones_in_doubles(model: Any, data: Any, tmp_path: Path) -> None:
    model.fit(*data)

    converted = convert.convert_estimator(model, tmp_path / "model.onnx")

    given = _outputs(tmp_path / "model.onnx", data[0])["probabilities"]
    np.testing.assert_allclose(given, model.predict_proba(data[0]), rtol=1e-12)
    assert (converted.parity.max_abs_diff or 0) < 1e-14


def test_regression_is_the_original_one_in_doubles(tmp_path: Path) -> None:
    model = LGBMRegressor(**_OPTIONS).fit(*DIABETES)

    convert.convert_estimator(model, tmp_path / "model.onnx")

    given = _outputs(tmp_path / "model.onnx", DIABETES[0])["prediction"].ravel()
    np.testing.assert_allclose(given, model.predict(DIABETES[0]), rtol=1e-14)


def test_a_small_chance_keeps_its_digits(tmp_path: Path) -> None:
    model = LGBMClassifier(n_estimators=300, n_jobs=1, verbose=-1).fit(*CANCER)

    convert.convert_estimator(model, tmp_path / "model.onnx")

    expected = np.asarray(model.predict_proba(CANCER[0]))[:, 1]
    given = _outputs(tmp_path / "model.onnx", CANCER[0])["probabilities"][:, 1]
    assert expected.min() < 1e-8
    np.testing.assert_allclose(given, expected, rtol=1e-12)


def test_farther_predictions_are_not_preferred(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def farther(model: onnx.ModelProto) -> onnx.ModelProto:
        form = without_rounding(model)
        assert form is not None
        for node in form.graph.node:
            for entry in node.attribute:
                if entry.name == "leaf_weights":
                    weights = numpy_helper.to_array(entry.t) * (1 + 1e-5)
                    entry.t.CopyFrom(numpy_helper.from_array(weights, "weights"))
        return form

    monkeypatch.setattr(convert, "without_rounding", farther)
    model = LGBMRegressor(**_OPTIONS).fit(*DIABETES)

    converted = convert.convert_estimator(model, tmp_path / "model.onnx")

    assert [node.op_type for node in onnx.load(tmp_path / "model.onnx").graph.node].count("Cast")
    assert (converted.parity.max_rel_diff or 0) < 1e-6


def test_sums_that_are_used_in_float32_too_are_left() -> None:
    model = _rounded(helper.make_node("Neg", ["rounded"], ["also"]), outputs=("result", "also"))

    assert without_rounding(model) is None


def test_sums_that_are_given_in_float32_are_left() -> None:
    assert without_rounding(_rounded(outputs=("result", "rounded"))) is None


def test_sums_that_are_rounded_twice_keep_both_outputs() -> None:
    again = [
        helper.make_node("Cast", ["sums"], ["rounded_too"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["rounded_too"], ["also"], to=TensorProto.DOUBLE),
    ]

    changed = without_rounding(_rounded(*again, outputs=("result", "also")))

    assert changed is not None
    made = {output for node in changed.graph.node for output in node.output}
    assert made >= {"result", "also"}
    assert made | {"X"} >= {name for node in changed.graph.node for name in node.input}


def test_the_output_keeps_its_name() -> None:
    changed = without_rounding(_rounded())

    assert changed is not None
    assert [node.op_type for node in changed.graph.node] == ["TreeEnsemble"]
    assert list(changed.graph.node[0].output) == ["result"]


def _rounded(*more: onnx.NodeProto, outputs: tuple[str, ...] = ("result",)) -> onnx.ModelProto:
    splits = numpy_helper.from_array(np.zeros(1), "splits")
    nodes = [
        helper.make_node("TreeEnsemble", ["X"], ["sums"], domain="ai.onnx.ml", nodes_splits=splits),
        helper.make_node("Cast", ["sums"], ["rounded"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["rounded"], ["result"], to=TensorProto.DOUBLE),
        *more,
    ]
    given = [helper.make_tensor_value_info("X", TensorProto.DOUBLE, [None, 1])]
    made = [helper.make_tensor_value_info(name, TensorProto.DOUBLE, None) for name in outputs]
    return helper.make_model(helper.make_graph(nodes, "trees", given, made))


def _outputs(path: Path, rows: Any) -> dict[str, Any]:
    session = Model(path).session
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"X": rows}), strict=True))
