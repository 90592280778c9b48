"""Writes a Keras model as ONNX, in the first way that keeps its free axes and its predictions."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch

from deep.keras_files.recurrent import onnx_loops
from deep.network import NetworkInput
from deep.parity import Tally, compare
from deep.rows import Lengths, Predict, drawn, lengths_of
from inferx.errors import Refused
from inferx.onnx_session import PROVIDERS, ort, session_options

_OPSET = 20
_OPSET_OF_TRACES = 18
_TRACED_ROWS = 3
"""Neither 0 nor 1, which PyTorch's exporter takes for constants, nor a number compared."""

_Way: TypeAlias = Callable[[], None]


def export(
    module: torch.nn.Module,
    inputs: Sequence[NetworkInput],
    outputs: int,
    predict: Predict,
    path: Path,
) -> None:
    """Write a module as ONNX.

    Args:
        module: takes and returns tensors in order.
        inputs: what it takes.
        outputs: how many it returns.
        predict: the module on arrays, which the file has to agree with.
        path: where the file goes.

    Raises:
        Refused: no exporter takes it, or each fixes an axis that is free.
    """
    lengths = lengths_of(inputs, predict)
    if not lengths:
        return _with_symbols(module, inputs, outputs, {}, path, torch.export.Dim.DYNAMIC)
    failures: list[Exception] = []
    for way in (
        lambda: _with_symbols(
            module, inputs, outputs, lengths[0], path, torch.export.Dim.DYNAMIC
        ),
        lambda: _with_symbols(module, inputs, outputs, lengths[0], path, torch.export.Dim.AUTO),
        lambda: _traced(module, inputs, outputs, lengths[0], path),
    ):
        try:
            way()
            _check(path, inputs, predict, lengths)
        except MemoryError:
            raise
        except Exception as failure:  # noqa: BLE001  # an exporter raises anything
            sys.stderr.write(f"one way to export fails: {type(failure).__name__}: {str(failure)[:300]}\n")
            failures.append(failure)
        else:
            return None
    raise failures[0]


def _with_symbols(
    module: torch.nn.Module,
    inputs: Sequence[NetworkInput],
    outputs: int,
    lengths: Lengths,
    path: Path,
    free: Any,
) -> None:
    """Export by torch.export, whose sizes are symbols; loops over time become ONNX's own."""
    given = _tensors(inputs, lengths)
    shapes = tuple(
        {0: free, **{axis + 1: free for axis, size in enumerate(each.shape) if size is None}}
        for each in inputs
    )
    with torch.no_grad(), onnx_loops(module.model):
        program = torch.export.export(
            module, given, dynamic_shapes={"tensors": shapes}, strict=False
        )
        torch.onnx.export(
            program,
            (),
            path,
            input_names=_names("input", len(inputs)),
            output_names=_names("output", outputs),
            opset_version=_OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def _traced(
    module: torch.nn.Module,
    inputs: Sequence[NetworkInput],
    outputs: int,
    lengths: Lengths,
    path: Path,
) -> None:
    """Export by a trace, in which a size may become a constant unnoticed."""
    axes = {
        name: {
            0: "rows",
            **{axis + 1: f"{name}_{axis}" for axis, n in enumerate(each.shape) if n is None},
        }
        for name, each in zip(_names("input", len(inputs)), inputs, strict=True)
    }
    with torch.no_grad():
        torch.onnx.export(
            module,
            _tensors(inputs, lengths),
            str(path),
            input_names=_names("input", len(inputs)),
            output_names=_names("output", outputs),
            opset_version=_OPSET_OF_TRACES,
            dynamic_axes={**axes, **{name: {0: "rows"} for name in _names("output", outputs)}},
            dynamo=False,
        )


def _names(kind: str, count: int) -> list[str]:
    """Return names that no layer has: an exporter names its inner values by the layers."""
    return [f"inferx_{kind}_{place}" for place in range(count)]


def _tensors(inputs: Sequence[NetworkInput], lengths: Lengths) -> tuple[torch.Tensor, ...]:
    rows = drawn(inputs, lengths, _TRACED_ROWS, np.random.default_rng(3))
    return tuple(torch.from_numpy(each) for each in rows)


def _check(
    path: Path, inputs: Sequence[NetworkInput], predict: Predict, lengths: Sequence[Lengths]
) -> None:
    """Raise if the file does not predict as the module, with other numbers of rows and lengths."""
    session = ort.InferenceSession(path, session_options(), providers=PROVIDERS)
    random = np.random.default_rng(4)
    for each in lengths:
        for rows in (1, 2, 7):
            given = drawn(inputs, each, rows, random)
            names = [value.name for value in session.get_inputs()]
            found = session.run(None, dict(zip(names, given, strict=True)))
            difference = compare(predict(given), found, Tally())
            if difference is not None:
                raise Refused(
                    f"Its ONNX form gives {difference.found} for {difference.expected} in output "
                    f"{difference.output + 1}."
                )
