"""Models that give a row the label of its nearest centre.

https://scikit-learn.org/stable/modules/clustering.html, and NearestCentroid under
https://scikit-learn.org/stable/modules/neighbors.html#nearest-centroid-classifier
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAbs,
    OnnxAdd,
    OnnxDiv,
    OnnxMul,
    OnnxNeg,
    OnnxReduceSum,
    OnnxSoftmax,
    OnnxSub,
    OnnxUnsqueeze,
)
from sklearn.cluster import AffinityPropagation, Birch, BisectingKMeans, MeanShift
from sklearn.neighbors import NearestCentroid

from converter.estimators.custom_converters.nodes import (
    LAST,
    as_index,
    as_number,
    column,
    flat,
    largest,
    nearest,
    pick,
    squared_distances,
)
from converter.estimators.custom_converters.registry import VERSION, register


def _clusters(estimator: Any, source: Any, dtype: Any) -> list[Any]:
    return [nearest(squared_distances(source, estimator.cluster_centers_, dtype))]


def _birch(estimator: Birch, source: Any, dtype: Any) -> list[Any]:
    index = nearest(squared_distances(source, estimator.subcluster_centers_, dtype))
    return [pick(estimator.subcluster_labels_, index)]


def _manhattan(source: Any, points: Any, dtype: Any) -> Any:
    rows = OnnxUnsqueeze(source, LAST, op_version=VERSION)
    difference = OnnxSub(rows, np.asarray(points, dtype=dtype)[np.newaxis], op_version=VERSION)
    axis = np.array([2], dtype=np.int64)
    size = OnnxAbs(difference, op_version=VERSION)
    return OnnxReduceSum(size, axis, keepdims=0, op_version=VERSION)


def _nearest_centroid(estimator: NearestCentroid, source: Any, dtype: Any) -> list[Any]:
    """Equal priors go by plain distance; others by the discriminant scores (ESL eq. 18.2)."""
    deviation = np.where(
        estimator.within_class_std_dev_ != 0, estimator.within_class_std_dev_, 1.0
    ).astype(dtype)
    distance = _manhattan if estimator.metric == "manhattan" else squared_distances
    scaled = OnnxDiv(source, deviation, op_version=VERSION)
    apart = distance(scaled, estimator.centroids_ / deviation, dtype)
    if estimator.metric == "manhattan":
        apart = OnnxMul(apart, apart, op_version=VERSION)
    prior = (2 * np.log(estimator.class_prior_)).astype(dtype)
    scores = OnnxAdd(OnnxNeg(apart, op_version=VERSION), prior, op_version=VERSION)
    if np.isclose(estimator.class_prior_, 1 / len(estimator.classes_)).all():
        index = nearest(distance(source, estimator.centroids_, dtype))
    else:
        index = largest(scores)
    chances = OnnxSoftmax(scores, axis=1, op_version=VERSION)
    return [pick(estimator.classes_, index), chances]


def _bisecting(estimator: BisectingKMeans, source: Any, dtype: Any) -> list[Any]:
    """Walk the tree of halvings: each row's label is the sum over leaves of label x on-the-path."""
    shift = getattr(estimator, "_X_mean", 0.0)
    one = np.array([1.0], dtype=dtype)

    def walk(node: Any, reached: Any) -> Any:
        if node.left is None:
            label = np.array([node.label], dtype=dtype)
            return label if reached is None else OnnxMul(reached, label, op_version=VERSION)
        halves = np.vstack([node.left.center, node.right.center]) + shift
        right = column(as_number(nearest(squared_distances(source, halves, dtype)), dtype))
        left = OnnxSub(one, right, op_version=VERSION)
        if reached is not None:
            left = OnnxMul(left, reached, op_version=VERSION)
            right = OnnxMul(right, reached, op_version=VERSION)
        return OnnxAdd(walk(node.left, left), walk(node.right, right), op_version=VERSION)

    return [flat(as_index(walk(estimator._bisecting_tree, None)))]


def add() -> None:
    """Register them."""
    register(AffinityPropagation, _clusters, ["label"])
    register(MeanShift, _clusters, ["label"])
    register(Birch, _birch, ["label"])
    register(BisectingKMeans, _bisecting, ["label"])
    register(NearestCentroid, _nearest_centroid, ["label", "probabilities"])
