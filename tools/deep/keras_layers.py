"""Prints which of Keras's layers are converted, one small model each, as Markdown.

Run with the converter's environment: ``python -m tools.deep.keras_layers [part of a name]``.
Each model is saved as ``.keras`` and as ``.h5``, read, exported and compared with Keras at several
numbers of rows and lengths. What is converted and differs from Keras is "wrong": there is none.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

from deep.keras_files.reading import read
from deep.serving import served
from inferx.errors import Refused
from inferx.input_hints import InputHints
from sandbox.formats import detect
from sandbox.job_request import JobRequest
from tools.deep.keras_models import MODELS

ENDINGS = (".keras", ".h5")


def outcome(make: Callable[[], Any], ending: str) -> tuple[str, str]:
    """Return "converted", "refused" or "wrong" for one model, and a note.

    Args:
        make: builds it.
        ending: of the file that it is saved in.
    """
    with tempfile.TemporaryDirectory() as folder:
        model = _varied(make())
        source = Path(folder) / "source"
        model.save(source.with_suffix(ending))
        source.with_suffix(ending).rename(source)
        start = time.monotonic()
        try:
            network = read(source, detect(source), InputHints())
            facts = served(network, Path(folder) / "model.onnx", JobRequest())
        except Refused as refusal:
            kind = "wrong" if "does not predict" in refusal.detail else "refused"
            return kind, refusal.detail[:150]
        if not _same(model, network):
            return "wrong", "what is read from the file predicts otherwise than the model saved"
        seconds = time.monotonic() - start
        free = any(None in each["shape"][1:] for each in facts["signature"]["inputs"])
        worst = facts["parity"]["max_abs_diff"]
        return "converted", f"{worst:.0e}{', free lengths' if free else ''}, {seconds:.0f} s"


def _same(model: Any, network: Any) -> bool:
    """Return whether the model read from the file predicts as the one that was saved."""
    random = np.random.default_rng(6)
    rows = [
        random.integers(0, each.below or 2, shape).astype(each.dtype)
        if each.below or "int" in each.dtype
        else random.normal(size=shape).astype(each.dtype)
        for each in network.inputs
        for shape in [(3, *(size or 32 for size in each.shape))]
    ]
    graph = getattr(model, "_functional", None) or model
    given = keras.tree.pack_sequence_as(graph._inputs_struct, rows)
    expected = keras.tree.flatten(model(given, training=False))
    found = network.predict(rows)
    return all(
        np.allclose(one.detach().numpy(), other, atol=1e-6)
        for one, other in zip(expected, found, strict=True)
    )


def _varied(model: Any) -> Any:
    """Give weights that begin as zeros or ones other values, so that their order shows."""
    random = np.random.default_rng(7)
    for variable in model.weights:
        if variable.dtype != "float32":
            continue
        value = random.normal(0, 0.3, variable.shape)
        variable.assign(np.abs(value) + 0.3 if "variance" in variable.path else value)
    return model


def main() -> None:
    """Print the table; exit with 1 if a layer is wrong."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    counts = dict.fromkeys(("converted", "refused", "wrong"), 0)
    sys.stdout.write("| layer | .keras | .h5 |\n|---|---|---|\n")
    for name, make in MODELS.items():
        if wanted not in name:
            continue
        cells = []
        for ending in ENDINGS:
            kind, note = outcome(make, ending)
            counts[kind] += 1
            cells.append(f"{kind} ({note})")
        sys.stdout.write(f"| {name} | {' | '.join(cells)} |\n")
        sys.stdout.flush()
    sys.stdout.write(", ".join(f"{count} {kind}" for kind, count in counts.items()) + "\n")
    raise SystemExit(1 if counts["wrong"] else 0)


if __name__ == "__main__":
    main()
