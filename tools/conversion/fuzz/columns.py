"""Columns as real tables have them, each able to draw as many fresh values as are wanted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tools.conversion.fuzz.words import category_sets, texts

NUMBER, STRING, TEXT, FLAG = "number", "string", "text", "flag"

type Values = np.ndarray[Any, Any]
type Draw = Callable[[np.random.Generator, int], Values]


@dataclass(frozen=True)
class Column:
    """One column; ``missing`` is the share of its values that are ``absent``."""

    shape: str
    kind: str
    draw: Draw
    missing: float = 0.0
    absent: Any = np.nan

    def values(self, draw: np.random.Generator, count: int) -> Values:
        """Return fresh values: float64 for numbers, else strings as objects."""
        values = self.draw(draw, count)
        if self.missing:
            values = values.copy()
            values[draw.random(count) < self.missing] = self.absent
        return values


def _amounts(draw: np.random.Generator, count: int) -> Values:
    return np.round(draw.lognormal(4, 1.5, count), 2)


_NUMBERS: dict[str, Draw] = {
    "integers": lambda draw, count: draw.integers(0, 100, count).astype(float),
    "counts": lambda draw, count: draw.poisson(2, count).astype(float),
    "amounts": _amounts,
    "timestamps": lambda draw, count: draw.integers(1_500_000_000, 1_760_000_000, count) * 1.0,
    "milliseconds": lambda draw, count: draw.integers(15 * 10**11, 176 * 10**10, count) * 1.0,
    "flags": lambda draw, count: draw.integers(0, 2, count).astype(float),
    "codes": lambda draw, count: 2.0**24 + draw.integers(0, 60, count),
    "few codes": lambda draw, count: draw.choice([16777216.0, 16777217.0, 16777219.0], count),
    "tenths": lambda draw, count: np.round(draw.uniform(0, 5, count), 1),
    "shares": lambda draw, count: draw.random(count),
    "measures": lambda draw, count: draw.normal(20, 5, count),
    "signed": lambda draw, count: draw.standard_normal(count),
    "tiny": lambda draw, count: draw.normal(0, 1e-6, count),
    "sparse": lambda draw, count: np.where(draw.random(count) < 0.8, 0.0, _amounts(draw, count)),
    "heavy": lambda draw, count: draw.standard_cauchy(count),
    "constant": lambda draw, count: np.full(count, 3.0),
    "years": lambda draw, count: draw.integers(1950, 2026, count).astype(float),
}
_POSITIVE = (
    *("integers", "counts", "amounts", "flags", "tenths", "shares", "sparse", "years"),
    "timestamps",
)
_WHOLE = ("integers", "counts", "flags", "years", "codes", "few codes")


def number(draw: np.random.Generator, *, positive: bool = False, missing: bool = False) -> Column:
    """Draw a column of numbers of some shape."""
    shape = str(draw.choice(_POSITIVE if positive else list(_NUMBERS)))
    share = float(draw.choice([0.0, 0.05, 0.3])) if missing else 0.0
    return Column(shape, NUMBER, _NUMBERS[shape], share)


def codes(draw: np.random.Generator) -> Column:
    """Draw a column of whole numbers that stand for categories."""
    shape = str(draw.choice(["counts", "flags", "few codes", "years"]))
    return Column(shape, NUMBER, _NUMBERS[shape])


def flag(draw: np.random.Generator) -> Column:
    """Draw a column of ``True`` and ``False``, as a DataFrame's objects."""
    share = float(draw.uniform(0.1, 0.9))
    return Column("booleans", FLAG, lambda later, count: (later.random(count) < share).astype("O"))


def string(draw: np.random.Generator, absent: Any) -> Column:
    """Draw a column of categories, some of them rare, and some missing."""
    name, categories = category_sets(draw)
    weights = draw.dirichlet(np.full(len(categories), 0.7))
    return Column(
        name,
        STRING,
        lambda later, count: np.array(
            [categories[i] for i in later.choice(len(categories), count, p=weights)], dtype=object
        ),
        float(draw.choice([0.0, 0.0, 0.05, 0.3])),
        absent,
    )


def text(draw: np.random.Generator) -> Column:
    """Draw a column of sentences, in one or several scripts."""
    seed = int(draw.integers(1 << 30))
    return Column("texts", TEXT, lambda later, count: texts(later, count, seed))
