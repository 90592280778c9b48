"""Objects that stand in for what a file names but must not get."""

from collections.abc import Callable
from typing import Any


class Vetted:
    """The replacement for a callable that a pickle asks for.

    Only REDUCE opens it; it cannot be called, given attributes, or left inside a loaded model.
    """

    __slots__ = ("make",)

    def __init__(self, make: Callable[..., Any]) -> None:
        self.make = make


class Replaced:
    """A class that is not installed: what its instances hold becomes plain data.

    Like a call, it may only be used by the unpickler, and is refused inside a loaded model.
    """

    __slots__ = ("complete",)

    def __init__(self, complete: Callable[[object], object]) -> None:
        self.complete = complete


class Unused:
    """A part of a model that predictions never read (a generator's state, say): kept out."""

    __slots__ = ()


class JoblibArray:
    """The header joblib writes before the bytes of an array."""

    __slots__ = ()


class BinomialDeviance:
    """A loss of gradient boosting as scikit-learn had it up to 1.3, until it is replaced."""


class ExponentialLoss(BinomialDeviance):
    """As above."""


class LeastAbsoluteError(BinomialDeviance):
    """As above."""


class LeastSquaresError(BinomialDeviance):
    """As above."""


class MultinomialDeviance(BinomialDeviance):
    """As above."""


class HuberLossFunction(BinomialDeviance):
    """As above."""


class QuantileLossFunction(BinomialDeviance):
    """As above."""


class BinaryCrossEntropy(BinomialDeviance):
    """A loss of histogram gradient boosting as scikit-learn had it up to 1.0."""


class CategoricalCrossEntropy(BinaryCrossEntropy):
    """As above."""


class LeastAbsoluteDeviation(BinaryCrossEntropy):
    """As above."""


class LeastSquares(BinaryCrossEntropy):
    """As above."""


class Poisson(BinaryCrossEntropy):
    """As above."""
