"""The commands of the documents, run as they stand."""

import os
import re
import secrets
import subprocess
from pathlib import Path

import pytest

from tools.template import ROOT

_BLOCK = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _script(document: Path, email: str) -> str:
    blocks = _BLOCK.findall(document.read_text())
    # All is set up and the stack is up already, and its user must be a new one each time.
    commands = re.sub(r"^make (setup|up)\n", "", "\n".join(blocks), flags=re.MULTILINE)
    commands = commands.replace("user@example.com", email)
    return "set -euo pipefail\n" + commands


@pytest.mark.slow
def test_the_readme_tour_works_as_it_is_typed(base_url: str, tmp_path: Path) -> None:
    email = f"tour-{secrets.token_hex(4)}@example.com"
    script = _script(ROOT / "README.md", email).replace("$(make url)", f"'{base_url}'")
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")

    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    printed = "".join(done.stdout.split())
    assert '"prediction":"setosa"' in printed
    assert '"prediction":["setosa","virginica"]' in printed
    assert '"prediction":"virginica"' in printed
    assert "iris2ready" in printed
    assert '"champion":{' in printed
    assert '"data":["setosa"]' in printed
