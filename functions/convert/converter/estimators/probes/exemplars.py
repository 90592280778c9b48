"""Rows near what a fitted model learned: its thresholds, centres, categories, stored samples.

Random rows would mostly miss the places where a conversion goes wrong. Each function below draws
rows for the input of one step; pipelines ask their last step first and map its rows backwards.
"""

import warnings
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    RobustScaler,
    StandardScaler,
)

from converter.estimators.columns import reads_text
from converter.estimators.custom_converters import boosters
from converter.estimators.layout import Rows
from converter.estimators.members import members_of
from converter.estimators.probes.stored import stored_rows
from converter.estimators.probes.texts import texts_for
from converter.loading.structure import parts_of

_CENTRES = ("mean_", "center_", "statistics_", "location_", "data_min_")
_OF_POSITIVE_NUMBERS = ("log", "log1p", "log2", "log10", "sqrt", "reciprocal")
_BIT_FOR_BIT = (MaxAbsScaler, MinMaxScaler, RobustScaler, SimpleImputer, StandardScaler)
"""Steps whose every operation ONNX rounds alike; powers and logarithms may differ by a last bit."""
_MEMBERS = 8
"""So many members of a wrapper are asked for rows."""
_NEARLY_INFINITE = 1e100
"""A threshold beyond it separates infinite numbers from all others: LightGBM writes 1e300."""
_MARGINS = np.array([-1.0, -1e-3, 1e-3, 1.0])


def rows_for(step: Any, width: int, count: int, draw: np.random.Generator) -> Rows:
    """Draw ``count`` input rows of ``width`` columns for one fitted step."""
    if width == 1 and reads_text(step):
        return [texts_for(step, count, draw)]
    if isinstance(step, Pipeline):
        return _pipeline_rows(step, width, count, draw)
    if isinstance(step, ColumnTransformer):
        return _transformer_rows(step, width, count, draw)
    if isinstance(step, FunctionTransformer):
        positive = getattr(step.func, "__name__", "") in _OF_POSITIVE_NUMBERS
        kind = draw.lognormal if positive else draw.normal
        return list(kind(0, 2, (width, count)))
    members = _readers_of(step)
    if members:
        return _member_rows(members, width, count, draw)
    if hasattr(step, "categories_") and len(step.categories_) == width:
        tolerant = getattr(step, "handle_unknown", "error") != "error"
        return [_choices(kept, count, draw, tolerant) for kept in step.categories_]
    if getattr(step, "statistics_", None) is not None and len(step.statistics_) == width:
        return [_around_statistic(value, count, draw) for value in step.statistics_]
    return list(_numbers(step, width, count, draw).T)


def _readers_of(step: Any) -> list[tuple[Any, list[int] | None]]:
    """List what sees a step's rows in its place: a union's first part, a wrapper's pipelines."""
    if isinstance(step, FeatureUnion):
        return [(part, None) for _, part in step.transformer_list[:1]]
    members = members_of(step)
    return members[:_MEMBERS] if any(isinstance(part, Pipeline) for part, _ in members) else []


def _member_rows(
    members: list[tuple[Any, list[int] | None]], width: int, count: int, draw: np.random.Generator
) -> Rows:
    """Draw some rows from each member of a wrapper, in the columns that it sees."""
    rows: Rows = []
    owners = draw.integers(0, len(members), count)
    for number, (member, seen) in enumerate(members):
        columns = range(width) if seen is None else seen
        drawn = rows_for(member, len(columns), count, draw)
        if not rows:
            rows = [np.zeros(count)] * width
        for position, column in zip(columns, drawn, strict=True):
            mine = owners == number
            rows[position] = np.where(mine, column, rows[position]) if number else column
    return rows


