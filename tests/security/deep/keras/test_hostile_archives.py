"""``.keras`` archives that are not exactly what Keras writes are refused before they are read."""

import warnings
import zipfile
from pathlib import Path

import pytest

from inferx.errors import Refused
from tests.security.deep.keras import forged


@pytest.mark.parametrize("name", ["../outside", "/etc/cron.d/x", "a/../../b", "evil.py"])
def test_member_of_another_name_is_refused_and_not_written(name: str, tmp_path: Path) -> None:
    members = {**forged.members_of(tmp_path), name: b"x"}

    with pytest.raises(Refused, match="which Keras does not write"):
        forged.read_source(forged.archived(tmp_path, members))

    assert not (tmp_path.parent / "outside").exists()


def test_member_twice_is_refused(tmp_path: Path) -> None:
    path = forged.archived(tmp_path, forged.members_of(tmp_path))
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("config.json", b"{}")

    with pytest.raises(Refused, match="two of the same name"):
        forged.read_source(path)


def test_vocabulary_in_the_archive_is_refused(tmp_path: Path) -> None:
    members = {**forged.members_of(tmp_path), "assets/words/vocabulary.txt": b"a"}

    with pytest.raises(Refused, match="looks up words"):
        forged.read_source(forged.archived(tmp_path, members))


def test_archive_without_weights_is_refused(tmp_path: Path) -> None:
    members = forged.members_of(tmp_path)
    del members["model.weights.h5"]

    with pytest.raises(Refused, match=r"has no model\.weights\.h5"):
        forged.read_source(forged.archived(tmp_path, members))


def test_member_that_unpacks_to_far_more_than_it_stores_is_refused(tmp_path: Path) -> None:
    members = {**forged.members_of(tmp_path), "config.json": b" " * (8 << 20)}
    path = forged.archived(tmp_path, members, zipfile.ZIP_DEFLATED)

    with pytest.raises(Refused, match="more than 100 times its stored size"):
        forged.read_source(path)


def test_member_that_declares_less_than_it_unpacks_to_is_refused(tmp_path: Path) -> None:
    members = {**forged.members_of(tmp_path), "config.json": b"{}" + b" " * 100}
    path = forged.archived(tmp_path, members, zipfile.ZIP_DEFLATED)
    content = path.read_bytes()
    size = len(members["model.weights.h5"]).to_bytes(4, "little")
    assert content.count(size) >= 2
    path.write_bytes(content.replace(size, (100).to_bytes(4, "little")))

    with pytest.raises(Refused, match="damaged"):
        forged.read_source(path)


def test_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = forged.archived(tmp_path, forged.members_of(tmp_path))
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\x01\x02")
    while place != -1:
        content[place + 8] |= 1
        place = content.find(b"PK\x01\x02", place + 1)
    path.write_bytes(content)

    with pytest.raises(Refused, match="encrypted"):
        forged.read_source(path)


def test_truncated_archive_is_refused(tmp_path: Path) -> None:
    path = forged.archived(tmp_path, forged.members_of(tmp_path))
    content = path.read_bytes()
    directory = content.index(b"PK\x01\x02")
    path.write_bytes(content[: directory // 2] + content[directory:])

    with pytest.raises(Refused, match="damaged"):
        forged.read_source(path)
