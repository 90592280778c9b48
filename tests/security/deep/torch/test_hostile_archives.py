"""An archive is read only if it has the form in which PyTorch writes it."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from deep.torch_files import container
from tests.security.deep.torch.forging import archive, members, network, program, saved, script

Refusal = Callable[[bytes], str]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


def _file(*entries: tuple[str | zipfile.ZipInfo, bytes], kind: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as file:
        for name, content in entries:
            file.writestr(name, content)
    return buffer.getvalue()


def _honest() -> list[tuple[str | zipfile.ZipInfo, bytes]]:
    return [*members(saved(network())).items()]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(refusal: Refusal) -> None:
    honest = _honest()

    assert "it is there twice" in refusal(_file(*honest, honest[0]))


@pytest.mark.parametrize("name", ["/etc/data", "archive/../../x", "archive/C:x", "archive\\x"])
def test_name_that_leads_out_of_the_archive_is_refused(name: str, refusal: Refusal) -> None:
    assert "leads out of the archive" in refusal(_file(*_honest(), (name, b"x")))


def test_link_is_refused(refusal: Refusal) -> None:
    link = zipfile.ZipInfo("archive/data/0")
    link.external_attr = 0o120777 << 16

    assert "a folder or a link" in refusal(_file(*_honest()[:1], (link, b"/etc/passwd")))


def test_encrypted_member_is_refused(refusal: Refusal) -> None:
    content = bytearray(saved(network()))
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1

    assert "encrypted" in refusal(bytes(content))


def test_compressed_weights_are_refused(refusal: Refusal) -> None:
    assert "it is compressed" in refusal(_file(*_honest(), kind=zipfile.ZIP_DEFLATED))


def test_member_of_two_sizes_is_refused(refusal: Refusal) -> None:
    content = bytearray(saved(network()))
    place = content.index(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 1 << 30)

    assert "two sizes" in refusal(bytes(content))


def test_member_of_two_names_is_refused(refusal: Refusal) -> None:
    content = bytearray(saved(network()))
    place = content.index(b"data.pkl")
    content[place : place + 8] = b"evil.pkl"

    assert "another name in its own header" in refusal(bytes(content))


def test_code_that_unpacks_to_very_much_is_refused(refusal: Refusal) -> None:
    parts = [*members(script()).items()]
    bomb = zipfile.ZipInfo("archive/code/__torch__/bomb.py")
    bomb.compress_type = zipfile.ZIP_DEFLATED

    assert "compressed part" in refusal(_file(*parts, (bomb, bytes(65 << 20))))


def test_compressed_weights_of_a_script_are_refused(refusal: Refusal) -> None:
    parts = members(script())

    assert "it is compressed" in refusal(_file(*parts.items(), kind=zipfile.ZIP_DEFLATED))


def test_very_many_members_are_refused(refusal: Refusal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "MAX_MEMBERS", 10)

    assert "at most 10 are read" in refusal(_file(*_honest(), *((f"x/{n}", b"") for n in range(9))))


def test_archive_that_unpacks_to_very_much_is_refused(
    refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "UNPACKED_BYTES", 1_000)

    assert "unpacks to 1 MB" in refusal(program())


def test_truncated_archive_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    content = bytearray(saved(network()))
    place = content.index(b"PK\x01\x02")
    content[place + 42 : place + 46] = struct.pack("<I", 1 << 30)

    assert "outside the file" in refusal(bytes(content))


def test_damaged_weights_are_refused(refusal: Refusal) -> None:
    parts = members(saved(network()))
    content = bytearray(archive(parts))
    name = next(name for name in parts if name.endswith("data/0"))
    place = content.index(name.encode()) + len(name) + 8
    content[place] ^= 0xFF

    assert "is damaged" in refusal(bytes(content))


def test_storage_without_its_member_is_refused(refusal: Refusal) -> None:
    parts = {name: each for name, each in members(saved(network())).items() if "data/0" not in name}

    assert "it has no 'data/0'" in refusal(archive(parts))


def test_storage_shorter_than_its_tensor_is_refused(refusal: Refusal) -> None:
    parts = members(saved(network()))
    name = next(name for name in parts if name.endswith("data/0"))

    assert "another length" in refusal(archive({**parts, name: b"1234"}))


def test_big_endian_numbers_are_refused(refusal: Refusal) -> None:
    parts = members(saved(network()))
    name = next(name for name in parts if name.endswith("byteorder"))

    assert "big-endian" in refusal(archive({**parts, name: b"big"}))