def _pipeline_rows(step: Pipeline, width: int, count: int, draw: np.random.Generator) -> Rows:
    forward = rows_for(step.steps[0][1], width, count, draw)
    if isinstance(step.steps[0][1], ColumnTransformer) and len(step.steps) == 2:
        return _passed_through(step, forward, count, draw)
    backward = _inverted(step, count // 2, draw)
    if backward is None or backward.shape[1] != width or len(step.steps) == 1:
        return forward
    half = len(backward)
    return [np.concatenate([backward[:, i], column[half:]]) for i, column in enumerate(forward)]


def _passed_through(pipeline: Pipeline, rows: Rows, count: int, draw: np.random.Generator) -> Rows:
    """Draw values near what the last step learned, for columns that reach it unchanged."""
    transformer, last = pipeline.steps[0][1], pipeline.steps[1][1]
    if not _thresholds(last):
        return rows
    learned = _numbers(last, int(last.n_features_in_), count, draw).T
    for name, part, positions in transformer.transformers_:
        if isinstance(part, FunctionTransformer) and part.func is None:
            for position, values in zip(
                positions, learned[transformer.output_indices_[name]], strict=True
            ):
                rows[position] = values
    return rows


def _inverted(pipeline: Pipeline, count: int, draw: np.random.Generator) -> Any:
    last, before = pipeline.steps[-1][1], [step for _, step in pipeline.steps[:-1]]
    width = getattr(last, "n_features_in_", None)
    if width is None or not all(map(_is_invertible, before)):
        return None
    exact = all(isinstance(step, _BIT_FOR_BIT) for step in before)
    rows = _numbers(last, int(width), count, draw, on_thresholds=exact)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for step in reversed(before):
                rows = np.asarray(step.inverse_transform(rows), dtype=float)
    except (ValueError, TypeError, LookupError, AttributeError, NotImplementedError):
        return None  # the way back needs what these rows do not have; the way forward is left
    if not np.isfinite(rows).all():
        return None
    return _neighbours(rows, draw) if exact else rows


def _is_invertible(step: Any) -> bool:
    if isinstance(step, FunctionTransformer):
        return step.inverse_func is not None
    return hasattr(step, "inverse_transform")


def _transformer_rows(
    step: ColumnTransformer, width: int, count: int, draw: np.random.Generator
) -> Rows:
    rows: Rows = list(draw.standard_normal((width, count)))
    for _, part, chosen in step.transformers_:
        positions = np.atleast_1d(chosen)
        if isinstance(part, str) or not len(positions):
            continue
        drawn = rows_for(part, len(positions), count, draw)
        for position, column in zip(positions, drawn, strict=True):
            rows[position] = column
    return rows


def _choices(categories: Any, count: int, draw: np.random.Generator, tolerant: bool) -> Any:
    kept = [value for value in np.asarray(categories, dtype=object).tolist() if value == value]  # noqa: PLR0124  # NaN
    strings = any(isinstance(value, str) for value in kept)
    kept = [value for value in kept if isinstance(value, str) == strings] or [0.0]
    if tolerant and not strings:
        kept += [max(kept) + 1, min(kept) - 1][: max(len(kept) // 4, 1)]
    picked = [kept[i] for i in draw.integers(0, len(kept), count)]
    return np.array(picked, dtype=object if strings else float)


def _around_statistic(value: Any, count: int, draw: np.random.Generator) -> Any:
    if isinstance(value, str):
        return np.array([value] * count, dtype=object)
    return float(value) + (abs(float(value)) / 2 + 1) * draw.standard_normal(count)


def _numbers(
    step: Any, width: int, count: int, draw: np.random.Generator, *, on_thresholds: bool = True
) -> Any:
    spread = draw.choice([0.5, 1.0, 3.0], size=(count, 1))
    rows = draw.standard_normal((count, width)) * spread
    counts = getattr(step, "n_categories_", None)
    if counts is not None:  # CategoricalNB: each column counts from zero
        return draw.integers(0, counts, size=(count, width)).astype(float)
    stored = stored_rows(step, width)
    if stored is not None:
        picked = stored[draw.integers(0, len(stored), count)]
        noise = np.std(stored, axis=0) / 4 + 1e-9
        if getattr(step, "radius", None) is not None and hasattr(step, "outlier_label"):
            noise = step.radius / (20 * width)  # farther off there are no neighbours
        return picked + rows * noise
    thresholds = _thresholds(step)
    if thresholds:
        return _beside(thresholds, rows, draw, on_thresholds)
    centre, scale = _centre(step, width)
    if centre is not None:
        return centre + rows * scale
    return _near_boundary(step, rows)


def _thresholds(step: Any) -> dict[int, Any]:
    features, values = [], []
    if boosters.library_of(step):
        pairs = list(boosters.thresholds(step))
        features.append(np.array([feature for feature, _ in pairs], dtype=np.int64))
        values.append(np.array([value for _, value in pairs], dtype=float))
    for part in parts_of(step):
        kind = type(part).__name__
        if kind == "Tree":
            features.append(part.feature[part.feature >= 0])
            values.append(part.threshold[part.feature >= 0])
        elif kind == "TreePredictor":
            inner = part.nodes[(part.nodes["is_leaf"] == 0) & (part.nodes["is_categorical"] == 0)]
            features.append(inner["feature_idx"])
            values.append(inner["num_threshold"])
    if not features:
        return {}
    by_feature, at = np.concatenate(features), np.concatenate(values)
    by_feature, at = by_feature[np.isfinite(at)], at[np.isfinite(at)]
    return {int(feature): at[by_feature == feature] for feature in np.unique(by_feature)}


def _beside(
    thresholds: dict[int, Any], rows: Any, draw: np.random.Generator, on_thresholds: bool
) -> Any:
    """Put values near thresholds; half of them on or next to one, where that can be equal."""
    for feature, values in thresholds.items():
        # A part inside may count the columns that the steps before it make.
        if len(values) and feature < rows.shape[1]:
            # Beside them in float32, too: a millionth of a threshold is some ten of its steps.
            usual = values[np.abs(values) < _NEARLY_INFINITE]
            usual = usual if len(usual) else np.zeros(1)
            step = np.std(usual) + 1e-3 * (1 + np.abs(usual).max())
            offset = draw.choice(_MARGINS, size=len(rows)) * step
            chosen = draw.choice(values, size=len(rows))
            rows[:, feature] = chosen + offset
            if on_thresholds:
                on = draw.random(len(rows)) < 0.5
                rows[on, feature] = _neighbours(chosen, draw)[on]
    return rows


def _neighbours(values: Any, draw: np.random.Generator) -> Any:
    """Return each value, or one of the numbers next to it in float64 or in float32."""
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
        choices = [
            values,
            *(np.nextafter(values, end) for end in (-np.inf, np.inf)),
            *(np.nextafter(single, np.float32(end)).astype(float) for end in (-np.inf, np.inf)),
            np.round(values, 2),
            np.round(values),
        ]
    chosen = np.choose(draw.integers(0, len(choices), values.shape), choices)
    return np.where(np.isfinite(chosen), chosen, values)


def _centre(step: Any, width: int) -> tuple[Any, Any]:
    for name in _CENTRES:
        centre = getattr(step, name, None)
        if isinstance(centre, np.ndarray) and centre.shape == (width,) and centre.dtype.kind == "f":
            break
    else:
        return None, None
    for name in ("data_range_", "scale_"):
        scale = getattr(step, name, None)
        if isinstance(scale, np.ndarray) and scale.shape == (width,):
            return np.nan_to_num(centre), scale
    return np.nan_to_num(centre), np.abs(np.nan_to_num(centre)) / 2 + 1


def _near_boundary(step: Any, rows: Any) -> Any:
    """Scale rows so that a linear model's scores are around one, where probabilities move."""
    weights = getattr(step, "coef_", None)
    if not isinstance(weights, np.ndarray) or weights.shape[-1] != rows.shape[1]:
        return rows
    score = np.abs(rows @ np.atleast_2d(weights).T).max(axis=1, keepdims=True)
    return rows * np.clip(3.0 / np.maximum(score, 1e-12), 1e-3, 1e3)
