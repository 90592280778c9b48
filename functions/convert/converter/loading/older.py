"""What models of scikit-learn 0.21 to 1.5 hold by other names, or lack.

As in :mod:`converter.loading.shims`, each entry is named after the release that changed it.
"""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from converter.loading.structure import parts_of
from inferx.errors import Refused


def rename_parts(root: object) -> None:
    """Give parts of a model their attributes' names of today, as far as only names have changed.

    Args:
        root: a model that was loaded, before anything of it is run.
    """
    from sklearn.base import BaseEstimator  # noqa: PLC0415  # slow to import

    for part in list(parts_of(root)):
        kind = type(part).__name__
        if isinstance(part, BaseEstimator) or kind == "_CalibratedClassifier":
            attributes = vars(part)
            _rename(attributes, _NAMES)
            _rename(attributes, _NAMES_OF.get(kind, {}))
            for parameter, values in _VALUES_OF.get(kind, {}).items():
                value = attributes.get(parameter)
                if type(value) is str and value in values:
                    attributes[parameter] = values[value]
            adapt = _ADAPTERS.get(kind)
            if adapt is not None:
                adapt(part, attributes)


def add_parameters(root: object) -> None:
    """Set parameters that came later to their defaults, with which models behave as before."""
    from sklearn.base import BaseEstimator  # noqa: PLC0415  # slow to import

    for part in list(parts_of(root)):
        if isinstance(part, BaseEstimator):
            for name, default in _defaults(type(part)):
                vars(part).setdefault(name, default)


def _defaults(kind: type) -> Iterator[tuple[str, object]]:
    for name, parameter in inspect.signature(kind).parameters.items():
        if parameter.default is not inspect.Parameter.empty:
            yield name, parameter.default


def _rename(attributes: dict[str, Any], names: dict[str, str]) -> None:
    for old, new in names.items():
        if old in attributes and new not in attributes:
            attributes[new] = attributes.pop(old)


def _encoder(part: Any, attributes: dict[str, Any]) -> None:  # 1.1 and 1.2
    if "categories_" in attributes:
        attributes.setdefault("_infrequent_enabled", False)
        attributes.setdefault("_missing_indices", {})
        attributes.setdefault("_drop_idx_after_grouping", attributes.get("drop_idx_"))
    if hasattr(part, "_compute_n_features_outs") and "categories_" in attributes:
        attributes.setdefault("_n_features_outs", part._compute_n_features_outs())


def _default(**values: Any) -> Callable[[Any, dict[str, Any]], None]:
    def adapt(_: Any, attributes: dict[str, Any]) -> None:
        for name, value in values.items():
            attributes.setdefault(name, value)

    return adapt


def _imputer(_: Any, attributes: dict[str, Any]) -> None:  # 1.0
    if "statistics_" in attributes:
        attributes.setdefault("_fit_dtype", attributes["statistics_"].dtype)


def _nearest_rows(part: Any, attributes: dict[str, Any]) -> None:  # 0.24 and 1.1
    rows = attributes.get("_fit_X")
    if rows is None:
        return
    number = part.missing_values
    absent = np.isnan(rows) if number is None or number != number else rows == number  # noqa: PLR0124  # NaN
    mask = attributes.setdefault("_mask_fit_X", absent)
    attributes.setdefault("_valid_mask", ~np.all(mask, axis=0))


def _iterative(_: Any, attributes: dict[str, Any]) -> None:  # 1.6
    first = attributes.get("initial_imputer_")
    if first is not None:
        attributes.setdefault("_is_empty_feature", np.isnan(first.statistics_))
        for name in ("_min_value", "_max_value"):  # 0.23: one for each column
            attributes[name] = np.resize(attributes[name], len(first.statistics_))


def _polynomials(part: Any, attributes: dict[str, Any]) -> None:  # 1.0
    if "n_features_in_" not in attributes:
        return
    degree = part.degree
    lowest, highest = degree if isinstance(degree, tuple) else (0, degree)
    attributes.setdefault("_min_degree", lowest)
    attributes.setdefault("_max_degree", highest)
    combinations = part._num_combinations(
        n_features=part.n_features_in_,
        min_degree=0,
        max_degree=highest,
        interaction_only=part.interaction_only,
        include_bias=True,
    )
    attributes.setdefault("_n_out_full", combinations)
    attributes.setdefault("n_output_features_", attributes["_n_out_full"])


