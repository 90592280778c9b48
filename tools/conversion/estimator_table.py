"""Converts every estimator and pipeline of the zoos and writes the table of docs/conversion.md.

``python -m tools.conversion.estimator_table`` rewrites the table between its two markers.
"""

import logging
import pickle
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from converter.estimators.convert import convert_estimator
from converter.loading import load_estimator
from inferx.errors import Refused
from tools.conversion.estimator_zoo import predictors
from tools.conversion.pipeline_zoo import pipelines

DOCUMENT = Path(__file__).parents[2] / "docs/conversion.md"
START, END = "<!-- coverage: start -->", "<!-- coverage: end -->"


@dataclass(frozen=True)
class Row:
    """What became of one model."""

    name: str
    converted: bool
    note: str


def rows(models: Iterable[tuple[str, Any]]) -> Iterator[Row]:
    """Convert each model from a pickle, as the sandbox does."""
    logging.getLogger("skl2onnx").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as workspace:
        directory = Path(workspace)
        for name, model in models:
            (directory / "source").write_bytes(pickle.dumps(model))
            try:
                estimator = load_estimator(directory / "source")
                converted = convert_estimator(estimator, directory / "model.onnx")
            except Refused as refusal:
                yield Row(name, converted=False, note=_reason(refusal.detail))
            else:
                yield Row(name, converted=True, note=converted.parity.dtype)


def _reason(sentence: str) -> str:
    if "does not answer as the original" in sentence:
        return "refused: the converted model would answer differently"
    return f"refused: {sentence}"


def table(title: str, found: list[Row]) -> str:
    """Return one table in Markdown, its count in the heading."""
    count = sum(row.converted for row in found)
    lines = [f"### {title}: {count} of {len(found)}", "", "| model | |", "| --- | --- |"]
    lines += [f"| {row.name} | {row.note} |" for row in found]
    return "\n".join(lines)


def document(estimators: list[Row], people: list[Row]) -> str:
    """Return the whole part of the document between the markers."""
    parts = [
        START,
        table("Estimators of `all_estimators()` that predict", estimators),
        table("Pipelines as people build them", people),
        END,
    ]
    return "\n\n".join(parts)


def main() -> None:
    """Convert everything, rewrite the document, and print the counts."""
    estimators, people = list(rows(predictors())), list(rows(pipelines()))
    text = DOCUMENT.read_text()
    before, after = text.split(START)[0], text.split(END)[1]
    DOCUMENT.write_text(before + document(estimators, people) + after)
    for title, found in (("estimators", estimators), ("pipelines", people)):
        count = sum(row.converted for row in found)
        sys.stdout.write(f"{title}: {count} of {len(found)} converted\n")


if __name__ == "__main__":
    main()
