"""Reduces a fitted model to the part that predicts: what a search or a wrapper kept of it."""

import copy
from typing import Any

from sklearn.compose import ColumnTransformer
from sklearn.ensemble import VotingClassifier
from sklearn.feature_selection import RFE
from sklearn.model_selection._search import BaseSearchCV
from sklearn.pipeline import FeatureUnion, Pipeline

_INNER = {"FrozenEstimator": "estimator", "SelfTrainingClassifier": "estimator_"}


def unwrapped(estimator: Any) -> Any:  # any fitted estimator
    """Return a model that predicts as ``estimator`` does and that skl2onnx knows.

    Searches give their best estimator, frozen and self-trained models their inner one, RFE as a
    last step becomes a selection and its estimator, named columns become numbered ones (so that
    no data frame is needed), and voting keeps its members' probabilities apart.
    """
    kind = type(estimator).__name__
    inner = "best_estimator_" if isinstance(estimator, BaseSearchCV) else _INNER.get(kind)
    if inner is not None:
        return unwrapped(getattr(estimator, inner))
    if isinstance(estimator, RFE):
        return Pipeline([("select", estimator), ("predict", unwrapped(estimator.estimator_))])
    if isinstance(estimator, Pipeline):
        return _pipeline(estimator)
    if isinstance(estimator, ColumnTransformer):
        return _numbered(estimator)
    if isinstance(estimator, FeatureUnion):
        union = copy.copy(estimator)
        union.transformer_list = [(name, unwrapped(part)) for name, part in union.transformer_list]
        return union
    if isinstance(estimator, VotingClassifier):
        voting = copy.copy(estimator)
        voting.flatten_transform = False
        return voting
    return estimator


def _pipeline(estimator: Pipeline) -> Pipeline:
    steps: list[tuple[str, Any]] = []
    for position, (name, step) in enumerate(estimator.steps):
        if step is None or isinstance(step, str):
            continue  # "passthrough" changes nothing
        last = position == len(estimator.steps) - 1
        plain = step if isinstance(step, RFE) and not last else unwrapped(step)
        if isinstance(plain, Pipeline):
            steps.extend((f"{name}_{inner}", part) for inner, part in plain.steps)
        else:
            steps.append((name, plain))
    flat = copy.copy(estimator)
    flat.steps = steps
    return flat


def _numbered(transformer: ColumnTransformer) -> ColumnTransformer:
    numbered = copy.copy(transformer)
    positions = transformer._transformer_to_input_indices  # no public twin
    numbered.transformers_ = [
        (name, unwrapped(step), [int(position) for position in positions.get(name, [])])
        for name, step, _ in transformer.transformers_
    ]
    numbered.transformers = [entry for entry in numbered.transformers_ if entry[0] != "remainder"]
    return numbered
