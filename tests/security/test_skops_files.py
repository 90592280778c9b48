"""skops files pass the same rules as pickles: what the library loaded is read again by them."""

import io
import json
import zipfile
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier
from skops import io as skops_io

from converter.loading.skops_file import load_skops
from inferx.errors import Refused

ROWS, LABELS = load_iris(return_X_y=True)


def saved(model: Any, tmp_path: Path, change: Callable[[Any], Any] = lambda array: array) -> Path:
    """Return a skops file of ``model``, each array in it changed on the way."""
    written = zipfile.ZipFile(io.BytesIO(skops_io.dumps(model)))
    path = tmp_path / "model.skops"
    with zipfile.ZipFile(path, "w") as archive:
        for name in written.namelist():
            content = written.read(name)
            if name.endswith(".npy"):
                buffer = io.BytesIO()
                np.save(buffer, change(np.load(io.BytesIO(content))))
                content = buffer.getvalue()
            archive.writestr(name, content)
    return path


def node(field: str, value: int) -> Callable[[Any], Any]:
    def change(array: Any) -> Any:
        if array.dtype.names and field in array.dtype.names:
            array[field][0] = value
        return array

    return change


def _without_ways_for_missing(array: Any) -> Any:
    """Return the nodes of trees as scikit-learn up to 1.2 kept them."""
    names = array.dtype.names or ()
    if "missing_go_to_left" not in names:
        return array
    kept = [name for name in names if name != "missing_go_to_left"]
    return np.array(array[kept].tolist(), dtype=[(name, array.dtype[name]) for name in kept])


def test_trees_of_an_older_release_predict_as_before(tmp_path: Path) -> None:
    model = RandomForestClassifier(3, random_state=0).fit(ROWS, LABELS)

    loaded = load_skops(saved(model, tmp_path, _without_ways_for_missing))

    np.testing.assert_array_equal(loaded.predict_proba(ROWS), model.predict_proba(ROWS))


def test_tree_is_proved_before_native_code_gets_its_nodes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(DecisionTreeClassifier().fit(ROWS, LABELS), tmp_path, node("left_child", 0))
    monkeypatch.setattr(
        "converter.loading.skops_file.read_estimator", lambda *_: pytest.fail("read")
    )

    with pytest.raises(Refused, match="do not form a tree"):
        load_skops(path)


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(LogisticRegression(max_iter=500).fit(ROWS, LABELS), id="logistic"),
        pytest.param(RandomForestClassifier(3).fit(ROWS, LABELS), id="forest"),
        pytest.param(HistGradientBoostingClassifier(max_iter=2).fit(ROWS, LABELS), id="histograms"),
        pytest.param(KNeighborsClassifier(algorithm="kd_tree").fit(ROWS, LABELS), id="neighbours"),
        pytest.param(
            HistGradientBoostingClassifier(max_iter=2, categorical_features=[3]).fit(ROWS, LABELS),
            id="histograms of categories",
        ),
    ],
)
def test_honest_file_predicts_as_before(model: Any, tmp_path: Path) -> None:
    loaded = load_skops(saved(model, tmp_path))

    np.testing.assert_array_equal(loaded.predict(ROWS), model.predict(ROWS))


@pytest.mark.parametrize(
    ("field", "value"), [("left_child", 2**40), ("feature", 9), ("right_child", 0)]
)
def test_forged_decision_tree_is_refused(field: str, value: int, tmp_path: Path) -> None:
    model = DecisionTreeClassifier(max_depth=2).fit(ROWS, LABELS)

    with pytest.raises(Refused, match="do not form a tree"):
        load_skops(saved(model, tmp_path, node(field, value)))


@pytest.mark.parametrize(("field", "value"), [("left", 0), ("right", 10**6), ("feature_idx", 9)])
def test_forged_histogram_tree_is_refused(field: str, value: int, tmp_path: Path) -> None:
    model = HistGradientBoostingClassifier(max_iter=1, min_samples_leaf=5).fit(ROWS, LABELS)

    with pytest.raises(Refused):
        load_skops(saved(model, tmp_path, node(field, value)))


def test_centres_of_another_width_are_refused(tmp_path: Path) -> None:
    model = KMeans(3).fit(ROWS)
    path = saved(model, tmp_path, lambda array: array[:, :1] if array.shape == (3, 4) else array)

    with pytest.raises(Refused, match="do not fit each other"):
        load_skops(path)


def test_attribute_that_takes_over_saving_is_refused(tmp_path: Path) -> None:
    model = LogisticRegression(max_iter=500).fit(ROWS, LABELS)
    path = saved(model, tmp_path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    schema = parts["schema.json"].decode().replace('"max_iter"', '"__reduce_ex__"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**parts, "schema.json": schema.encode()}.items():
            archive.writestr(name, content)

    with pytest.raises(Refused, match="how an object is saved"):
        load_skops(path)


def test_dictionaries_that_lightgbm_keeps_are_read(tmp_path: Path) -> None:
    model = LogisticRegression(max_iter=500).fit(ROWS, LABELS)
    model.scores = defaultdict(OrderedDict, valid=OrderedDict(loss=0.5))

    assert load_skops(saved(model, tmp_path)).scores == {"valid": {"loss": 0.5}}


def _list(content: list[Any], name: int, loader: str = "ListNode") -> dict[str, Any]:
    kind = {"__class__": "list", "__module__": "builtins", "__loader__": loader}
    return {**kind, "content": content, "__id__": name}


@pytest.mark.parametrize("levels", [40, 0])
def test_parts_that_hold_one_another_again_and_again_are_refused(
    levels: int, tmp_path: Path
) -> None:
    part = _list([] if levels else [_list([], 2**40, "CachedNode")], 2**40)
    for level in range(levels):  # each holds the one before twice
        part = _list([part, _list([], part["__id__"], "CachedNode")], 2**41 + level)
    path = saved(LogisticRegression(max_iter=500).fit(ROWS, LABELS), tmp_path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(parts["schema.json"])
    schema["content"]["content"]["max_iter"] = part
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**parts, "schema.json": json.dumps(schema).encode()}.items():
            archive.writestr(name, content)

    with pytest.raises(Refused, match="in one another too often" if levels else "holds itself"):
        load_skops(path)


def test_partial_of_another_function_than_rows_are_checked_by_is_refused(tmp_path: Path) -> None:
    model = LogisticRegression(max_iter=500).fit(ROWS, LABELS)
    model.func = partial(np.sqrt, 4.0)

    with pytest.raises(Refused, match="asks for a call"):
        load_skops(saved(model, tmp_path))


def test_model_that_was_not_fitted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="fitted"):
        load_skops(saved(LogisticRegression(), tmp_path))


def test_file_of_an_older_release_is_brought_up_to_date(tmp_path: Path) -> None:
    model = SimpleImputer().fit(ROWS)
    del model._fill_dtype

    loaded = load_skops(saved(model, tmp_path), "1.2.2")

    np.testing.assert_array_equal(loaded.transform(ROWS), ROWS)
