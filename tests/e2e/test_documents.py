"""The commands of the documents, run as they stand."""

import os
import re
import secrets
import subprocess
from pathlib import Path

import pytest

from tools.template import ROOT

_BLOCK = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _script(email: str, *documents: Path) -> str:
    blocks = [block for each in documents for block in _BLOCK.findall(each.read_text())]
    # All is set up and the stack is up already, and its user must be a new one each time.
    commands = re.sub(r"^make (setup|up)\n", "", "\n".join(blocks), flags=re.MULTILINE)
    commands = commands.replace("user@example.com", email)
    return "set -euo pipefail\n" + commands


@pytest.mark.slow
def test_the_readme_tour_works_as_it_is_typed(base_url: str, tmp_path: Path) -> None:
    email = f"tour-{secrets.token_hex(4)}@example.com"
    documents = (ROOT / "README.md", ROOT / "docs/batch.md")
    script = _script(email, *documents).replace("$(make url)", f"'{base_url}'")
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
    assert "5.1,3.5,1.4,0.2,a,setosa," in printed
    assert "Feature1mustbeanumber,notastring" in printed
