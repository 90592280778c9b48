"""Alters every honest part and uses what still loads; run as a child, because it may crash.

Writes the pickle at hand to ``current.pkl`` and its part's name to ``current.txt`` before it is
read, so that a crash names its case, and the counts of each part to ``counts.json`` at the end.
``python -m tests.security.properties.run 10`` does ten times as much, differently each time.
"""

import faulthandler
import json
import pickle
import resource
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from converter.loading import read_estimator, refusing_damage
from converter.loading.reader import open_unpacked
from converter.loading.structure import check_structure
from converter.loading.unpickler import RestrictedUnpickler
from inferx.errors import Refused
from tests.security.properties import uses
from tests.security.properties.alterations import altered
from tests.security.properties.honest_parts import Part, parts

_MEMORY = 4 << 30
_SECONDS = 20

CURRENT, NAME, COUNTS = Path("current.pkl"), Path("current.txt"), Path("counts.json")


def read(content: bytes, use: Callable[[Any], None]) -> Any:
    """Load as the converter does; ``None`` for what it refuses."""
    CURRENT.write_bytes(content)
    try:
        with refusing_damage(), open_unpacked(CURRENT) as file:
            if use is uses.use_estimator:
                return read_estimator(file, None)
            part = RestrictedUnpickler(file).load()
            check_structure(part)
            return part
    except (Refused, MemoryError):
        return None


def attempts(part: Part, times: int) -> dict[str, int]:
    """Alter one part as often as it says, times ``times``; count what was refused and used."""
    name, honest, use, count = part
    NAME.write_text(name)
    counts = {"refused": 0, "used": 0}
    intact = read(pickle.dumps(honest, 4), use)
    assert intact is not None, f"{name} does not load as it is"
    use(intact)

    @settings(
        max_examples=count * times,
        deadline=None,
        derandomize=times == 1,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(altered(honest))
    def attempt(forged: Any) -> None:
        signal.alarm(_SECONDS)
        loaded = read(pickle.dumps(forged, 4), use)
        counts["refused" if loaded is None else "used"] += 1
        if loaded is not None:
            with uses.errors_allowed():
                (use if type(loaded) is type(intact) else uses.use_value)(loaded)

    attempt()
    return counts


def main() -> None:
    """Attempt all parts within bounds."""
    faulthandler.enable()
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    COUNTS.write_text(json.dumps({part[0]: attempts(part, times) for part in parts()}))


if __name__ == "__main__":
    main()
