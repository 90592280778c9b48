"""Reduces a fitted model to the part that predicts: what a search or a wrapper kept of it."""

import copy
from collections.abc import Callable
from typing import Any

from sklearn.compose import ColumnTransformer
from sklearn.ensemble import VotingClassifier
from sklearn.ensemble._hist_gradient_boosting.gradient_boosting import BaseHistGradientBoosting
from sklearn.feature_selection import RFE
from sklearn.impute import SimpleImputer
from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV
from sklearn.model_selection._search import BaseSearchCV
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer

from converter.estimators.categories import encoded_before
from converter.estimators.columns import reads_text
from converter.estimators.custom_converters.boosters.labelled import labelled
from converter.estimators.custom_converters.codes import Codes
from converter.estimators.custom_converters.sparse_zeros import without_zeros
from converter.estimators.encoded_columns import in_columns, joined
from converter.estimators.members import with_members
from converter.loading.encoded import CategoryEncoder
from converter.loading.structure import parts_of

_INNER = {"FrozenEstimator": "estimator", "SelfTrainingClassifier": "estimator_"}


def unwrapped(estimator: Any) -> Any:
    """Return a model that predicts as ``estimator`` does, made of parts that skl2onnx knows.

    The original is left as it is: what has to differ is a shallow copy.
    """
    if isinstance(estimator, BaseSearchCV):
        return unwrapped(estimator.best_estimator_)
    inner = _INNER.get(type(estimator).__name__)
    if inner is not None:
        return unwrapped(getattr(estimator, inner))
    for kind, rule in _RULES.items():
        if isinstance(estimator, kind):
            return rule(estimator)
    return labelled(with_members(estimator, _member, in_turn=True))


def _member(estimator: Any, _: Any) -> Any:
    """Reduce a member of a wrapper, but for sets of categories, which have no form there."""
    inner = any(
        isinstance(part, BaseHistGradientBoosting) and part.is_categorical_ is not None
        for part in parts_of(estimator)
    )
    return estimator if inner else unwrapped(estimator)


def _selected(estimator: RFE) -> Pipeline:
    """RFE as a last step: its selection, then the estimator it kept."""
    return Pipeline([("select", estimator), ("predict", unwrapped(estimator.estimator_))])


def _pipeline(estimator: Pipeline) -> Any:
    """Flat, and without the steps that change nothing."""
    steps: list[tuple[str, Any]] = []
    given = joined(estimator.steps)
    for position, (name, step) in enumerate(given):
        if step is None or isinstance(step, str):
            continue  # "passthrough"
        last = position == len(given) - 1
        plain = step if isinstance(step, RFE) and not last else unwrapped(step)
        if isinstance(step, BaseHistGradientBoosting) and isinstance(plain, Pipeline) and steps:
            plain.steps[0] = ("categories", Codes(plain.steps[0][1]))
        if isinstance(plain, Pipeline):
            steps.extend((f"{name}_{inner}", part) for inner, part in plain.steps)
        else:
            steps.append((name, plain))
    if not steps:
        return FunctionTransformer()  # the identity
    flat = copy.copy(estimator)
    flat.steps = without_zeros(steps)
    return flat


def _union(estimator: FeatureUnion) -> FeatureUnion:
    union = copy.copy(estimator)
    union.transformer_list = [(name, unwrapped(part)) for name, part in union.transformer_list]
    return union


def _thresholded(estimator: Any) -> Any:
    """Move a threshold over a pipeline to its last step, whose probabilities it applies to."""
    inner = unwrapped(estimator.estimator_)
    if not isinstance(inner, Pipeline):
        return with_members(estimator, _member)
    last = copy.copy(estimator)
    last.estimator_ = inner.steps[-1][1]
    last.n_features_in_ = getattr(last.estimator_, "n_features_in_", None)
    vars(last).pop("feature_names_in_", None)  # of the pipeline's input
    return Pipeline([*inner.steps[:-1], ("threshold", last)])


def _imputed(estimator: SimpleImputer) -> Any:
    """Imputation with an indicator: the two side by side, which skl2onnx would forget."""
    if not estimator.add_indicator:
        return estimator
    plain = copy.copy(estimator)
    plain.add_indicator = False
    indicator = copy.copy(estimator.indicator_)
    indicator._precomputed = False  # the imputer hands it a mask; here it sees the values
    return FeatureUnion([("values", plain), ("missing", indicator)])


def _boosting(estimator: BaseHistGradientBoosting) -> Any:
    plain = encoded_before(estimator)
    return _pipeline(plain) if isinstance(plain, Pipeline) else plain


def _numbered(transformer: ColumnTransformer) -> ColumnTransformer:
    """Select columns by number, so that no data frame is needed."""
    numbered = copy.copy(transformer)
    positions = transformer._transformer_to_input_indices  # no public twin
    numbered.transformers_ = [
        (
            name,
            step if isinstance(step, str) else unwrapped(step),
            _chosen(step, positions.get(name, [])),
        )
        for name, step, _ in transformer.transformers_
    ]
    numbered.transformers = [entry for entry in numbered.transformers_ if entry[0] != "remainder"]
    return numbered


def _chosen(step: Any, positions: Any) -> Any:
    chosen = [int(position) for position in positions]
    # A vectorizer takes one column as a list of texts, which one bare number selects.
    return chosen[0] if reads_text(step) and len(chosen) == 1 else chosen


def _apart(estimator: VotingClassifier) -> VotingClassifier:
    """Keep the members' probabilities apart where voting is a step, as skl2onnx needs it."""
    voting = copy.copy(with_members(estimator, _member))
    voting.flatten_transform = False
    return voting


_RULES: dict[type, Callable[[Any], Any]] = {
    RFE: _selected,
    Pipeline: _pipeline,
    ColumnTransformer: _numbered,
    FeatureUnion: _union,
    SimpleImputer: _imputed,
    VotingClassifier: _apart,
    BaseHistGradientBoosting: _boosting,
    CategoryEncoder: in_columns,
    FixedThresholdClassifier: _thresholded,
    TunedThresholdClassifierCV: _thresholded,
}