def _weighted_words(_: Any, attributes: dict[str, Any]) -> None:  # 1.1 or so: once properties
    inner = attributes.get("_tfidf")
    for name in ("norm", "use_idf", "smooth_idf", "sublinear_tf"):
        if inner is not None and name in vars(inner):
            attributes.setdefault(name, vars(inner)[name])


def _calibrated(_: Any, attributes: dict[str, Any]) -> None:  # 0.24
    if attributes.get("classes") is None and "classes_" in attributes:
        attributes["classes"] = attributes["classes_"]


def _columns(_: Any, attributes: dict[str, Any]) -> None:
    """Name the columns of each step (1.0), and pass columns on by a transformer (1.4)."""
    if "transformers_" not in attributes:
        return
    names = attributes.get("_feature_names_in", attributes.get("_df_columns"))
    if names is not None and "feature_names_in_" not in attributes:
        attributes["feature_names_in_"] = np.asarray(names, dtype=object)
    if "_transformer_to_input_indices" not in attributes:
        width = int(attributes["n_features_in_"])
        known = attributes.get("feature_names_in_", np.arange(width))
        attributes["_transformer_to_input_indices"] = {
            name: _positions(columns, list(known), width)
            for name, _, columns in attributes["transformers_"]
        }
    places = attributes["_transformer_to_input_indices"]
    attributes["transformers_"] = [
        (name, _identity(len(places[name])) if _passes(step) else step, columns)
        for name, step, columns in attributes["transformers_"]
    ]


def _passes(step: object) -> bool:
    return isinstance(step, str) and step == "passthrough"


def _identity(width: int) -> Any:
    from sklearn.preprocessing import FunctionTransformer  # noqa: PLC0415  # slow to import

    identity = FunctionTransformer(accept_sparse=True, check_inverse=False)
    identity.feature_names_out = "one-to-one"
    identity.n_features_in_ = width
    return identity


def _positions(columns: Any, names: list[Any], width: int) -> list[int]:
    """Number the columns that a step was given by name, number, slice or mask."""
    if isinstance(columns, str | int | np.integer):
        columns = [columns]
    if isinstance(columns, slice):
        ends = (columns.start, columns.stop)
        start, stop = (names.index(end) if isinstance(end, str) else end for end in ends)
        if isinstance(columns.stop, str):
            stop += 1  # a slice by names includes its end
        return list(range(width))[slice(start, stop, columns.step)]
    listed = list(columns)
    if listed and all(isinstance(column, bool | np.bool_) for column in listed):
        return [place for place, chosen in enumerate(listed) if chosen]
    return [
        names.index(column) if isinstance(column, str) else range(width)[int(column)]
        for column in listed
    ]


def _pipeline(part: Any, _: dict[str, Any]) -> None:
    """Give a function of each value the width of the step behind it (1.2 notes it in fit)."""
    following: int | None = None
    for _, step in reversed(part.steps):
        is_function = type(step).__name__ == "FunctionTransformer"
        if is_function and following is not None and isinstance(step.func, np.ufunc | None):
            vars(step).setdefault("n_features_in_", following)
        following = getattr(step, "n_features_in_", None)


def _boosting_by_histograms(_: Any, attributes: dict[str, Any]) -> None:  # 1.1
    from sklearn._loss import loss as losses  # noqa: PLC0415  # slow to import

    if "_baseline_prediction" not in attributes:
        return
    first = np.asarray(attributes["_baseline_prediction"], dtype=np.float64).reshape(1, -1)
    attributes["_baseline_prediction"] = first
    bins = attributes.get("_bin_mapper")
    if bins is not None:  # 0.24: categories
        known = np.zeros(int(attributes["n_features_in_"]), dtype=np.uint8)
        vars(bins).setdefault("is_categorical_", known)
    made: Callable[[], Any] | None = {
        "BinaryCrossEntropy": losses.HalfBinomialLoss,
        "CategoricalCrossEntropy": lambda: losses.HalfMultinomialLoss(n_classes=first.size),
        "LeastAbsoluteDeviation": losses.AbsoluteError,
        "LeastSquares": losses.HalfSquaredError,
        "Poisson": losses.HalfPoissonLoss,
    }.get(type(attributes.get("_loss")).__name__)
    if made is not None:
        attributes["_loss"] = made()


