"""Describes a converted estimator: inputs, outputs, features and classes."""

from typing import Any

import numpy as np
import onnx

from converter.estimators.known_categories import known_values
from converter.estimators.layout import Layout
from exported.graph import tensor_specs
from inferx.manifest import Label, Signature


def signature_for(
    model: onnx.ModelProto,
    layout: Layout,
    estimator: Any,
    dtype: str,
    known: dict[int, tuple[Any, ...]],
) -> Signature:
    """Describe ``model``, whose outputs were named by :func:`exported.graph.name_outputs`.

    ``known`` has the categories of each column in which the original refuses all others.
    """
    outputs = tensor_specs(model.graph.output)
    names = [output.name for output in outputs]
    features = layout.features()
    inputs = {given.name for given in model.graph.input}
    return Signature(
        inputs=layout.inputs(dtype),
        outputs=outputs,
        features=features,
        prediction=names[0],
        probabilities="probabilities" if "probabilities" in names else None,
        classes=_classes(estimator),
        named_features=all(feature.name is not None for feature in features),
        categories=known_values(known, layout),
        texts=tuple(text for text in layout.texts if text.name in inputs),
    )


def _classes(estimator: Any) -> Any:
    classes = getattr(estimator, "classes_", None)
    if classes is None:
        return None
    if isinstance(classes, list) or (isinstance(classes, np.ndarray) and classes.ndim == 2):
        return tuple(_labels(part) for part in classes)
    return _labels(classes)


def _labels(classes: Any) -> tuple[Label, ...]:
    return tuple(np.asarray(classes).tolist())


def title_of(estimator: Any) -> str:
    """Name an estimator for people: ``Pipeline(StandardScaler, LogisticRegression)``."""
    name = type(estimator).__name__
    if hasattr(estimator, "steps"):
        steps = ", ".join(
            type(step).__name__ for _, step in estimator.steps if not isinstance(step, str | None)
        )
        return f"{name}({steps})"[:1000]
    inner = getattr(estimator, "best_estimator_", None)
    return f"{name}({title_of(inner)})"[:1000] if inner is not None else name
