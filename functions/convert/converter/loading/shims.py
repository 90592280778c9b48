"""Repairs of models that scikit-learn 1.2 to 1.8 saved, for the installed release.

Each entry names the release that changed the attribute. The parity check cannot find these
differences, because it compares with the loaded model, so a model is refused unless its repair is
proved.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.loading.structure import parts_of


def bring_up_to_date(model: object, saved_by: str | None) -> None:
    """Repair the parts of a loaded model in place, so that they predict as when they were saved.

    Args:
        model: just loaded, its structure checked.
        saved_by: the version that saved it.

    Raises:
        Refused: for a part that would predict wrongly in the installed release.
    """
    for part in [part for part in parts_of(model) if hasattr(part, "__dict__")]:
        kind = type(part).__name__
        if kind == "AdaBoostClassifier":
            from converter.loading.adaboost import decide_as_then  # noqa: PLC0415  # slow to import

            decide_as_then(part, saved_by)
        if kind in _LEAST_SQUARES and (saved_by or "").startswith(("1.3.", "1.4.")):
            vars(part)["coef_"] = part.coef_ / part._x_std  # since 1.5 for inputs as they come
        repair = _REPAIRS.get(kind)
        if repair is not None:
            repair(part, vars(part))


def _default(**values: Any) -> Callable[[Any, dict[str, Any]], None]:
    def repair(_: Any, attributes: dict[str, Any]) -> None:
        for name, value in values.items():
            attributes.setdefault(name, value)

    return repair


def _imputer(_: Any, attributes: dict[str, Any]) -> None:  # 1.7
    if "_fit_dtype" in attributes:
        attributes.setdefault("_fill_dtype", attributes["_fit_dtype"])


def _ridge_classifier(_: Any, attributes: dict[str, Any]) -> None:  # 1.3
    if "_label_binarizer" in attributes:
        attributes.setdefault("classes_", attributes["_label_binarizer"].classes_)


def _tfidf(_: Any, attributes: dict[str, Any]) -> None:  # 1.5
    diagonal = attributes.pop("_idf_diag", None)
    if diagonal is not None:
        attributes["idf_"] = np.asarray(diagonal.diagonal()).ravel()
        attributes.setdefault("n_features_in_", len(attributes["idf_"]))  # 1.0


def _support_vectors(_: Any, attributes: dict[str, Any]) -> None:  # 1.9
    attributes.setdefault("_effective_probability", attributes.get("probability", False))


def _chain(_: Any, attributes: dict[str, Any]) -> None:  # 1.7
    if "base_estimator" in attributes:
        attributes.setdefault("estimator", attributes["base_estimator"])


def _nearest_centroid(_: Any, attributes: dict[str, Any]) -> None:  # 1.6
    centroids = attributes.get("centroids_")
    if centroids is not None:
        count, width = centroids.shape
        attributes.setdefault("class_prior_", np.full(count, 1 / count))
        attributes.setdefault("within_class_std_dev_", np.zeros(width))
        attributes.setdefault("priors", "uniform")


def _classification_tree(_: Any, attributes: dict[str, Any]) -> None:  # 1.4: counts to shares
    attributes.setdefault("monotonic_cst", None)
    tree = attributes.get("tree_")
    if tree is not None:
        total = tree.value.sum(axis=2, keepdims=True)
        tree.value[...] /= np.where(total == 0, 1, total)


def _gradient_boosting(_: Any, attributes: dict[str, Any]) -> None:  # 1.4: one module of losses
    from sklearn._loss import loss as losses  # noqa: PLC0415  # slow to import

    trees = attributes.get("estimators_")
    if trees is not None:
        attributes.setdefault("n_trees_per_iteration_", trees.shape[1])
    old = attributes.get("_loss")
    columns = 1 if trees is None else trees.shape[1]
    made: Callable[[], Any] | None = {
        "BinomialDeviance": losses.HalfBinomialLoss,
        "LeastSquaresError": losses.HalfSquaredError,
        "LeastAbsoluteError": losses.AbsoluteError,
        "ExponentialLoss": losses.ExponentialLoss,
        "HuberLossFunction": losses.HuberLoss,  # only its link, the identity, is asked for
        "QuantileLossFunction": losses.PinballLoss,
        "MultinomialDeviance": lambda: losses.HalfMultinomialLoss(n_classes=columns),
    }.get(type(old).__name__)
    if made is not None:
        attributes["_loss"] = made()


def _isolation_forest(part: Any, attributes: dict[str, Any]) -> None:  # 1.3
    from sklearn.ensemble._iforest import _average_path_length  # noqa: PLC0415  # as above

    if "estimators_" in attributes and "_decision_path_lengths" not in attributes:
        trees = [member.tree_ for member in part.estimators_]
        attributes["_average_path_length_per_tree"] = [
            _average_path_length(tree.n_node_samples) for tree in trees
        ]
        attributes["_decision_path_lengths"] = [tree.compute_node_depths() for tree in trees]


def _kernel_pca(part: Any, attributes: dict[str, Any]) -> None:  # 1.3
    if "n_features_in_" in attributes:
        gamma = part.gamma if part.gamma is not None else 1 / part.n_features_in_
        attributes.setdefault("gamma_", gamma)


def _factorisation(_: Any, attributes: dict[str, Any]) -> None:  # 1.6
    if attributes.get("n_components") == "warn" and "components_" in attributes:
        attributes["n_components"] = len(attributes["components_"])


def _partial_least_squares(part: Any, attributes: dict[str, Any]) -> None:  # 1.3
    old = attributes.pop("_coef_", None)
    if old is not None:
        attributes["coef_"] = old / part._x_std
    attributes.setdefault("_predict_1d", False)


_LEAST_SQUARES = ("CCA", "PLSCanonical", "PLSRegression")
_REPAIRS: dict[str, Callable[[Any, dict[str, Any]], None]] = {
    "CCA": _partial_least_squares,
    "ClassifierChain": _chain,
    "DecisionTreeClassifier": _classification_tree,
    "DecisionTreeRegressor": _default(monotonic_cst=None),
    "ExtraTreeClassifier": _classification_tree,
    "ExtraTreeRegressor": _default(monotonic_cst=None),
    "GradientBoostingClassifier": _gradient_boosting,
    "GradientBoostingRegressor": _gradient_boosting,
    "HistGradientBoostingClassifier": _default(_preprocessor=None),
    "HistGradientBoostingRegressor": _default(_preprocessor=None),
    "IsolationForest": _isolation_forest,
    "KernelPCA": _kernel_pca,
    "MaxAbsScaler": _default(clip=False),
    "MiniBatchNMF": _factorisation,
    "NMF": _factorisation,
    "NearestCentroid": _nearest_centroid,
    "NuSVC": _support_vectors,
    "OrdinalEncoder": _default(_infrequent_enabled=False),
    "PLSCanonical": _partial_least_squares,
    "PLSRegression": _partial_least_squares,
    "RegressorChain": _chain,
    "RidgeClassifier": _ridge_classifier,
    "RidgeClassifierCV": _ridge_classifier,
    "SVC": _support_vectors,
    "SimpleImputer": _imputer,
    "SplineTransformer": _default(handle_missing="error", sparse_output=False),
    "TfidfTransformer": _tfidf,
}
