"""Settles what a network takes: as its owner declares it, as it was traced, or guessed and run."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from deep.network import NetworkInput
from deep.rows import Lengths, drawn, lengths_of
from deep.torch_files.input_guesses import Guess, Shape
from deep.torch_files.running import Runner
from deep.torch_files.wording import shown
from inferx.errors import Refused
from inferx.input_hints import InputHints

_ASK = (
    "Upload it again with input_shape, the shape of one row without the axis of the rows: "
    "input_shape=[1, 28, 28] for grey images, for instance, or [[8], [4]] for two inputs; null is "
    "a length that may vary."
)


@dataclass(frozen=True)
class Known:
    """What is known of a network's inputs before it runs.

    Attributes:
        title: what the network is, for sentences.
        names: of its inputs.
        guess: by its first layer.
        traced: the shapes of rows and the types that it was traced with.
    """

    title: str
    names: tuple[str, ...]
    guess: Guess | None
    traced: tuple[tuple[Shape, str], ...] | None = None


@dataclass(frozen=True)
class Settled:
    """What a network takes.

    Attributes:
        inputs: in order.
        lengths: of the free axes, which it takes.
        warnings: for its owner, what was assumed.
    """

    inputs: tuple[NetworkInput, ...]
    lengths: Sequence[Lengths]
    warnings: tuple[str, ...] = ()


def settle(known: Known, hints: InputHints, run: Runner) -> Settled:
    """Return what a network takes, which it has taken once.

    Args:
        known: what is known of it.
        hints: what its owner declares.
        run: the network.

    Raises:
        Refused: it is not clear, saying what was tried and asking; or the network does not take
            what its owner declares.
    """
    if hints.dtypes and len(hints.dtypes) != len(known.names):
        raise Refused(_count(known, len(hints.dtypes), "input_dtype"))
    if hints.shapes:
        return _declared(known, hints, run)
    if known.traced is not None:
        return _as_traced(known, hints, run)
    return _guessed(known, hints, run)


def _declared(known: Known, hints: InputHints, run: Runner) -> Settled:
    if len(hints.shapes) != len(known.names):
        raise Refused(_count(known, len(hints.shapes), "input_shape"))
    inputs = tuple(_input(known, place, shape, hints) for place, shape in enumerate(hints.shapes))
    lengths = _taken(inputs, run)
    if not lengths:
        raise Refused(_not_taken(known, inputs, run))
    return Settled(inputs, lengths)


def _as_traced(known: Known, hints: InputHints, run: Runner) -> Settled:
    assert known.traced is not None
    inputs = tuple(
        _input(known, place, shape, hints) for place, (shape, _) in enumerate(known.traced)
    )
    lengths = _taken(inputs, run)
    if not lengths:
        raise Refused(_not_taken(known, inputs, run))
    warnings: tuple[str, ...] = ()
    if any(len(each.shape) and each.dtype == "int64" for each in inputs):
        warnings = (
            f"The rows have the shape that the model was traced with, {_shapes(inputs)}; if a "
            "length may vary, upload it again with null there in input_shape.",
        )
    return Settled(inputs, lengths, warnings)


def _guessed(known: Known, hints: InputHints, run: Runner) -> Settled:
    if len(known.names) != 1 or known.guess is None:
        raise Refused(_unclear(known))
    free = [_input(known, 0, shape, hints) for shape in known.guess.free]
    for one in free:
        lengths = _taken((one,), run)
        if len(lengths) > 1:  # it takes two lengths at least, so they do vary
            return Settled((one,), lengths, _assumed(known, one))
    fixed = [_input(known, 0, shape, hints) for shape in known.guess.fixed]
    taken = [(one, lengths) for one in fixed if (lengths := _taken((one,), run))]
    if len(taken) == 1:
        one, lengths = taken[0]
        return Settled((one,), lengths, _assumed(known, one) if len(fixed) > 1 else ())
    raise Refused(_unclear(known, [one for one, _ in taken]))


def _taken(inputs: Sequence[NetworkInput], run: Runner) -> Sequence[Lengths]:
    """Return lengths of the free axes with which the network runs; none where it does not."""
    if any(size is None for each in inputs for size in each.shape):
        return lengths_of(inputs, run)
    return [{}] if complaint(inputs, run) is None else []


def _input(known: Known, place: int, shape: Shape, hints: InputHints) -> NetworkInput:
    dtype = _dtype(known, place, hints)
    guess = known.guess if len(known.names) == 1 else None
    below = known.guess.below if known.guess and dtype in ("int64", "int32") else None
    centre, spread = (guess.centre, guess.spread) if guess else (0.0, 1.0)
    if np.ndim(centre) and (np.ndim(centre) != len(shape) or np.shape(centre)[0] != shape[0]):
        centre, spread = 0.0, 1.0  # of another shape than its owner declares
    return NetworkInput(known.names[place], dtype, shape, below, centre, spread)


def _dtype(known: Known, place: int, hints: InputHints) -> str:
    if hints.dtypes:
        return hints.dtypes[place]
    if known.traced is not None:
        return known.traced[place][1]
    return known.guess.dtype if known.guess else "float32"


def _not_taken(known: Known, inputs: Sequence[NetworkInput], run: Runner) -> str:
    fault = complaint(inputs, run) or "no length that was tried fits"
    types = ", ".join(each.dtype for each in inputs)
    return (
        f"{known.title} does not take rows of the shape {_shapes(inputs)} ({types:.60}); PyTorch "
        f"reports: {fault}. Upload it again with the input_shape and input_dtype that it takes"
        f"{_hint_of(known)}."
    )


def complaint(inputs: Sequence[NetworkInput], run: Runner) -> str | None:
    """Return PyTorch's complaint about rows with one length of the free axes, if it has any."""
    lengths = {
        (place, axis): 8
        for place, each in enumerate(inputs)
        for axis, size in enumerate(each.shape)
        if size is None
    }
    try:
        run(drawn(inputs, lengths, 2, np.random.default_rng(0)))
    except (MemoryError, Refused):
        raise
    except Exception as failure:  # noqa: BLE001  # it raises anything for what it does not take
        # A script's trace ends with the complaint; a module's complaint is its first line.
        lines = [line.strip() for line in str(failure).splitlines() if line.strip()] or [""]
        traced = lines[0].startswith("The following operation failed")
        return shown((lines[-1] if traced else lines[0]).removeprefix("RuntimeError: "), 120)
    return None


