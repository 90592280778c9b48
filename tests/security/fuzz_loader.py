"""Coverage-guided fuzzing of the loader, by ``fuzz_loader.py -max_total_time=60``.

For any bytes, loading ends with an estimator or with a refusal; anything else is a finding. Seeds
are honest files of every protocol and the hostile suite. A crash of native code ends the process,
and atheris keeps the input that caused it.
"""

import pickle
import sys
import tempfile
import warnings
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["converter.loading"]):
    from converter.loading import load_estimator

from inferx.errors import Refused
from tests.security.attacks import all_attacks
from tools.conversion.estimator_zoo import small_pipeline

_FILE = Path(tempfile.mkdtemp(prefix="fuzz-")) / "model"


def load_bytes(content: bytes) -> None:
    """Load one file; only a refusal may be raised."""
    _FILE.write_bytes(content)
    try:
        load_estimator(_FILE)
    except (Refused, MemoryError):
        return


def write_seeds(corpus: Path) -> None:
    """Fill ``corpus`` with honest and hostile files to start from."""
    corpus.mkdir(parents=True, exist_ok=True)
    for protocol in range(6):
        (corpus / f"honest-{protocol}").write_bytes(pickle.dumps(small_pipeline(), protocol))
    for number, (_, content) in enumerate(all_attacks()):
        if len(content) < 50_000:
            (corpus / f"hostile-{number}").write_bytes(content)


def main() -> None:
    """Fuzz with libFuzzer's own arguments."""
    warnings.simplefilter("ignore")
    corpus = Path(tempfile.gettempdir()) / "inferx-fuzz-corpus"
    write_seeds(corpus)
    arguments = [*sys.argv, "-max_len=20000", "-timeout=20", "-rss_limit_mb=3000", str(corpus)]
    atheris.Setup(arguments, load_bytes)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
