"""Encoders of category_encoders, read without it as the tables by which they encode new rows.

https://contrib.scikit-learn.org/category_encoders/: an ordinal encoder numbers the categories of a
column, and most encoders keep what each number becomes, with -1 for an unknown category and -2 for
a missing value. What they do with the target is done while they are fitted.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from converter.loading.encoded import CategoryEncoder, Table, encoder_of, is_missing
from converter.loading.pandas_tables import Frame, labels_of
from inferx.errors import Refused

_DAMAGED = "The file describes an encoder that category_encoders never writes; it is damaged."
_CATEGORY = (str, bool, int, float)
_MISSING = -2.0


def rule_for(module: str, name: str) -> Callable[[object], CategoryEncoder] | None:
    """Return what makes a stand-in of an encoder's state; ``None`` for any other class."""
    package, _, place = module.partition(".")
    known = _ENCODERS.get(name) if package == "category_encoders" else None
    return partial(_encoder, name) if known is not None and known[0] == place else None


def _encoder(name: str, state: object) -> CategoryEncoder:
    if type(state) is not dict:
        raise Refused(_DAMAGED)
    if state.get("_dim") is None and "base_n_encoder" not in state:
        return CategoryEncoder()  # not fitted: the parameter of what holds a fitted one
    inner = state.get("base_n_encoder")  # up to 2.2
    if isinstance(inner, CategoryEncoder):
        return inner
    _refuse_parameters(name, state)
    columns = state.get("cols")
    tables = _ENCODERS[name][1](state) if columns else {}
    names, width = _inputs(state)
    refuses_missing = state.get("handle_missing") == "error"
    placed: dict[int, Table] = {}
    for column, table in tables.items():
        if column not in names:
            raise Refused(_DAMAGED)
        lumped = table.lumped(_of(state, "min_group_lumping_", "_min_group_categories", column))
        placed[names.index(column)] = replace(lumped, missing=None) if refuses_missing else lumped
    if columns and len(placed) != len(columns):
        raise Refused(f"{name} encodes a column without any category; leave that column out.")
    is_strict = state.get("handle_unknown") == "error"
    return encoder_of(placed, names, width, "error" if is_strict else "value")


def _refuse_parameters(name: str, state: dict[Any, Any]) -> None:
    refused = {
        "drop_invariant": state.get("drop_invariant") and state.get("invariant_cols"),
        "drop_invariant ": state.get("drop_invariant") and state.get("drop_cols"),
        "hierarchy": state.get("hierarchy") is not None,
        "composite_cols": state.get("composite_members_"),
    }
    for parameter, is_set in refused.items():
        if is_set:
            raise Refused(
                f"{name} of category_encoders has no exact ONNX form here with "
                f"{parameter.strip()}; leave that parameter out, or encode the columns by "
                "scikit-learn's TargetEncoder or OneHotEncoder."
            )


def _inputs(state: dict[Any, Any]) -> tuple[list[Any], int]:
    """Return the names of the columns that the encoder takes, and how many there are."""
    width = state.get("n_features_in_", state.get("_dim"))
    names = state.get("feature_names_in_")
    if names is None:  # up to 2.5: those that it makes, in place of which its columns were
        names = state.get("feature_names")
        for entry in state["mapping"] if type(state.get("mapping")) is list else ():
            made = entry["mapping"]
            if type(made) is Frame and type(names) is list:
                first = next(iter(made.columns))
                names = [
                    entry["col"] if name == first else name
                    for name in names
                    if name == first or name not in made.columns
                ]
    names = names.tolist() if isinstance(names, np.ndarray) else names
    if type(names) is not list or type(width) is not int or len(names) != width:
        raise Refused(_DAMAGED)
    return names, width


def _of(state: dict[Any, Any], *path: Any) -> Any:
    """Return what the last key has in the first of the other keys that are there."""
    *names, column = path
    for name in names:
        kept = state.get(name)
        if type(kept) is dict and column in kept:
            return kept[column]
    return None


