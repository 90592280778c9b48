"""Honest calls and states for each replacement of the loader, to be altered."""

import codecs
import warnings
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from lightgbm import LGBMClassifier
from numpy._core.multiarray import _reconstruct, scalar
from numpy._core.numeric import _frombuffer  # type: ignore[attr-defined]  # missing from its stubs
from numpy.ma.core import _mareconstruct  # type: ignore[attr-defined]  # as above
from scipy import sparse
from sklearn._loss._loss import CyHalfTweedieLoss, CyPinballLoss
from sklearn.cluster import Birch, BisectingKMeans, KMeans
from sklearn.datasets import load_iris
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
)
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.impute import KNNImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.linear_model._sgd_fast import Hinge
from sklearn.metrics import DistanceMetric
from sklearn.neighbors import (
    BallTree,
    KDTree,
    KernelDensity,
    KNeighborsClassifier,
    LocalOutlierFactor,
    RadiusNeighborsClassifier,
)
from sklearn.preprocessing import OneHotEncoder, SplineTransformer
from sklearn.svm import SVC, SVR, OneClassSVM
from xgboost import XGBClassifier

from tests.security.properties import uses
from tests.security.properties.alterations import Call, whole

ROWS, LABELS = load_iris(return_X_y=True)
_FEW = ROWS[::10]
_RECORDS = np.array([(1, 2.0), (3, 4.0)], dtype=[("a", "i8"), ("b", "f8")])

Part = tuple[str, Any, Callable[[Any], None], int]
"""A name, an honest part, its use, and how often it is altered."""


def parts() -> Iterator[Part]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, part, use, count in (*_arrays(), *_small_calls(), *_native()):
            yield name, part if isinstance(part, Call) else whole(part), use, count
        for number, model in enumerate(_models()):
            yield f"{type(model).__name__} {number}", whole(model), uses.use_estimator, 60


def _arrays() -> Iterator[Part]:
    empty = (np.ndarray, (0,), b"b")
    content = np.arange(6.0).tobytes()
    for dtype in (np.dtype("f8"), _RECORDS.dtype, np.dtype("O"), np.dtype("U3")):
        yield f"dtype {dtype}", dtype, uses.use_dtype, 150
    for state in (
        (1, (2, 3), np.dtype("f8"), False, content),
        (1, (3, 2), np.dtype("f8"), True, content),
        (1, (2,), _RECORDS.dtype, False, _RECORDS.tobytes()),
        (1, (3,), np.dtype("O"), False, [1, "a", None]),
        (1, (3,), np.dtype("?"), False, b"\1\0\1"),
    ):
        yield f"array {state[1:4]}", Call(_reconstruct, empty, state), uses.use_array, 150
    masked = (1, (2, 3), np.dtype("f8"), False, content, b"\1\0" * 3, None)
    begun = (np.ma.MaskedArray, np.ndarray, (0,), b"b")
    yield "masked array", Call(_mareconstruct, begun, masked), uses.use_array, 200
    for buffer in (content, bytearray(content)):
        given = (buffer, np.dtype("f8"), (2, 3), "C")
        yield f"{type(buffer).__name__} buffer", Call(_frombuffer, given), uses.use_array, 150
    turned = (content, np.dtype("f8"), (2, 3), "K", (1, 0))
    yield "turned buffer", Call(_frombuffer, turned), uses.use_array, 150
    yield "scalar", Call(scalar, (np.dtype("f8"), content[:8])), uses.use_scalar, 150


def _small_calls() -> Iterator[Part]:
    for name, call in {
        "encode": Call(codecs.encode, ("text", "latin1")),
        "bytes": Call(bytes, ([1, 2],)),
        "bytearray": Call(bytearray, (b"12",)),
        "complex": Call(complex, (1.0, 2.0)),
        "frozenset": Call(frozenset, ([1, 2],)),
        "set": Call(set, ([1, 2],)),
        "slice": Call(slice, (1, 2, 3)),
        "OrderedDict": Call(OrderedDict, ([("a", 1)],)),
        "defaultdict": Call(defaultdict, (list,)),
        "instance": whole(LogisticRegression()),
        "generator": whole(np.random.RandomState(0)),
        "new generator": whole(np.random.default_rng(0)),
    }.items():
        yield name, call, uses.use_value, 60


