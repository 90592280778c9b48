"""One conversion, run as ``python -m converter.job`` in a directory of its own.

Reads ``job.json`` and ``source`` there and writes ``model.onnx`` and ``result.json``. It confines
itself before it looks at the file, and whoever reads its output trusts none of it.
"""

import json
import sys
from pathlib import Path
from typing import Any

from converter import confine
from converter.limits import MEBIBYTE, RESULT_BYTES

SOURCE, TARGET, RESULT, REQUEST = "source", "model.onnx", "result.json", "job.json"


def main() -> None:
    """Convert the file in the working directory and write down what came of it."""
    directory = Path.cwd()
    request = json.loads((directory / REQUEST).read_text())
    confine.this_process(memory_bytes=request["memory_mb"] * MEBIBYTE)
    from converter.conversion import convert  # noqa: PLC0415  # heavy; only once confined
    from inferx.errors import Refused  # noqa: PLC0415

    try:
        result: dict[str, Any] = {"manifest": convert(directory / SOURCE, directory / TARGET)}
    except Refused as refusal:
        result = {"refused": refusal.detail[:500]}
    except MemoryError:
        result = {"refused": "Converting this model takes more memory than the converter has."}
    written = json.dumps(result)
    if len(written) > RESULT_BYTES:
        written = json.dumps({"refused": "The model's description is too large to be served."})
    (directory / RESULT).write_text(written)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
