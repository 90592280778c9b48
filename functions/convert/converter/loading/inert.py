"""Stand-ins for what a file names but must not get."""

from collections.abc import Callable
from typing import Any


class Vetted:
    """The replacement for a callable that a pickle asks for.

    Only REDUCE uses it: it cannot be called or given attributes, and no loaded model may hold one.
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
    """A part of a model that predictions never read and that is left out: a generator's state."""

    __slots__ = ()


class JoblibArray:
    """The header joblib writes before the bytes of an array."""

    __slots__ = ()


class BinomialDeviance:
    """A loss of gradient boosting up to scikit-learn 1.3, until its repair replaces it."""


class ExponentialLoss(BinomialDeviance):
    """As :class:`BinomialDeviance`."""


class LeastAbsoluteError(BinomialDeviance):
    """As :class:`BinomialDeviance`."""


class LeastSquaresError(BinomialDeviance):
    """As :class:`BinomialDeviance`."""


class MultinomialDeviance(BinomialDeviance):
    """As :class:`BinomialDeviance`."""


class HuberLossFunction(BinomialDeviance):
    """As :class:`BinomialDeviance`."""


class QuantileLossFunction(BinomialDeviance):
    """As :class:`BinomialDeviance`."""


class BinaryCrossEntropy(BinomialDeviance):
    """A loss of histogram gradient boosting as scikit-learn had it up to 1.0."""


class CategoricalCrossEntropy(BinaryCrossEntropy):
    """As :class:`BinomialDeviance`."""


class LeastAbsoluteDeviation(BinaryCrossEntropy):
    """As :class:`BinomialDeviance`."""


class LeastSquares(BinaryCrossEntropy):
    """As :class:`BinomialDeviance`."""


class Poisson(BinaryCrossEntropy):
    """As :class:`BinomialDeviance`."""
