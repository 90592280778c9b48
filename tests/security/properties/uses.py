"""Uses of a loaded part, which would read out of bounds if the part allowed it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np


@contextmanager
def errors_allowed() -> Iterator[None]:
    """Allow the errors that a library raises for a part it cannot use."""
    try:
        yield
    except AssertionError:
        raise
    except Exception:  # noqa: BLE001  # any error is right; only the end of the process is not
        return


def use_dtype(dtype: Any) -> None:
    assert isinstance(dtype, np.dtype)
    assert dtype.hasobject == (dtype.kind == "O")
    assert not dtype.names or not any(dtype[name].hasobject for name in dtype.names)
    repr(np.zeros(3, dtype=dtype).tolist())


def use_array(array: Any) -> None:
    assert type(array) in (np.ndarray, np.ma.MaskedArray)
    assert array.dtype.hasobject == (array.dtype.kind == "O")
    repr(array)
    repr(np.ma.getmaskarray(array))
    repr(array.tolist())
    np.asarray(array).tobytes()
    with errors_allowed():
        np.sort(array, axis=None).astype("f8").sum()
    with errors_allowed():
        plain = np.asarray(array)
        assert len(np.nonzero(plain)[0]) == np.count_nonzero(plain)


def use_scalar(scalar: Any) -> None:
    assert not isinstance(scalar, np.ndarray)
    repr(scalar)
    hash(scalar)


def use_tree(tree: Any) -> None:
    rows = np.random.default_rng(0).normal(3, 3, (50, tree.n_features)).astype(np.float32)
    assert tree.apply(rows).max() < tree.node_count
    tree.predict(rows)
    tree.decision_path(rows)
    tree.compute_node_depths()
    tree.compute_feature_importances()


def use_predictor(predictor: Any) -> None:
    nodes = predictor.nodes
    width = int(nodes["feature_idx"][nodes["is_leaf"] == 0].max(initial=0)) + 1
    if width > 1000:
        return  # refused with the estimator that holds it
    rows = np.random.default_rng(0).normal(3, 3, (50, width))
    known, places = np.zeros((width, 8), dtype=np.uint32), np.arange(width, dtype=np.uint32)
    predictor.predict(rows, known, places, 1)
    predictor.predict_binned(np.ones((50, width), dtype=np.uint8), 255, 1)


def use_search_tree(tree: Any) -> None:
    points = np.asarray(tree.data)
    rows = np.concatenate([points, points[:3] + 0.1])
    assert tree.query(rows, k=min(3, len(points)))[1].max() < len(points)
    tree.query_radius(rows, 0.5)
    for name in ("gaussian", "epanechnikov"):
        tree.kernel_density(rows, 0.5, kernel=name)


def use_metric(metric: Any) -> None:
    for width in (1, 2, 3, 4, 100):
        rows = (
            np.random.default_rng(0)
            .random((5, width))
            .astype("f4" if type(metric).__name__.endswith("32") else "f8")
        )
        with errors_allowed():
            metric.pairwise(rows)


def use_spline(spline: Any) -> None:
    spline(np.linspace(-10, 10, 100))
    spline(np.array([np.nan, 1e300, -1e300]), 1)


def use_sparse(matrix: Any) -> None:
    assert matrix.indices.size == 0 or matrix.indices.max() < max(matrix.shape)
    matrix.toarray()
    (matrix.T @ matrix).sum()
    matrix[:2].tocoo()


def use_loss(loss: Any) -> None:
    for name in ("py_loss", "py_dloss", "cy_loss", "loss", "gradient"):
        with errors_allowed():
            getattr(loss, name)(np.zeros(3), np.zeros(3))


def use_estimator(model: Any) -> None:
    width = getattr(model, "n_features_in_", 4)
    rows = np.random.default_rng(0).uniform(0, 8, (40, width if 0 < width < 1000 else 4))
    for method in ("predict", "predict_proba", "decision_function", "transform", "score_samples"):
        with errors_allowed():
            getattr(model, method)(rows)
    with errors_allowed():
        model.kneighbors(rows)


def use_booster(booster: Any) -> None:
    rows = np.random.default_rng(0).uniform(0, 8, (40, 4))
    getattr(booster, "inplace_predict", booster.predict)(rows)


def use_value(value: Any) -> None:
    repr(value)
