"""Reads a ``.pt2`` file: a program of ``torch.export``, whose inputs it describes itself."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch.utils import _pytree as pytree

from deep.network import Network, NetworkInput
from deep.rows import lengths_of
from deep.torch_files import exporting
from deep.torch_files.assembly import Parts, assembled
from deep.torch_files.inputs import Known, Settled, complaint
from deep.torch_files.programs.loading import Loaded, load
from deep.torch_files.running import Runner
from deep.torch_files.wording import shown
from inferx.errors import Refused
from inferx.input_hints import InputHints
from inferx.signature import DTYPES

_TITLE = "ExportedProgram"


def read(source: Path, hints: InputHints) -> Network:
    """Read what ``torch.export.save`` writes.

    Args:
        source: the file.
        hints: what its owner declares of the inputs, which the file's own description overrules.

    Raises:
        Refused: it cannot be served, saying why.
    """
    loaded = load(source)
    module = loaded.program.module(check_guards=False)
    # The hooks compare sizes with those of the export, which may have fixed the number of rows.
    module._forward_pre_hooks.clear()
    module._forward_pre_hooks_with_kwargs.clear()
    specification = loaded.program.call_spec.in_spec

    def call(*tensors: torch.Tensor) -> Any:
        arguments, named = pytree.tree_unflatten(list(tensors), specification)
        return module(*arguments, **named)

    def settled(run: Runner) -> Settled:
        return _settled(loaded, run)

    def exporters(task: exporting.Task) -> Sequence[exporting.Exporter]:
        again = exporting.of_module(_Callable(call).eval(), task, starred=True)
        frozen = any(size_of_rows(example) is not None for example in loaded.examples)
        return again if frozen else (exporting.of_program(loaded.program, task), *again)

    known = Known(_TITLE, loaded.names, None)
    parts = Parts(known, call, exporters, loaded.version, settled=settled)
    return assembled(parts, hints)


class _Callable(torch.nn.Module):  # type: ignore[misc]  # torch is not there for mypy
    """A program as a module, for exporters that run it again."""

    def __init__(self, call: Callable[..., Any]) -> None:
        super().__init__()
        self._call = call

    def forward(self, *tensors: torch.Tensor) -> Any:
        return self._call(*tensors)


def size_of_rows(example: Any) -> int | None:
    """Return the number of rows that a program was fixed to, ``None`` where it is free."""
    first = example.shape[0]
    return None if isinstance(first, torch.SymInt) else int(first)


def _settled(loaded: Loaded, run: Runner) -> Settled:
    inputs = tuple(
        _input(name, example, loaded)
        for name, example in zip(loaded.names, loaded.examples, strict=True)
    )
    fault = None if any(None in each.shape for each in inputs) else complaint(inputs, run)
    lengths = [] if fault else lengths_of(inputs, run)
    if not lengths:
        for name, example in zip(loaded.names, loaded.examples, strict=True):
            if size_of_rows(example) is not None:
                raise Refused(_frozen(name, [*example.shape]))
        raise Refused(
            "The program does not take rows of the shapes that it describes, with any of the "
            "lengths that were tried. Export it again with the lengths fixed."
        )
    return Settled(inputs, lengths)


def _input(name: str, example: Any, loaded: Loaded) -> NetworkInput:
    sizes = [None if isinstance(size, torch.SymInt) else int(size) for size in example.shape]
    dtype = str(example.dtype).removeprefix("torch.")
    if dtype not in DTYPES:
        raise Refused(
            f"Input '{shown(name)}' of the program is of {dtype}, which no request carries. Cast "
            "it in the model's forward, and export it again."
        )
    if not sizes:
        raise Refused(_frozen(name, sizes))
    return NetworkInput(name, dtype, tuple(sizes[1:]), _below(name, loaded))


def _below(name: str, loaded: Loaded) -> int | None:
    """Return the number of rows of an embedding that an input selects from."""
    weights = {
        spec.arg.name: spec.target
        for spec in loaded.program.graph_signature.input_specs
        if spec.target is not None
    }
    for node in loaded.program.graph.nodes:
        if node.target is torch.ops.aten.embedding.default:
            table, indices = node.args[:2]
            if indices.name == name and table.name in weights:
                return int(loaded.program.state_dict[weights[table.name]].shape[0])
    return None


def _frozen(name: str, sizes: Sequence[int | None]) -> str:
    return (
        f"The program takes input '{shown(name, 60)}' in the shape {list(sizes)!s:.60} alone: its "
        "number of rows was fixed when it was exported. Export it again with two rows or more and "
        "a free first axis: torch.export.export(model.eval(), (two_rows,), "
        "dynamic_shapes=({0: torch.export.Dim('batch')},))."
    )
