"""Hostile pickles, and files damaged before any pickle begins, are refused with a sentence."""

import io
import struct
import zipfile
from pathlib import Path

import onnx
import pytest

from converter.conversion import convert_source
from converter.loading import load_estimator
from inferx.errors import Refused
from sandbox.job_request import JobRequest
from tests.security.attacks import all_attacks
from tests.security.broken_files import broken_files
from tools.onnx_models import summing

ATTACKS = dict(all_attacks())


@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_file_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(ATTACKS[name])

    with pytest.raises(Refused) as refusal:
        load_estimator(path)

    assert refusal.value.detail.endswith(".")


def _damaged_skops() -> bytes:
    """Return a skops file whose schema has another content than its checksum is of."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("schema.json", '{"__class__": "list"}')
    return file.getvalue().replace(b'"list"', b'"dict"', 1)


def _skops_without_its_kind_of_compression() -> bytes:
    content = _damaged_skops()
    # Local and central headers have the method 8 and 10 bytes after their signatures.
    for signature, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.index(signature) + place
        content = content[:at] + struct.pack("<H", 97) + content[at + 2 :]
    return content


def _onnx_with_bytes_as_a_name() -> bytes:
    model = onnx.load_from_string(summing())
    next(node for node in model.graph.node if node.input).input[0] = "nowhere"
    content: bytes = model.SerializeToString()
    return content.replace(b"nowhere", b"nowher\xa9")


DAMAGED = {
    **dict(broken_files()),
    "damaged skops": _damaged_skops(),
    "ONNX with bytes as a name": _onnx_with_bytes_as_a_name(),
    "skops compressed otherwise": _skops_without_its_kind_of_compression(),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_file_is_refused_by_the_whole_converter(name: str, tmp_path: Path) -> None:
    path = tmp_path / "source"
    path.write_bytes(DAMAGED[name])

    with pytest.raises(Refused) as refusal:
        convert_source(path, tmp_path / "model.onnx", JobRequest())

    assert refusal.value.detail.endswith(".")


def test_the_suite_holds_what_public_scanners_are_tested_with() -> None:
    assert len(ATTACKS) >= 300
