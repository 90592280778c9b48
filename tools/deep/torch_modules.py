"""Prints what becomes of each of the commonest ``torch.nn`` layers, in each of PyTorch's formats.

``python -m tools.deep.torch_modules [layer]`` in the environment of the deep converter. A layer is
"wrong" if it was converted and predicts something else than PyTorch on rows of its own.
"""

import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils import _pytree as pytree

from deep.conversion import convert_source
from deep.torch_files.silence import quiet
from inferx.errors import Refused
from inferx.input_hints import InputHints
from inferx.onnx_session import ort
from sandbox.job_request import JobRequest
from tools.deep.torch_zoo import Layer, layers

_NEAR = 1e-4
_ROWS = (1, 2, 5)
_REASON = 110


def whole(layer: Layer, path: Path) -> None:
    """Save a layer as ``torch.save(model)``."""
    torch.save(layer.module, path)


def script(layer: Layer, path: Path) -> None:
    """Save a layer as a trace."""
    torch.jit.save(torch.jit.trace(layer.module, layer.rows(2)), path)


def program(layer: Layer, path: Path) -> None:
    """Save a layer as a program of torch.export, with a free number of rows."""
    free = tuple({0: torch.export.Dim("batch")} for _ in layer.rows(2))
    exported = torch.export.export(layer.module, layer.rows(2), dynamic_shapes=free)
    with path.open("wb") as file:
        torch.export.save(exported, file)


FORMATS: dict[str, Callable[[Layer, Path], None]] = {
    "whole module": whole,
    "TorchScript": script,
    ".pt2": program,
}


def outcome(layer: Layer, kind: str) -> str:
    """Convert a layer of one format and return what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "source"), Path(folder, "model.onnx")
        try:
            with quiet():
                FORMATS[kind](layer, source)
        except Exception as failure:  # noqa: BLE001  # PyTorch itself cannot save it so
            return f"not saved by PyTorch: {type(failure).__name__}"
        hints = InputHints()
        if kind == "whole module":
            hints = InputHints(layer.shapes(), layer.dtypes())
        try:
            convert_source(source, target, JobRequest(hints=hints))
        except Refused as refusal:
            return f"refused: {refusal.detail[:_REASON]}"
        return "converted" if _is_right(layer, target) else "WRONG"


def _is_right(layer: Layer, path: Path) -> bool:
    session = ort.InferenceSession(str(path))
    names = [each.name for each in session.get_inputs()]
    for rows in _ROWS:
        given = layer.rows(rows)
        with torch.inference_mode():
            expected = pytree.tree_leaves(layer.module(*given))
        feed = {name: each.numpy() for name, each in zip(names, given, strict=True)}
        found = session.run(None, feed)
        # Of a recurrent layer the outputs are served alone, not its states.
        if not all(
            _near(left.numpy(), right) for left, right in zip(expected, found, strict=False)
        ):
            return False
    return True


def _near(left: Any, right: Any) -> bool:
    return left.shape == right.shape and bool(np.allclose(left, right, rtol=_NEAR, atol=_NEAR))


def table(chosen: str = "") -> Iterator[str]:
    """Yield the lines of a Markdown table, and a line of totals."""
    yield f"| layer | {' | '.join(FORMATS)} |"
    yield f"|---|{'---|' * len(FORMATS)}"
    totals: dict[str, int] = {}
    count = 0
    for layer in layers():
        if chosen and chosen != layer.name:
            continue
        count += 1
        outcomes = [outcome(layer, kind) for kind in FORMATS]
        for each in outcomes:
            key = each.partition(":")[0]
            totals[key] = totals.get(key, 0) + 1
        yield f"| {layer.name} | {' | '.join(each.replace('|', '/') for each in outcomes)} |"
    yield ""
    summed = ", ".join(f"{key} {number}" for key, number in sorted(totals.items()))
    yield f"{count} layers in {len(FORMATS)} formats: {summed}; wrong {totals.get('WRONG', 0)}."


def main() -> None:
    """Print the table as it grows."""
    warnings.simplefilter("ignore")
    started = time.monotonic()
    for line in table(*sys.argv[1:2]):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{time.monotonic() - started:.0f} s\n")


if __name__ == "__main__":
    main()