def _neighbours(_: Any, attributes: dict[str, Any]) -> None:  # 0.22
    if hasattr(attributes.get("_fit_X"), "shape"):
        attributes.setdefault("n_samples_fit_", attributes["_fit_X"].shape[0])


def _vectors(_: Any, attributes: dict[str, Any]) -> None:  # 0.22: counts of no class
    counts = attributes.get("_n_support")
    if type(counts) is np.ndarray and not counts.any() and "support_vectors_" in attributes:
        count = attributes["support_vectors_"].shape[0]
        attributes["_n_support"] = np.full(2, count, dtype=np.int32)


def _dummy(_: Any, attributes: dict[str, Any]) -> None:  # 0.22
    attributes.setdefault("_strategy", attributes.get("strategy"))


def _isolation(_: Any, attributes: dict[str, Any]) -> None:  # 0.22
    if "_threshold_" in attributes:
        raise Refused(
            "IsolationForest has behaviour='old', by which scikit-learn up to 0.21 judged its "
            "scores and which is gone; fit it again with a current version."
        )


_VALUES_OF: dict[str, dict[str, dict[object, str]]] = {
    # 1.0 to 1.3: what a parameter's value is called today
    "GradientBoostingClassifier": {"loss": {"deviance": "log_loss"}},
    "GradientBoostingRegressor": {"loss": {"ls": "squared_error", "lad": "absolute_error"}},
    "HistGradientBoostingClassifier": {
        "loss": dict.fromkeys(
            ("auto", "binary_crossentropy", "categorical_crossentropy"), "log_loss"
        )
    },
    "HistGradientBoostingRegressor": {
        "loss": {"least_squares": "squared_error", "least_absolute_deviation": "absolute_error"}
    },
    "SGDClassifier": {"loss": {"log": "log_loss"}},
}
_NAMES = {
    "base_estimator": "estimator",  # 1.2
    "base_estimator_": "estimator_",  # 1.2
}
_NAMES_OF = {
    "GaussianNB": {"sigma_": "var_"},  # 1.0
    "GradientBoostingClassifier": {"loss_": "_loss"},  # 1.1
    "GradientBoostingRegressor": {"loss_": "_loss"},
    "HistGradientBoostingClassifier": {"loss_": "_loss", "bin_mapper_": "_bin_mapper"},  # 0.23
    "HistGradientBoostingRegressor": {"loss_": "_loss", "bin_mapper_": "_bin_mapper"},
    "OneHotEncoder": {"sparse": "sparse_output"},  # 1.2
    "StackingClassifier": {"_le": "_label_encoder"},  # 1.2
    **{
        # 0.22 and 0.23
        kind: {"n_support_": "_n_support", "probA_": "_probA", "probB_": "_probB"}
        for kind in ("NuSVC", "NuSVR", "OneClassSVM", "SVC", "SVR")
    },
    "_CalibratedClassifier": {"calibrators_": "calibrators"},  # 0.24
}
_ADAPTERS: dict[str, Callable[[Any, dict[str, Any]], None]] = {
    "ColumnTransformer": _columns,
    "DummyClassifier": _dummy,
    "GaussianProcessRegressor": _default(_y_train_std=1.0),  # 0.23
    "HistGradientBoostingClassifier": _boosting_by_histograms,
    "HistGradientBoostingRegressor": _boosting_by_histograms,
    "IsolationForest": _isolation,
    "IterativeImputer": _iterative,
    "KMeans": _default(_n_threads=1),  # 0.23
    "KNNImputer": _nearest_rows,
    "MiniBatchKMeans": _default(_n_threads=1),
    **{
        f"{kind}Neighbors{task}": _neighbours
        for kind in ("K", "Radius")
        for task in ("Classifier", "Regressor")
    },
    **dict.fromkeys(("NuSVR", "OneClassSVM", "SVR"), _vectors),
    "OneHotEncoder": _encoder,
    "OrdinalEncoder": _encoder,
    "Pipeline": _pipeline,
    "PolynomialFeatures": _polynomials,
    "SimpleImputer": _imputer,
    "TfidfVectorizer": _weighted_words,
    "_CalibratedClassifier": _calibrated,
}