def _hint_of(known: Known) -> str:
    return f" (its first layer is {known.guess.layer})" if known.guess else ""


def _unclear(known: Known, taken: Sequence[NetworkInput] = ()) -> str:
    title, count = known.title, len(known.names)
    if count != 1:
        what = f"{title} takes {count} inputs ({shown(', '.join(known.names))}), of shapes that"
        return f"{what} the file does not hold. {_ASK}"
    if known.guess is None:
        return f"The file does not hold the shape of what {title} takes. {_ASK}"
    seen = f"its first layer is {known.guess.layer}"
    if not taken:
        return f"The file does not hold the shape of what {title} takes ({seen}). {_ASK}"
    several = " as on ".join(_shapes([each]) for each in taken[:2])
    return (
        f"The file does not hold the shape of what {title} takes ({seen}; it runs on {several}). "
        f"{_ASK}"
    )


def _assumed(known: Known, one: NetworkInput) -> tuple[str, ...]:
    assert known.guess is not None
    return (
        f"The file does not hold the shape of the input: {_shapes([one])} was taken, for the first "
        f"layer is {known.guess.layer} and the model runs on it. Upload the model again with "
        "input_shape if that is wrong.",
    )


def _count(known: Known, given: int, field: str) -> str:
    names = ", ".join(known.names)
    return (
        f"{field} describes {given} inputs, and {known.title} takes {len(known.names)} "
        f"({shown(names, 100)}). Upload it again with one for each, in this order."
    )


def _shapes(inputs: Sequence[NetworkInput]) -> str:
    written = [
        str(["null" if size is None else size for size in each.shape]).replace("'", "")
        for each in inputs
    ]
    return ", ".join(written)[:120]
