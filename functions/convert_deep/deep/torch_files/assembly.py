"""Puts a network together of a callable, what it takes, and the ways to export it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from deep.network import Network
from deep.torch_files import exporting
from deep.torch_files.exporting import Exporter, Task
from deep.torch_files.inputs import Known, Settled, settle
from deep.torch_files.running import Runner, check_rows, keep_rows
from deep.torch_files.silence import quiet
from inferx.input_hints import InputHints


@dataclass(frozen=True)
class Parts:
    """What a reader found.

    Attributes:
        known: what is known of the inputs.
        call: runs the network on tensors.
        exporters: returns the ways to ONNX, in the order to try.
        version: of the release that saved it.
        warnings: for its owner.
        settled: what it takes, where the file holds that.
        advice: what its owner can do where no exporter writes it.
    """

    known: Known
    call: Callable[..., Any]
    exporters: Callable[[Task], Sequence[Exporter]]
    version: str | None = None
    warnings: tuple[str, ...] = ()
    settled: Callable[[Runner], Settled] | None = None
    advice: str = "Export it to ONNX yourself and upload the .onnx file."


def assembled(parts: Parts, hints: InputHints) -> Network:
    """Return the network, which has predicted rows by then.

    Raises:
        Refused: what it takes is not clear, or its rows depend on each other or on chance.
    """
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.mha.set_fastpath_enabled(False)  # it has operators that ONNX has not
    run = Runner(parts.call)
    settled = parts.settled(run) if parts.settled else settle(parts.known, hints, run)
    title = parts.known.title
    left_out = keep_rows(run, settled.inputs, settled.lengths[0], title)
    check_rows(run, settled.inputs, settled.lengths[0], title)
    task = Task(title, run, settled.inputs, settled.lengths, parts.advice)

    def export(path: Path) -> None:
        with quiet():
            exporters = parts.exporters(task)
        exporting.export(task, exporters, path)

    return Network(
        framework="pytorch",
        version=parts.version,
        title=title,
        inputs=settled.inputs,
        outputs=task.served,
        predict=run,
        export=export,
        warnings=(*parts.warnings, *settled.warnings, *([left_out] if left_out else [])),
    )