def _by_category(values: Any) -> tuple[dict[Any, Any], Any]:
    """Return the value of each category of a Series, and that of NaN or ``None``."""
    found: dict[Any, Any] = {}
    missing: Any = None
    labels = labels_of(values)
    for label, value in zip(labels, np.asarray(values).tolist(), strict=True):
        if is_missing(label):
            missing = value
        elif type(label) not in _CATEGORY:
            raise Refused(
                "An encoder of category_encoders has categories that are no texts, "
                "numbers or flags; make texts of them before it."
            )
        else:
            found[label] = value
    if len(found) + (missing is not None) != len(labels):
        raise Refused(_DAMAGED)
    return found, missing


def _codes(state: dict[Any, Any]) -> dict[Any, Table]:
    """Read ``OrdinalEncoder``, whose own mapping goes from category to number."""
    policies = {"value": -1.0, "return_nan": np.nan, "error": np.nan}
    unknown = _number(state, "handle_unknown", policies)
    absent = _number(
        state, "handle_missing", {"value": _MISSING, "return_nan": np.nan, "error": _MISSING}
    )
    tables = {}
    for entry in state["mapping"]:
        found, missing = _by_category(entry["mapping"])
        codes = [*found.values(), *([] if missing is None else [missing])]
        if any(code != np.trunc(code) for code in codes):
            raise Refused(
                "OrdinalEncoder of category_encoders has no exact ONNX form here with a mapping "
                "to fractions; map to whole numbers."
            )

        def code(number: Any) -> list[float]:
            return [absent if number == _MISSING else float(number)]

        rows = {category: code(number) for category, number in found.items()}
        is_strict = state["handle_unknown"] == "error" and missing is None
        filled = [unknown] if missing is None else code(missing)
        tables[entry["col"]] = Table(rows, None if is_strict else filled, [unknown])
    return tables


def _number(state: dict[Any, Any], parameter: str, policies: dict[str, float]) -> float:
    policy: Any = state.get(parameter)
    if type(policy) is str and policy in policies:
        return float(policies[policy])
    if type(policy) in (int, float):
        return float(policy)
    raise Refused(
        f"An encoder of category_encoders has no exact ONNX form here with {parameter}="
        f"{policy!r:.40}; use 'value', 'return_nan' or 'error'."
    )


def _numbered(state: dict[Any, Any], column: Any) -> Table:
    """Return the codes of a column by the ordinal encoder that the other encoders keep."""
    encoder = state.get("ordinal_encoder")
    if type(encoder) is not CategoryEncoder:
        raise Refused(_DAMAGED)
    place = _inputs_of(encoder, state).index(column)
    number = encoder.columns_.index(place)
    codes = [[code] for code in encoder.tables_[number][:, 0].tolist()]
    categories = encoder.categories_[number].tolist()
    rows = dict(zip(categories, codes, strict=False))
    missing = next((rows.pop(value) for value in categories if is_missing(value)), None)
    return Table(rows, missing, codes[-1])


def _inputs_of(encoder: CategoryEncoder, state: dict[Any, Any]) -> list[Any]:
    names = getattr(encoder, "feature_names_in_", None)
    return _inputs(state)[0] if names is None else list(names)


def _by_code(state: dict[Any, Any], column: Any, rows: dict[float, list[float]]) -> Table:
    """Replace the codes of a column by the rows that an encoder keeps for them."""
    codes = _numbered(state, column)
    nothing = [np.nan] * len(next(iter(rows.values())))

    def row(code: list[float]) -> list[float]:
        return rows.get(code[0] if code[0] == code[0] else float(_MISSING), nothing)

    return Table(
        {category: row(code) for category, code in codes.rows.items()},
        None if codes.missing is None else row(codes.missing),
        row(codes.unknown),
    )


