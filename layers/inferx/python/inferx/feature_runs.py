"""The features of a signature as JSON: one by one, or, where there are many, in runs.

A model of 100,000 columns would take 9 MB with every feature an object of its own. A run is the
features that lie side by side in one input of the graph; only their names differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from inferx.untrusted import MAX_NAME, boolean, fields_of, integer, items, one_of, text, wrong

KINDS = ("number", "string", "boolean", "any")
"""What a value has to be; ``any`` where the model ignores it."""
MAX_FEATURES = 250_000

_SINGLY = 256
"""Up to how many features are written one by one, as people like to read them."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One value of a row: which graph input it goes to, and in which column of it.

    ``nullable``: whether it may be missing, which is NaN among numbers; ``infinite``: whether it
    may be infinite.
    """

    name: str | None
    kind: str
    input: str
    column: int
    nullable: bool
    infinite: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """``count`` features of neighbouring columns, the first of which is ``column``."""

    names: list[str] | None
    count: int
    kind: str
    input: str
    column: int
    nullable: bool
    infinite: bool = False


def written(features: Sequence[Feature]) -> list[dict[str, Any]]:
    """Return features as JSON has them."""
    if len(features) <= _SINGLY:
        return [
            _short({name: getattr(each, name) for name in Feature.__slots__}) for each in features
        ]
    runs: list[dict[str, Any]] = []
    for each in features:
        if not runs or not _goes_on(runs[-1], each):
            runs.append(
                {
                    "names": None if each.name is None else [],
                    "count": 0,
                    "kind": each.kind,
                    "input": each.input,
                    "column": each.column,
                    "nullable": each.nullable,
                    "infinite": each.infinite,
                }
            )
        runs[-1]["count"] += 1
        if each.name is not None:
            runs[-1]["names"].append(each.name)
    return [_short(run) for run in runs]


def read(data: object) -> tuple[Feature, ...]:
    """Check features of unknown origin.

    Raises:
        Malformed: for anything that :func:`written` does not write.
    """
    if not isinstance(data, list) or len(data) > MAX_FEATURES:
        raise wrong("features")
    features: list[Feature] = []
    for each in data:
        if isinstance(each, dict) and "count" in each:
            run = _run(each)
            if len(features) + run.count > MAX_FEATURES:
                raise wrong("features")
            features += _of(run)
        else:
            features.append(_feature(each))
    if len(features) > MAX_FEATURES:
        raise wrong("features")
    return tuple(features)


def names_in(stored: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the names in features that :func:`written` wrote of named ones."""
    names = (each["names"] if "count" in each else [each["name"]] for each in stored)
    return list(chain.from_iterable(names))


def _short(fields: dict[str, Any]) -> dict[str, Any]:
    """Leave out what most features are not, and what features written earlier do not have."""
    if not fields["infinite"]:
        del fields["infinite"]
    return fields


def _goes_on(run: dict[str, Any], feature: Feature) -> bool:
    return (
        feature.column == run["column"] + run["count"]
        and feature.input == run["input"]
        and feature.kind == run["kind"]
        and feature.nullable == run["nullable"]
        and feature.infinite == run["infinite"]
        and (feature.name is None) == (run["names"] is None)
    )


def _of(run: _Run) -> list[Feature]:
    names: Sequence[str | None] = [None] * run.count if run.names is None else run.names
    return [
        Feature(name, run.kind, run.input, column, run.nullable, run.infinite)
        for column, name in enumerate(names, run.column)
    ]


def _run(data: object) -> _Run:
    fields = _fields(data, _Run)
    names = fields["names"]
    count = integer(fields["count"], "features", MAX_FEATURES)
    if names is not None:
        names = list(items(names, _name, "features", MAX_FEATURES))
    if count == 0 or (names is not None and len(names) != count):
        raise wrong("features")
    return _Run(names, count, *_place(fields))


def _feature(data: object) -> Feature:
    fields = _fields(data, Feature)
    name = fields["name"]
    return Feature(None if name is None else _name(name), *_place(fields))


def _fields(data: object, cls: type[Any]) -> dict[str, Any]:
    return fields_of({"infinite": False, **data} if isinstance(data, dict) else data, cls)


def _name(value: object) -> str:
    return text(value, "features", MAX_NAME)


def _place(fields: dict[str, Any]) -> tuple[str, str, int, bool, bool]:
    return (
        one_of(fields["kind"], KINDS, "features"),
        text(fields["input"], "features", MAX_NAME),
        integer(fields["column"], "features", MAX_FEATURES),
        boolean(fields["nullable"], "features"),
        boolean(fields["infinite"], "features"),
    )
