"""Converts every estimator with each allowed value of each of its parameters, one at a time.

``python -m tools.conversion.parameter_table [NAME …]`` writes docs/conversion-parameters.md, or
prints what became of the estimators that are named.
"""

import logging
import os
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils import all_estimators

from tools.conversion.estimator_zoo import fitted, rows_like, small
from tools.conversion.limited import TooSlowError, within
from tools.conversion.parameters import allowed_values
from tools.conversion.trial import CONVERTED, FAULTS, REFUSED, TIED, Fresh, Outcome, tried

DOCUMENT = Path(__file__).parents[2] / "docs/conversion-parameters.md"
NOT_FITTED = "did not fit"
_FIT_S, _CONVERSION_S = 5, 60
_ROWS = 200
_AT_MOST = 2
"""Values of one interval."""


@dataclass(frozen=True)
class Entry:
    """What became of an estimator with one value of one parameter."""

    estimator: str
    setting: str
    outcome: Outcome


def entries(name: str) -> list[Entry]:
    """Try every value for the estimator of this name; none where its defaults are refused."""
    logging.getLogger("skl2onnx").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    cls = dict(all_estimators())[name]
    plain = Entry(name, "as it is", _outcome(name, small(name, cls)))
    if plain.outcome.kind != CONVERTED:
        return [plain]
    found = [plain]
    for parameter, values in allowed_values(cls).items():
        for value in _few(values):
            estimator = small(name, cls).set_params(**{parameter: value})
            setting = f"{parameter}={value!r}"
            found.append(Entry(name, setting, _outcome(name, estimator)))
    return found


def _few(values: Sequence[Any]) -> list[Any]:
    numbers = [value for value in values if type(value) in (int, float)]
    others = [value for value in values if type(value) not in (int, float)]
    places = np.unique(np.linspace(0, len(numbers) - 1, _AT_MOST).round().astype(int))
    return [*others, *(numbers[place] for place in places if numbers)]


def _outcome(name: str, estimator: Any) -> Outcome:
    try:
        with within(_FIT_S):
            model = fitted(name, estimator)
    except TooSlowError:
        return Outcome(NOT_FITTED)
    except Exception:  # noqa: BLE001  # a value need not suit the data
        return Outcome(NOT_FITTED)
    fresh = [Fresh(rows.tolist(), rows) for rows in rows_like(model, _ROWS)]
    try:
        with within(_CONVERSION_S), tempfile.TemporaryDirectory() as workspace:
            return tried(model, fresh, Path(workspace))
    except TooSlowError:
        return Outcome(REFUSED, "The conversion takes too long.")


def document(found: Sequence[Entry]) -> str:
    """Return the whole document."""
    kinds = Counter(entry.outcome.kind for entry in found)
    counted = (CONVERTED, TIED, REFUSED, NOT_FITTED)
    counts = ", ".join(f"{kinds[kind]} {kind}" for kind in counted)
    wrong = sum(kinds[kind] for kind in FAULTS)
    lines = [
        "# Parameters of estimators",
        "",
        "Every estimator of scikit-learn that predicts or transforms, with each allowed value of "
        "each constructor parameter, one at a time: options, booleans, `None` and a few numbers. "
        "Each is fitted, converted, served, and compared with the original on rows that it has not "
        "seen. `make coverage-parameters` writes this page.",
        "",
        f"{len(found)} models of {len({entry.estimator for entry in found})} estimators: {counts}, "
        f"{wrong} wrong. Models that did not fit are values that need other parameters or data; "
        "tied ones choose among rows that are equally far, and some rows differ.",
        "",
        "| estimator | converted | refused | did not fit |",
        "| --- | --- | --- | --- |",
    ]
    lines += list(_rows(found))
    lines += ["", "## Refused", "", "| estimator | parameter | |", "| --- | --- | --- |"]
    lines += [
        f"| {entry.estimator} | `{entry.setting}` | {entry.outcome.note} |"
        for entry in found
        if entry.outcome.kind not in (CONVERTED, NOT_FITTED)
    ]
    return "\n".join(lines) + "\n"


def _rows(found: Sequence[Entry]) -> Iterator[str]:
    for name in dict.fromkeys(entry.estimator for entry in found):
        kinds = Counter(entry.outcome.kind for entry in found if entry.estimator == name)
        yield f"| {name} | {kinds[CONVERTED]} | {kinds[REFUSED]} | {kinds[NOT_FITTED]} |"


def names() -> list[str]:
    """Name every estimator that predicts or transforms new rows, and can be made here.

    HashingVectorizer is left out: its default is a million columns of texts, which is no table.
    """
    return [
        name
        for name, cls in all_estimators()
        if (hasattr(cls, "predict") or hasattr(cls, "transform")) and _can_be_made(name, cls)
        if name != "HashingVectorizer"
    ]


def _can_be_made(name: str, cls: type) -> bool:
    try:
        small(name, cls)
    except TypeError:  # a member that the zoo has none for
        return False
    return True


def main() -> int:
    """Write the document, or print the entries of some estimators; 1 when one is wrong."""
    chosen = sys.argv[1:]
    with ProcessPoolExecutor(os.process_cpu_count()) as pool:
        found = [each for part in pool.map(entries, chosen or names()) for each in part]
    for entry in found:
        if chosen or entry.outcome.kind in FAULTS:
            note = entry.outcome.note
            sys.stdout.write(f"{entry.outcome.kind}: {entry.estimator}({entry.setting}) {note}\n")
    if not chosen:
        DOCUMENT.write_text(document(found))
    kinds = Counter(entry.outcome.kind for entry in found)
    sys.stdout.write(", ".join(f"{count} {kind}" for kind, count in kinds.most_common()) + "\n")
    return 1 if any(kinds[kind] for kind in FAULTS) else 0


if __name__ == "__main__":
    sys.exit(main())
