"""``make fuzz-conversion``: random models, each converted, served and compared.

``python -m tools.conversion.fuzz [SECONDS] [SEED] [CASES]``. Case ``n`` of a run is drawn from
``SEED + n``, so that ``SEED=… CASES=1`` repeats the one that failed.
"""

import logging
import re
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

from tools.conversion.fuzz.cases import drawn, fresh_rows
from tools.conversion.limited import TooSlowError, within
from tools.conversion.trial import FAULTS, REFUSED, Outcome, tried

_FIT_S, _CONVERSION_S = 5, 60
_SENTENCES = 30


def _outcome(seed: int) -> Outcome:
    case = drawn(seed)
    try:
        with within(_FIT_S):
            fitted = case.fitted()
    except TooSlowError:
        return Outcome("slow to fit")
    except Exception:  # noqa: BLE001  # random parameters need not fit together
        return Outcome("not fitted")
    try:
        with within(_CONVERSION_S), tempfile.TemporaryDirectory() as workspace:
            return tried(fitted, fresh_rows(case, seed), Path(workspace))
    except TooSlowError:
        return Outcome("slow to convert")


def _without_names(sentence: str) -> str:
    """Return a refusal without the model's title and numbers, so that equal ones are counted."""
    return re.sub(r"^\w+\(.*?\)|\d[\d.e%-]*", "…", sentence)[:160]


def main() -> int:
    """Try one case after the other; 1 when one was served wrong, or raised."""
    given = [int(each) for each in sys.argv[1:]]
    seconds, first, cases = given + [60, 0, 1_000_000][len(given) :]
    logging.getLogger("skl2onnx").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    until = time.monotonic() + seconds
    outcomes: Counter[str] = Counter()
    sentences: Counter[str] = Counter()
    for seed in range(first, first + cases):
        if time.monotonic() > until:
            break
        outcome = _outcome(seed)
        outcomes[outcome.kind] += 1
        if outcome.kind == REFUSED:
            sentences[_without_names(outcome.note)] += 1
        if outcome.kind in FAULTS:
            sys.stdout.write(f"SEED={seed} {outcome.kind}: {drawn(seed).model!r}\n{outcome.note}\n")
            sys.stdout.flush()
    for sentence, count in sentences.most_common(_SENTENCES):
        sys.stdout.write(f"{count:5} refused: {sentence}\n")
    counts = ", ".join(f"{count} {kind}" for kind, count in outcomes.most_common())
    sys.stdout.write(f"{sum(outcomes.values())} models from SEED={first}: {counts}\n")
    return 1 if any(outcomes[kind] for kind in FAULTS) else 0


if __name__ == "__main__":
    sys.exit(main())
