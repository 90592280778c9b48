"""What is deployed is pinned with hashes, and installed by them alone."""

import re

import pytest

from local.pins import NAMES, SHIPPED
from tools.supply_chain.pins import shipped
from tools.template import ROOT


@pytest.mark.parametrize("name", SHIPPED)
def test_every_pin_of_what_is_deployed_has_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=[^\s#])", (ROOT / f"{name}.txt").read_text())

    assert blocks
    assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_every_list_in_the_deployed_folders_is_one_of_what_is_deployed() -> None:
    in_folders = {name for name in NAMES if name.startswith(("layers/", "functions/"))}

    assert in_folders == set(SHIPPED)


def test_what_is_installed_for_layers_and_functions_must_have_the_hashes() -> None:
    script = (ROOT / "layers/install.sh").read_text()

    installs = re.findall(r"pip install\b(?:[^\n]*\\\n)*[^\n]*", script)
    assert len(installs) == 2
    assert all("--require-hashes" in install for install in installs)


def test_what_the_image_is_built_of_must_have_the_hashes() -> None:
    assert '"--require-hashes", "--requirement"' in (ROOT / "local/image.py").read_text()


def test_what_lambdas_runtime_provides_is_not_deployed() -> None:
    names = {pin.name for pin in shipped()}

    assert "pynamodb" in names
    assert not names & {"boto3", "botocore", "urllib3"}


def test_a_pin_knows_what_needs_it() -> None:
    found = {(pin.name, pin.part): pin.needed_by for pin in shipped()}

    assert found["flatbuffers", "layers/onnx"] == ("onnxruntime",)
    assert "onnxruntime" in found["numpy", "layers/onnx"]


def test_pytorch_is_listed_without_hashes_because_its_index_is_another() -> None:
    (torch,) = (pin for pin in shipped() if pin.name == "torch")

    assert torch.hashes == ()
