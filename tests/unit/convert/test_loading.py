"""Honest files load from every way of saving, and predict as before."""

import io
import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cloudpickle  # type: ignore[import-untyped]  # it has no stubs
import joblib
import numpy as np
import pytest
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.datasets import load_iris
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import BallTree, KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, SplineTransformer, StandardScaler

from converter.loading import load_estimator
from converter.loading.derive import derive
from converter.loading.names import _table
from inferx.errors import Refused
from tools.conversion.estimator_zoo import predictors, small_pipeline


def _dumped_by_joblib(model: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    joblib.dump(model, buffer, **options)
    return buffer.getvalue()


WAYS: dict[str, Callable[[Any], bytes]] = {
    **{f"protocol {n}": partial(pickle.dumps, protocol=n) for n in range(6)},
    "cloudpickle": cloudpickle.dumps,
    "joblib": _dumped_by_joblib,
    **{
        f"joblib {name}": partial(_dumped_by_joblib, compress=(name, 1))
        for name in ("zlib", "gzip", "bz2", "xz", "lzma")
    },
}


def load(content: bytes, tmp_path: Path) -> Any:
    path = tmp_path / "model"
    path.write_bytes(content)
    return load_estimator(path)


@pytest.mark.parametrize("way", WAYS)
def test_pipeline_loads_from_every_way_of_saving(way: str, tmp_path: Path) -> None:
    rows = load_iris().data
    model = small_pipeline()

    loaded = load(WAYS[way](model), tmp_path)

    assert (loaded.predict(rows) == model.predict(rows)).all()


@pytest.mark.slow
@pytest.mark.parametrize("way", ["protocol 0", "protocol 2", "protocol 5", "joblib", "joblib zlib"])
def test_every_predictor_loads_as_it_was(way: str, tmp_path: Path) -> None:
    for name, model in predictors():
        loaded = load(WAYS[way](model), tmp_path)

        assert type(loaded) is type(model), name
        assert set(vars(loaded)) == set(vars(model)), name


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(
            ColumnTransformer(
                [
                    ("text", OneHotEncoder(handle_unknown="ignore"), [0]),
                    ("number", make_pipeline(SimpleImputer(), StandardScaler()), [1]),
                ]
            ).fit(np.array([["a", 1.0], ["b", 2.0]], dtype=object)),
            id="columns",
        ),
        pytest.param(TfidfVectorizer().fit(["one two", "two three"]), id="words"),
        pytest.param(SplineTransformer().fit(load_iris().data), id="splines"),
        pytest.param(
            GridSearchCV(LogisticRegression(max_iter=500), {"C": [0.1, 1]}, cv=2).fit(
                *load_iris(return_X_y=True)
            ),
            id="search with masked results",
        ),
    ],
)
def test_parts_that_need_care_load(model: Any, tmp_path: Path) -> None:
    loaded = load(pickle.dumps(model), tmp_path)

    assert repr(loaded) == repr(model)


def test_column_selector_kept_as_a_parameter_loads(tmp_path: Path) -> None:
    model = ColumnTransformer([("number", StandardScaler(), [0, 1])]).fit(load_iris().data)
    model.transformers = [
        ("number", StandardScaler(), make_column_selector(dtype_include=np.number))
    ]

    loaded = load(pickle.dumps(model), tmp_path)

    assert loaded.transformers[0][2].dtype_include is np.number


def test_model_set_to_return_data_frames_returns_arrays(tmp_path: Path) -> None:
    model = small_pipeline()
    model._sklearn_output_config = model.steps[0][1]._sklearn_output_config = {
        "transform": "pandas"
    }

    loaded = load(pickle.dumps(model), tmp_path)

    assert isinstance(loaded[:-1].transform(load_iris().data), np.ndarray)


def test_model_fitted_in_several_processes_predicts_in_one(tmp_path: Path) -> None:
    steps = [(name, StandardScaler(), [place]) for place, name in enumerate("abcd")]
    model = ColumnTransformer(steps, n_jobs=2)
    rows = load_iris().data
    with joblib.parallel_config("threading"):
        expected = model.fit_transform(rows)

    loaded = load(pickle.dumps(model), tmp_path)

    assert loaded.n_jobs is None
    np.testing.assert_array_equal(loaded.transform(rows), expected)


def test_search_tree_gives_the_same_neighbours(tmp_path: Path) -> None:
    rows, labels = load_iris(return_X_y=True)
    model = KNeighborsClassifier(algorithm="ball_tree", metric="minkowski", p=3).fit(rows, labels)

    loaded = load(_dumped_by_joblib(model), tmp_path)

    assert isinstance(loaded._tree, BallTree)
    np.testing.assert_array_equal(loaded.kneighbors(rows)[1], model.kneighbors(rows)[1])


def test_code_of_the_users_own_is_named_in_the_refusal(tmp_path: Path) -> None:
    content = b"\x80\x04\x8c\x08__main__\x8c\x07MyModel\x93)\x81."

    with pytest.raises(Refused, match=r"code of your own \(__main__\.MyModel\)"):
        load(content, tmp_path)


def test_lambda_is_refused_with_what_to_do_instead(tmp_path: Path) -> None:
    model = small_pipeline()
    model.steps[0][1].extra = lambda row: row

    with pytest.raises(Refused, match="convert the model to ONNX yourself"):
        load(cloudpickle.dumps(model), tmp_path)


def test_checked_in_table_equals_the_derived_one() -> None:
    derived = {kind: frozenset(names) for kind, names in derive().items()}

    assert _table() == derived, "run: python -m converter.loading.derive"
