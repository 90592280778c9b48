"""Finds the step of a model that has no ONNX form, by converting its steps one at a time."""

import inspect
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import onnx
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.multioutput import ClassifierChain, RegressorChain
from sklearn.pipeline import FeatureUnion, Pipeline

from converter.estimators.columns import columns_of, reads_text
from converter.estimators.export import export
from converter.estimators.layout import layout_for
from converter.estimators.members import members_of
from exported import graph
from inferx.errors import Refused


@dataclass(frozen=True)
class Culprit:
    """The innermost step without an ONNX form.

    ``parameter`` is the one with whose default the step would convert; ``single`` says that it
    has a form in float32 where the model needs float64.
    """

    path: tuple[str, ...]
    step: Any
    parameter: str | None = None
    single: bool = False

    @property
    def title(self) -> str:
        """The step as it is written in Python, with the parameter that matters."""
        kind = type(self.step).__name__
        if self.parameter is None:
            return kind
        return f"{kind}({self.parameter}={getattr(self.step, self.parameter)!r:.40})"


@dataclass(frozen=True)
class _Plan:
    """The type that a step has to be converted in, and a file for trying to."""

    dtype: str
    path: Path


def culprit_in(estimator: Any, dtype: str, directory: Path) -> Culprit | None:
    """Find the step of a fitted, unwrapped model for which no graph in ``dtype`` can be opened.

    ``None`` means that every step converts by itself.

    Args:
        estimator: the model.
        dtype: ``float32`` or ``float64``.
        directory: where graphs may be written.
    """
    return _search(estimator, _Plan(dtype, directory / "step.onnx"), ())


def place_of(refused: Refused, estimator: Any, dtype: str) -> tuple[str, ...]:
    """Return the path of the innermost step that a converter refuses in the same words.

    Args:
        refused: what the conversion of the whole model raised.
        estimator: the model.
        dtype: ``float32`` or ``float64``.
    """
    for name, step in _steps(estimator):
        if _is_refused(step, refused.detail, dtype):
            return (name, *place_of(refused, step, dtype))
    return ()


def _is_refused(step: Any, detail: str, dtype: str) -> bool:
    try:
        export(step, layout_for(columns_of(step)), dtype)
    except Refused as refused:
        return refused.detail == detail
    except Exception:  # noqa: BLE001  # skl2onnx raises anything
        return False
    return False


def _search(estimator: Any, plan: _Plan, path: tuple[str, ...]) -> Culprit | None:
    inside = list(_steps(estimator))
    for name, step in inside:
        found = _search(step, plan, (*path, name))
        if found is not None:
            return found
    if inside and path == ():
        return None  # the whole model has been tried
    if _converts(estimator, plan):
        return None
    single = plan.dtype == "float64" and _converts(estimator, replace(plan, dtype="float32"))
    return Culprit(path, estimator, None if single else _parameter(estimator, plan), single)


def has_steps(estimator: Any) -> bool:
    """Return whether a model is made of others, each of which may be converted by itself."""
    return next(_steps(estimator), None) is not None


def _steps(estimator: Any) -> Iterator[tuple[str, Any]]:
    """Yield the named steps inside an estimator; of a wrapper's members, those of each kind."""
    if isinstance(estimator, Pipeline):
        named = list(estimator.steps)
    elif isinstance(estimator, ColumnTransformer):
        named = [(name, step) for name, step, _ in estimator.transformers_]
    elif isinstance(estimator, FeatureUnion):
        named = list(estimator.transformer_list)
    else:
        named = _members(estimator)
    yield from ((name, step) for name, step in named if isinstance(step, BaseEstimator))


def _members(estimator: Any) -> list[tuple[str, Any]]:
    if isinstance(estimator, ClassifierChain | RegressorChain):
        first = estimator.estimators_[0]  # the others see its predictions as well
        return [(type(first).__name__, first)]
    given = getattr(estimator, "estimators", None) or []
    names = [name for name, member in given if not isinstance(member, str)]
    members = [member for member, _ in members_of(estimator)]
    if len(names) == len(members):
        last = getattr(estimator, "final_estimator_", None)
        after = [] if last is None else [("final_estimator", last)]
        return [*zip(names, members, strict=True), *after]
    return [(type(members[0]).__name__, members[0])] if members else []


def _converts(step: Any, plan: _Plan) -> bool:
    if reads_text(step):
        return True  # refused by parameter, before anything is converted
    try:
        layout = layout_for(columns_of(step))
        onnx.save(export(step, layout, plan.dtype), plan.path)
        graph.open_session(plan.path)
    except Refused as refused:
        return "how many features" in refused.detail  # nothing can be said of this step alone
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # skl2onnx and the runtime raise anything
        return False
    return True


def _parameter(step: Any, plan: _Plan) -> str | None:
    """Name the first parameter with whose default the step converts."""
    for name, known in inspect.signature(type(step).__init__).parameters.items():
        if known.default is inspect.Parameter.empty or not hasattr(step, name):
            continue
        value = getattr(step, name)
        if value is known.default or (
            isinstance(value, str | int | float) and value == known.default
        ):
            continue
        plain = copy(step)
        setattr(plain, name, known.default)
        if hasattr(step, f"effective_{name}_"):  # what was made of it while fitting
            setattr(plain, f"effective_{name}_", known.default)
        if _converts(plain, plan):
            return name
    return None
