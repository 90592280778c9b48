"""Folders as hashes and archives."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from local.content import CACHES, archive, digest_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    code = tmp_path / "code"
    (code / "package").mkdir(parents=True)
    (code / "app.py").write_text("one")
    (code / "package" / "module.py").write_text("two")
    return code


def test_a_digest_changes_with_a_files_content(folder: Path) -> None:
    before = digest_of(folder)

    (folder / "app.py").write_text("three")

    assert digest_of(folder) != before


def test_a_digest_changes_with_a_files_name(folder: Path) -> None:
    before = digest_of(folder)

    (folder / "app.py").rename(folder / "main.py")

    assert digest_of(folder) != before


def test_a_digest_does_not_depend_on_times(folder: Path) -> None:
    before = digest_of(folder)

    (folder / "app.py").write_text("one")

    assert digest_of(folder) == before


def test_ignored_folders_do_not_count(folder: Path) -> None:
    before = digest_of(folder, ignored=CACHES)

    (folder / "package" / "__pycache__").mkdir()
    (folder / "package" / "__pycache__" / "module.cpython-313.pyc").write_bytes(b"\0")

    assert digest_of(folder, ignored=CACHES) == before
    assert digest_of(folder) != before


def test_an_archive_holds_every_file_at_its_place(folder: Path) -> None:
    with zipfile.ZipFile(BytesIO(archive(folder))) as content:
        assert content.namelist() == ["app.py", "package/module.py"]
        assert content.read("package/module.py") == b"two"


def test_the_same_files_give_the_same_archive(folder: Path) -> None:
    first = archive(folder)

    (folder / "app.py").write_text("one")

    assert archive(folder) == first


def test_an_archive_keeps_permissions(folder: Path) -> None:
    (folder / "app.py").chmod(0o755)

    with zipfile.ZipFile(BytesIO(archive(folder))) as content:
        assert content.getinfo("app.py").external_attr >> 16 & 0o777 == 0o755
