"""Prints what conversions cost, and what sessions cost before and after trees are made smaller.

``python -m tools.conversion.costs`` makes the two tables of docs/conversion.md. The conversion
runs in its real child process; the classic form is measured by the same module as the served one.
"""

import pickle
import resource
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import onnx
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from converter.estimators import convert
from converter.tree_ensembles import better_forms
from inferx.conversion.contract import Converted
from inferx.manifest import SessionCost
from sandbox import child, measuring
from sandbox.service import run_conversion


def models() -> dict[str, Any]:
    """Return the models of the document's tables, fitted on scikit-learn's digits."""
    recipes = {
        "logistic regression": LogisticRegression(max_iter=1_000),
        "forest, 100 trees": RandomForestClassifier(100, random_state=0),
        "forest, 500 trees": RandomForestClassifier(500, random_state=0),
    }
    return {name: model.fit(*load_digits(return_X_y=True)) for name, model in recipes.items()}


def cost(model: Any) -> str:
    """Convert in the sandbox: the file's size, processor seconds, and the peak memory so far."""
    with tempfile.TemporaryDirectory() as workspace:
        directory = Path(workspace)
        (directory / "source").write_bytes(pickle.dumps(model))
        size = (directory / "source").stat().st_size
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        outcome = run_conversion(directory, "converter.job")
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
        peak = used.ru_maxrss / 1024
        assert isinstance(outcome, Converted)
        manifest = outcome.manifest
        return (
            f"{size / 1e6:.2f} MB | {seconds:.1f} s | {peak:.0f} MB | "
            f"{_session(manifest.onnx_size, manifest.session)}"
        )


def classic_cost(model: Any) -> str:
    """Return size, opening time and memory of the session that the classic operators would need."""
    seen: list[onnx.ModelProto] = []

    def watched(classic: onnx.ModelProto) -> Iterator[onnx.ModelProto]:
        seen.append(classic)
        return better_forms(classic)

    with tempfile.TemporaryDirectory() as workspace:
        directory = Path(workspace)
        with patch.object(convert, "better_forms", watched):
            convert.convert_estimator(model, directory / "served.onnx")
        if next(better_forms(seen[0]), None) is None:
            return "the same"
        onnx.save(seen[0], directory / "model.onnx")
        child.run(measuring.__name__, directory, seconds=40, memory_bytes=2752 << 20)
        session = SessionCost(**child.read_json(directory / measuring.SESSION))
        return _session((directory / "model.onnx").stat().st_size, session)


def _session(size: int, session: SessionCost) -> str:
    return f"{size / 1e6:.2f} MB, {session.open_ms:.0f} ms, {session.memory_bytes >> 20} MB"


def main() -> None:
    """Print one row a model, the smallest first: the peak is of all children so far."""
    sys.stdout.write(
        "| model | pickle | conversion | peak memory | served: file, opening, memory | "
        "in classic operators |\n| --- | --- | --- | --- | --- | --- |\n"
    )
    for name, model in models().items():
        sys.stdout.write(f"| {name} | {cost(model)} | {classic_cost(model)} |\n")


if __name__ == "__main__":
    main()