def _averages(state: dict[Any, Any]) -> dict[Any, Table]:
    """Read an encoder that keeps one number for each code of a column."""
    tables = {}
    for column, values in state["mapping"].items():
        rows = {
            float(code): [float(value)]
            for code, value in zip(labels_of(values), np.asarray(values).tolist(), strict=True)
        }
        tables[column] = _by_code(state, column, rows)
    return tables


def _digits(state: dict[Any, Any]) -> dict[Any, Table]:
    """Read an encoder that keeps several numbers for each code of a column."""
    tables = {}
    for entry in state["mapping"]:
        made = entry["mapping"]
        if type(made) is not Frame or not made.columns:
            raise Refused(_DAMAGED)
        values = np.column_stack(list(made.columns.values())).astype(np.float64).tolist()
        rows = {float(code): row for code, row in zip(made.labels, values, strict=True)}
        if len(rows) != len(values):
            raise Refused(_DAMAGED)
        tables[entry["col"]] = _by_code(state, entry["col"], rows)
    return tables


def _counts(state: dict[Any, Any]) -> dict[Any, Table]:
    """Read ``CountEncoder``, which counts the categories themselves."""
    tables = {}
    for column, values in state["mapping"].items():
        found, missing = _by_category(values)
        on_unknown = _of(state, "_handle_unknown", column)
        on_missing = _of(state, "_handle_missing", column)
        other = np.nan
        if type(on_unknown) is int:
            other = float(on_unknown)
        elif on_unknown == "value" and on_missing != "return_nan":
            other = 0.0

        def filled(count: Any, other: float = other) -> list[float]:
            return [other if is_missing(count) else float(count)]

        is_strict = on_unknown == "error" and is_missing(missing)
        if on_unknown == "error" and state["handle_unknown"] != "error":
            raise Refused(
                "CountEncoder of category_encoders has no exact ONNX form here with "
                "handle_unknown='error' for some columns only; use it for all or none."
            )
        rows = {category: filled(count) for category, count in found.items()}
        tables[column] = Table(rows, None if is_strict else filled(missing), [other])
    return tables


def _left_out(state: dict[Any, Any], prior: Any) -> dict[Any, Table]:
    """Read an encoder that keeps sums of the target; a category seen once has the mean of all."""
    mean = float(state["_mean"])
    unknown = _number(
        state, "handle_unknown", {"value": mean, "return_nan": np.nan, "error": np.nan}
    )
    tables = {}
    for column, kept in state["mapping"].items():
        if type(kept) is not Frame:
            raise Refused(_DAMAGED)
        sums, counts = (
            np.asarray(kept.columns[name], dtype=np.float64) for name in ("sum", "count")
        )
        with np.errstate(all="ignore"):
            means = (sums + mean * prior) / (counts + prior) if prior is not None else sums / counts
        means = np.where(counts > 1, means, mean)
        rows: dict[Any, list[float]] = {}
        seen = None
        for category, value in zip(kept.labels, means.tolist(), strict=True):
            if is_missing(category):
                seen = value
            else:
                rows[category] = [value]
        absent = mean if seen is None else seen
        if state["handle_missing"] == "return_nan":
            absent = np.nan
        tables[column] = Table(rows, [absent], [unknown])
    return tables


_ENCODERS: dict[str, tuple[str, Callable[[dict[Any, Any]], dict[Any, Table]]]] = {
    "BaseNEncoder": ("basen", _digits),
    "BinaryEncoder": ("binary", _digits),
    "CatBoostEncoder": ("cat_boost", lambda state: _left_out(state, state["a"])),
    "CountEncoder": ("count", _counts),
    "JamesSteinEncoder": ("james_stein", _averages),
    "LeaveOneOutEncoder": ("leave_one_out", lambda state: _left_out(state, None)),
    "MEstimateEncoder": ("m_estimate", _averages),
    "OneHotEncoder": ("one_hot", _digits),
    "OrdinalEncoder": ("ordinal", _codes),
    "TargetEncoder": ("target_encoder", _averages),
    "WOEEncoder": ("woe", _averages),
}
"""By class: its module, and what reads its tables."""
