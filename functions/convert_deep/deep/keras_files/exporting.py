"""Writes a Keras model as ONNX, in the first way that keeps its free axes and its predictions."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch

from deep.comparing import difference_in
from deep.keras_files.recurrent import onnx_loops
from deep.network import NetworkInput
from deep.parity import Tally
from deep.rows import Lengths, Predict, drawn, lengths_of
from inferx.errors import Refused
from inferx.onnx_session import PROVIDERS, ort, session_options

_OPSET = 20
_OPSET_OF_TRACES = 18
_TRACED_ROWS = 3
"""Neither 0 nor 1, which PyTorch's exporter takes for constants, nor a number compared."""

_Way: TypeAlias = Callable[["Exported", Lengths, Path], None]


@dataclass(frozen=True)
class Exported:
    """What is exported.

    Attributes:
        module: takes and returns tensors in order; its ``model`` is Keras's.
        inputs: what it takes.
        outputs: how many it returns.
        predict: the module on arrays, which the file has to agree with.
    """

    module: Any
    inputs: Sequence[NetworkInput]
    outputs: int
    predict: Predict


def export(subject: Exported, path: Path) -> None:
    """Write a module as ONNX, with neutral names of its inputs and outputs.

    Args:
        subject: the module.
        path: where the file goes.

    Raises:
        Refused: no exporter takes it, or each fixes an axis that is free.
    """
    lengths = lengths_of(subject.inputs, subject.predict)
    failures: list[Exception] = []
    for way in _WAYS:
        try:
            way(subject, lengths[0] if lengths else {}, path)
            _check(subject, path, lengths)
        except MemoryError:
            raise
        except Exception as failure:  # noqa: BLE001  # an exporter raises anything
            reason = " ".join(str(failure).split())[:300]
            sys.stderr.write(f"{way.__name__}: {type(failure).__name__}: {reason}\n")
            failures.append(failure)
        else:
            return
    raise failures[0]


def _with_symbols(subject: Exported, lengths: Lengths, path: Path) -> None:
    """Export by torch.export with a symbol for each size that is free."""
    _by_torch_export(subject, lengths, path, torch.export.Dim.DYNAMIC)


def _with_symbols_where_possible(subject: Exported, lengths: Lengths, path: Path) -> None:
    """Export by torch.export, which may find that a size is a constant after all."""
    _by_torch_export(subject, lengths, path, torch.export.Dim.AUTO)


def _by_torch_export(subject: Exported, lengths: Lengths, path: Path, free: Any) -> None:
    shapes = tuple(
        {0: free, **{axis + 1: free for axis, size in enumerate(each.shape) if size is None}}
        for each in subject.inputs
    )
    with torch.no_grad(), onnx_loops(subject.module.model):
        program = torch.export.export(
            subject.module,
            _tensors(subject.inputs, lengths),
            dynamic_shapes={"tensors": shapes},
            strict=False,
        )
        torch.onnx.export(
            program,
            (),
            path,
            input_names=_names("input", len(subject.inputs)),
            output_names=_names("output", subject.outputs),
            opset_version=_OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def _traced(subject: Exported, lengths: Lengths, path: Path) -> None:
    """Export by a trace, in which a size may become a constant unnoticed."""
    names, found = _names("input", len(subject.inputs)), _names("output", subject.outputs)
    axes = {
        name: {
            0: "rows",
            **{axis + 1: f"{name}_{axis}" for axis, n in enumerate(each.shape) if n is None},
        }
        for name, each in zip(names, subject.inputs, strict=True)
    }
    with torch.no_grad():
        torch.onnx.export(
            subject.module,
            _tensors(subject.inputs, lengths),
            str(path),
            input_names=names,
            output_names=found,
            opset_version=_OPSET_OF_TRACES,
            dynamic_axes={**axes, **{name: {0: "rows"} for name in found}},
            dynamo=False,
        )


_WAYS: tuple[_Way, ...] = (_with_symbols, _with_symbols_where_possible, _traced)


def _names(kind: str, count: int) -> list[str]:
    """Return names that no layer has: an exporter names its inner values by the layers."""
    return [f"inferx_{kind}_{place}" for place in range(count)]


def _tensors(inputs: Sequence[NetworkInput], lengths: Lengths) -> tuple[torch.Tensor, ...]:
    rows = drawn(inputs, lengths, _TRACED_ROWS, np.random.default_rng(3))
    return tuple(torch.from_numpy(each) for each in rows)


def _check(subject: Exported, path: Path, lengths: Sequence[Lengths]) -> None:
    """Raise if the file does not predict as the module, with other numbers of rows and lengths."""
    session = ort.InferenceSession(path, session_options(), providers=PROVIDERS)
    random = np.random.default_rng(4)
    for each in lengths:
        for rows in (1, 2, 7):
            given = drawn(subject.inputs, each, rows, random)
            names = [value.name for value in session.get_inputs()]
            found = session.run(None, dict(zip(names, given, strict=True)))
            answers = subject.predict(given), found
            difference, _ = difference_in(subject.predict, given, answers, Tally())
            if difference is not None:
                raise Refused(
                    f"Its ONNX form gives {difference.found} for {difference.expected} in output "
                    f"{difference.output + 1}."
                )
