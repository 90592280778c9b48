"""Which column of the model's input each number inside the model is made of, and the way back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.experimental import enable_iterative_imputer  # noqa: F401  # switches it on
from sklearn.feature_selection import SelectorMixin
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)

from converter.estimators.custom_converters.codes import Codes
from converter.estimators.missing import is_nan

_NARROW = 200
"""The most columns for which a whole row is made to invert one of them."""
_INVERSES: dict[str, Callable[[Any], Any]] = {
    "log": np.exp,
    "log1p": np.expm1,
    "log2": np.exp2,
    "log10": lambda values: np.power(10.0, values),
    "sqrt": np.square,
    "exp": np.log,
    "expm1": np.log1p,
    "square": np.sqrt,
    "negative": np.negative,
    "reciprocal": np.reciprocal,
}


@dataclass(frozen=True)
class Source:
    """One column of the input, and how numbers made of it become its values again.

    ``names_values`` is set where ``back`` returns one of a few values, categories, and the
    numbers next to one mean nothing.
    """

    column: int
    back: Callable[[Any], Any]
    names_values: bool = False

    def before(self, inverse: Callable[[Any], Any]) -> "Source":
        """Return the source of what one more step makes of this number."""
        return Source(self.column, lambda values: self.back(inverse(values)), self.names_values)


type Sources = list[Source | None]
"""For each number that a step is given; ``None`` where it is made of several columns."""


def of_input(width: int) -> Sources:
    """Return the sources of a row as the model is given it."""
    return [Source(column, lambda values: values) for column in range(width)]


def fitting(sources: Sources | None, width: int, *, after: bool = False) -> Sources:
    """Return sources for ``width`` numbers, unknown where they are others than these.

    Args:
        sources: of the numbers known.
        width: how many there are.
        after: whether the known ones are the last of them.
    """
    known = [] if sources is None or len(sources) > width else sources
    others: Sources = [None] * (width - len(known))
    return [*others, *known] if after else [*known, *others]


def outputs_of(step: Any, sources: Sources) -> Sources | None:
    """Return the sources of what a fitted transformer makes, or ``None`` if unknown."""
    if step is None or isinstance(step, str):
        return [] if step == "drop" else sources
    for kind, rule in _RULES.items():
        if isinstance(step, kind):
            return rule(step, sources) if _is_fitted(step) else None
    return None


def _is_fitted(step: Any) -> bool:
    if isinstance(step, Pipeline | FeatureUnion | FunctionTransformer | Codes):
        return True  # so far as what is in it
    return any(name.endswith("_") for name in vars(step))


def _of_steps(step: Pipeline, sources: Sources) -> Sources | None:
    known: Sources | None = sources
    for _, part in step.steps:
        known = None if known is None else outputs_of(part, known)
    return known


def _of_parts(step: FeatureUnion, sources: Sources) -> Sources | None:
    parts = [outputs_of(part, sources) for _, part in step.transformer_list]
    return None if None in parts else [source for part in parts for source in part or ()]


def _of_powers(step: PolynomialFeatures, sources: Sources) -> Sources:
    alone = step.powers_.sum(axis=1) == 1
    return [
        sources[int(np.argmax(powers))] if one else None
        for powers, one in zip(step.powers_, alone, strict=True)
    ]


def _of_columns(step: ColumnTransformer, sources: Sources) -> Sources | None:
    width = max((places.stop for places in step.output_indices_.values()), default=0)
    found: Sources = [None] * width
    for name, part, _ in step.transformers_:
        chosen = [sources[i] for i in step._transformer_to_input_indices.get(name, ())]  # no twin
        places = step.output_indices_[name]
        found[places] = fitting(outputs_of(part, chosen), places.stop - places.start)
    return found


def _of_indicators(step: OneHotEncoder, sources: Sources) -> Sources:
    found: Sources = []
    for source, kept, width in zip(sources, step.categories_, step._n_features_outs, strict=True):
        if source is None or len(kept) != width or len(kept) < 2:  # some dropped or put together
            found += [None] * width
            continue
        for place in range(width):
            back = source.before(_indicated(kept, place))
            found.append(Source(back.column, back.back, names_values=True))
    return found


def _indicated(categories: Any, place: int) -> Callable[[Any], Any]:
    given = _without_missing(categories)
    other = (place + 1) % len(given)
    return lambda values: given[np.where(np.asarray(values) > 0.5, place, other)]


def _coded(categories: Any) -> Callable[[Any], Any]:
    given = _without_missing(categories)
    last = len(given) - 1
    return lambda values: given[np.clip(np.nan_to_num(np.rint(values)), 0, last).astype(int)]


def _without_missing(categories: Any) -> Any:
    """Put another category in the place of a missing one, which has rows of its own."""
    absent = [value is None or is_nan(value) for value in categories.tolist()]
    if all(absent) or not any(absent):
        return categories
    given = categories.copy()
    given[absent] = categories[absent.index(False)]
    return given


def _standard(step: StandardScaler, sources: Sources) -> Sources:
    return _affine(sources, step.scale_, step.mean_ if step.with_mean else None)


def _robust(step: RobustScaler, sources: Sources) -> Sources:
    return _affine(sources, step.scale_, step.center_)


def _imputed(step: SimpleImputer, sources: Sources) -> Sources | None:
    if step.add_indicator:
        return None
    return [
        source
        for source, kept in zip(sources, step.statistics_.tolist(), strict=True)
        if step.keep_empty_features or kept == kept  # noqa: PLR0124  # NaN: it had no value
    ]


def _filled(step: KNNImputer | IterativeImputer, sources: Sources) -> Sources | None:
    """Return the sources as they are: only what is missing is made of other columns."""
    return None if step.add_indicator else sources


def _of_function(step: FunctionTransformer, sources: Sources) -> Sources | None:
    if step.func is None:
        return sources
    inverse = step.inverse_func or _INVERSES.get(getattr(step.func, "__name__", ""))
    return None if inverse is None else _each(sources, [inverse] * len(sources))


def _by_rows(step: Any, sources: Sources) -> Sources | None:
    width = len(sources)
    if width > _NARROW:
        return None
    return _each(sources, [_inverted(step, width, place) for place in range(width)])


def _affine(sources: Sources, scale: Any, centre: Any) -> Sources:
    width = len(sources)
    scales = np.ones(width) if scale is None else scale
    centres = np.zeros(width) if centre is None else centre
    pairs = zip(scales.tolist(), centres.tolist(), strict=True)
    return _each(sources, [_line(by, to) for by, to in pairs])


def _line(by: float, to: float) -> Callable[[Any], Any]:
    return lambda values: np.asarray(values) * by + to


def _inverted(step: Any, width: int, place: int) -> Callable[[Any], Any]:
    def inverse(values: Any) -> Any:
        rows = np.zeros((np.size(values), width))
        rows[:, place] = np.ravel(values)
        return step.inverse_transform(rows)[:, place].reshape(np.shape(values))

    return inverse


def _each(
    sources: Sources, inverses: Sequence[Callable[[Any], Any]], *, names_values: bool = False
) -> Sources:
    found: Sources = []
    for source, inverse in zip(sources, inverses, strict=True):
        back = None if source is None else source.before(inverse)
        if back is not None and names_values:
            back = Source(back.column, back.back, names_values=True)
        found.append(back)
    return found


_RULES: dict[type, Callable[[Any, Sources], Sources | None]] = {
    Pipeline: _of_steps,
    Codes: lambda step, sources: _of_columns(step.transformer, sources),
    ColumnTransformer: _of_columns,
    FeatureUnion: _of_parts,
    SelectorMixin: lambda step, sources: [sources[at] for at in step.get_support(indices=True)],
    PolynomialFeatures: _of_powers,
    OneHotEncoder: _of_indicators,
    OrdinalEncoder: lambda step, sources: _each(
        sources, [_coded(kept) for kept in step.categories_], names_values=True
    ),
    StandardScaler: _standard,
    RobustScaler: _robust,
    MinMaxScaler: lambda step, sources: _affine(sources, 1 / step.scale_, -step.min_ / step.scale_),
    MaxAbsScaler: lambda step, sources: _affine(sources, step.scale_, None),
    SimpleImputer: _imputed,
    KNNImputer: _filled,
    IterativeImputer: _filled,
    FunctionTransformer: _of_function,
    QuantileTransformer: _by_rows,
    PowerTransformer: _by_rows,
}