def _native() -> Iterator[Part]:
    forest = RandomForestClassifier(2, random_state=0).fit(ROWS, LABELS)
    yield "decision tree", forest.estimators_[0].tree_, uses.use_tree, 400
    rows = np.column_stack([ROWS[:, 0].astype(int) % 3, ROWS])
    coded = HistGradientBoostingClassifier(max_iter=1, categorical_features=[0]).fit(rows, LABELS)
    yield "histogram tree", coded._predictors[0][0], uses.use_predictor, 400
    weights = np.ones(len(_FEW))
    yield "KD tree", KDTree(_FEW, leaf_size=2, sample_weight=weights), uses.use_search_tree, 250
    yield "ball tree", BallTree(_FEW, metric="manhattan"), uses.use_search_tree, 250
    metrics: dict[str, dict[str, Any]] = {
        "euclidean": {},
        "minkowski": {"p": 3, "w": np.ones(4)},
        "seuclidean": {"V": np.ones(4)},
        "mahalanobis": {"VI": np.eye(4)},
        "haversine": {},
    }
    for name, options in metrics.items():
        yield f"{name} metric", DistanceMetric.get_metric(name, **options), uses.use_metric, 120
    spline = SplineTransformer().fit(_FEW).bsplines_[0]
    yield "spline", spline, uses.use_spline, 200
    yield "inner spline", spline._delegate_to, uses.use_spline, 200
    for matrix in (sparse.csr_array(_FEW > 3), sparse.csc_matrix(_FEW)):
        yield type(matrix).__name__, matrix, uses.use_sparse, 250
    quiet = LGBMClassifier(n_estimators=2, verbose=-1, min_child_samples=2)
    for booster in (
        XGBClassifier(n_estimators=2, max_depth=2).fit(ROWS, LABELS).get_booster(),
        quiet.fit(ROWS, LABELS).booster_,
    ):
        yield type(booster).__module__, booster, uses.use_booster, 150
    for loss in (CyPinballLoss(0.5), CyHalfTweedieLoss(1.5), Hinge(1.0)):
        yield type(loss).__name__, loss, uses.use_loss, 60


def _models() -> Iterator[Any]:
    yield SVC().fit(_FEW, LABELS[::10])
    yield SVC(kernel="precomputed").fit(_FEW @ _FEW.T, LABELS[::10])
    yield SVC().fit(sparse.csr_array(_FEW), LABELS[::10])
    yield SVR().fit(_FEW, LABELS[::10])
    yield OneClassSVM().fit(_FEW)
    for metric in ("euclidean", "manhattan"):
        yield KNeighborsClassifier(3, algorithm="brute", metric=metric).fit(_FEW, LABELS[::10])
    yield KNeighborsClassifier(3, algorithm="kd_tree").fit(_FEW, LABELS[::10])
    yield RadiusNeighborsClassifier(9, algorithm="brute", metric="chebyshev").fit(
        _FEW, LABELS[::10]
    )
    yield LocalOutlierFactor(3, novelty=True).fit(_FEW)
    yield KNNImputer(n_neighbors=3).fit(_FEW)
    yield KernelDensity().fit(_FEW)
    yield KMeans(3, random_state=0).fit(_FEW)
    yield BisectingKMeans(4, random_state=0).fit(_FEW)
    yield Birch().fit(_FEW)
    yield GradientBoostingClassifier(n_estimators=2, max_depth=2).fit(_FEW, LABELS[::10])
    yield GradientBoostingRegressor(n_estimators=2, max_depth=2).fit(_FEW, LABELS[::10])
    yield HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=2).fit(_FEW, LABELS[::10])
    yield RandomForestClassifier(2, max_depth=3).fit(_FEW, LABELS[::10])
    yield IsolationForest(n_estimators=2).fit(_FEW)
    yield SplineTransformer().fit(_FEW)
    yield IsotonicRegression().fit(_FEW[:, 0], LABELS[::10])
    yield OneHotEncoder().fit(LABELS[::10, np.newaxis])
    yield CountVectorizer().fit(["one two three", "two"])
