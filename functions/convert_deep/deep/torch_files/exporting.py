"""Writes a network as ONNX, by the first exporter of PyTorch's whose file predicts as it does."""

import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch

from deep.comparing import difference_in
from deep.network import Arrays, NetworkInput
from deep.parity import Tally
from deep.rows import BATCHES, Lengths, drawn
from deep.torch_files import symbolics
from deep.torch_files.running import Runner, raise_without_memory
from deep.torch_files.silence import quiet, quiet_below_python
from deep.torch_files.wording import shown
from exported import graph
from inferx.errors import Refused

_NAME = re.compile(r"[A-Za-z0-9_.]{1,500}")
_OPSET = 18
_FAR = 30.0  # spreads from the centre: where activations overflow that are written carelessly
_EXAMPLE_ROWS = 2  # an exporter takes 1 for a size that never changes


@dataclass(frozen=True)
class Exporter:
    """One way to ONNX.

    Attributes:
        name: for sentences.
        write: writes the network to a path.
    """

    name: str
    write: Callable[[Path], None]


@dataclass(frozen=True)
class Task:
    """What is exported.

    Attributes:
        title: what the network is, for sentences.
        run: its own predictions.
        inputs: what it takes.
        lengths: of its free axes, the usual ones first.
        advice: what its owner can do where no exporter writes it.
    """

    title: str
    run: Runner
    inputs: tuple[NetworkInput, ...]
    lengths: Sequence[Lengths]
    advice: str

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of all that it returns, served or not; none is that of an input."""
        inputs = {each.name for each in self.inputs}
        return tuple(f"{name}_output" if name in inputs else name for name in self.run.every)

    @property
    def served(self) -> tuple[str, ...]:
        """The names of what is served, in order."""
        kept = self.run.kept
        return self.outputs if kept is None else tuple(self.outputs[place] for place in kept)

    def example(self) -> tuple[torch.Tensor, ...]:
        """Return a few rows as tensors."""
        arrays = drawn(self.inputs, self.lengths[0], _EXAMPLE_ROWS, np.random.default_rng(1))
        return tuple(torch.from_numpy(array) for array in arrays)


def export(task: Task, exporters: Sequence[Exporter], path: Path) -> None:
    """Write a network with the first exporter whose ONNX predicts as the network does.

    Args:
        task: what is exported.
        exporters: in the order to try.
        path: where the ONNX file goes.

    Raises:
        Refused: none does, naming what each ran into.
    """
    faults: list[str] = []
    for exporter in exporters:
        try:
            with quiet(), quiet_below_python(path.parent):
                exporter.write(path)
            fault = _fault(task, path)
        except MemoryError:
            raise
        except Exception as failure:  # noqa: BLE001  # exporters raise anything
            raise_without_memory(failure)
            fault = _reason(failure)
        if fault is None:
            return
        faults.append(f"{exporter.name}: {fault:.120}")
    raise Refused(
        f"{task.title} is read, but has no ONNX form that predicts as it does "
        f"({'; '.join(faults):.230}). {task.advice}"
    )


def of_module(module: Any, task: Task, *, starred: bool = False) -> tuple[Exporter, Exporter]:
    """Return the exporters of a module that runs in Python: by torch.export, and by tracing.

    Args:
        module: in inference mode.
        task: what is exported.
        starred: whether ``forward`` takes its inputs as ``*tensors``.
    """
    names = [each.name for each in task.inputs]
    shapes = _dynamic_shapes(task.inputs)

    def by_program(path: Path) -> None:
        torch.onnx.export(
            module,
            task.example(),
            str(path),
            dynamo=True,
            dynamic_shapes=(shapes,) if starred else shapes,
            **_current(names, task.outputs),
        )

    return Exporter("torch.export", by_program), of_trace(module, task)


def of_trace(module: Any, task: Task) -> Exporter:
    """Return the exporter of what can be traced or is a trace."""
    axes = {
        each.name: {0: "rows"}
        | {
            axis + 1: f"{each.name}_{axis + 1}"
            for axis, size in enumerate(each.shape)
            if size is None
        }
        for each in task.inputs
    }

    def write(path: Path) -> None:
        symbolics.prepare()
        torch.onnx.export(
            module,
            task.example(),
            str(path),
            dynamo=False,
            opset_version=symbolics.OPSET,
            input_names=[each.name for each in task.inputs],
            output_names=list(task.outputs),
            dynamic_axes=axes | {name: {0: "rows"} for name in task.outputs},
        )

    return Exporter("tracing", write)


def of_converted(script: Any, task: Task) -> Exporter:
    """Return the exporter of a script that makes a program of it first."""

    def write(path: Path) -> None:
        # Names of a script become names in source code.
        if not all(_NAME.fullmatch(name) for name in script.state_dict()):
            raise ValueError("a weight without a plain name")
        converter = importlib.import_module("torch._export.converter")
        program = converter.TS2EPConverter(script, task.example()).convert()
        of_program(program, task).write(path)

    return Exporter("torch.export", write)


def of_program(program: Any, task: Task) -> Exporter:
    """Return the exporter of a program of ``torch.export``."""

    def write(path: Path) -> None:
        torch.onnx.export(
            program,
            (),
            str(path),
            dynamo=True,
            **_current([each.name for each in task.inputs], task.outputs),
        )

    return Exporter("torch.onnx", write)


def _current(inputs: Sequence[str], outputs: Sequence[str]) -> dict[str, Any]:
    return {
        "opset_version": _OPSET,
        "input_names": list(inputs),
        "output_names": list(outputs),
        "external_data": False,
        "verbose": False,
        "custom_translation_table": symbolics.translations(),
    }


def _dynamic_shapes(inputs: Sequence[NetworkInput]) -> tuple[dict[int, Any], ...]:
    free = torch.export.Dim.DYNAMIC
    batch = torch.export.Dim("rows")
    return tuple(
        {0: batch} | {axis + 1: free for axis, size in enumerate(each.shape) if size is None}
        for each in inputs
    )


def _fault(task: Task, path: Path) -> str | None:
    """Return what is wrong with an exported file, ``None`` where it predicts as the network."""
    model = onnx.load(path, load_external_data=False)
    initial = {each.name for each in model.graph.initializer}
    given = [each.name for each in model.graph.input if each.name not in initial]
    if len(given) != len(task.inputs) or len(model.graph.output) != len(task.outputs):
        return f"it has {len(given)} inputs and {len(model.graph.output)} outputs"
    if task.run.kept is not None:
        served = [model.graph.output[place] for place in task.run.kept]
        del model.graph.output[:]
        model.graph.output.extend(served)
        graph.save(model, path)
    session = graph.open_session(path)
    for rows, lengths in _sizes(task.lengths):
        far = _FAR if rows == BATCHES[-1] else 1.0
        arrays = drawn(task.inputs, lengths, rows, np.random.default_rng(rows), far)
        expected = task.run(arrays)
        found: Arrays = session.run(None, dict(zip(given, arrays, strict=True)))
        difference, _ = difference_in(task.run, arrays, (expected, found), Tally())
        if difference is not None:
            return f"for {rows} rows it predicts {difference.found}, not {difference.expected}"
    return None


def _sizes(lengths: Sequence[Lengths]) -> Iterator[tuple[int, Lengths]]:
    for place, each in enumerate(lengths):
        for rows in BATCHES if not place else BATCHES[1:2]:
            yield rows, each


def _reason(failure: BaseException) -> str:
    """Return the first line of the innermost cause, which names the operator."""
    while failure.__cause__ is not None:
        failure = failure.__cause__
    lines = [line.strip() for line in str(failure).splitlines() if line.strip()]
    return f"{type(failure).__name__}: {shown((lines or [''])[0], 120)}"
