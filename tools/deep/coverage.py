"""Writes docs/deep-networks-coverage.md: what becomes of each Keras layer and PyTorch module.

Run with the converter's environment: ``python -m tools.deep.coverage``. Takes some ten minutes.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_DOCUMENT = Path(__file__).parents[2] / "docs/deep-networks-coverage.md"
_TABLES = {
    "Keras layers": "tools.deep.keras_layers",
    "PyTorch modules": "tools.deep.torch_modules",
}
_HEAD = """# Coverage of Keras layers and PyTorch modules

Written by `make coverage-deep`: each in a small model of its own, saved in each format, read,
exported and compared with the framework at 1, 2 and 7 rows and at two lengths of each free axis.
"Wrong" would be a model that is served and predicts otherwise. The figures of Keras layers are the
largest absolute difference on rows of all kinds, and the time on one core.
"""


def main() -> None:
    """Make both tables side by side, and write the document."""
    with ThreadPoolExecutor() as pool:
        tables = list(pool.map(_table, _TABLES.values()))
    parts = [f"## {title}\n\n{table}" for title, table in zip(_TABLES, tables, strict=True)]
    _DOCUMENT.write_text("\n".join([_HEAD, *parts]))


def _table(module: str) -> str:
    command = [sys.executable, "-W", "ignore", "-m", module]
    made = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return made.stdout


if __name__ == "__main__":
    main()
