"""The list of what a deployment makes, in docs/operations.md."""

import subprocess

import pytest

from tools.template import ROOT

PYTHON = ROOT / ".venv-sam/bin/python"  # where SAM's transform is installed


@pytest.mark.process
@pytest.mark.slow
def test_operations_lists_the_resources_of_the_change_set() -> None:
    checked = subprocess.run(
        [PYTHON, "-m", "local.resources", "--check"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert checked.returncode == 0, checked.stderr
    assert "`AuthorizerFunctionAliaslive`" in (ROOT / "docs/operations.md").read_text()
