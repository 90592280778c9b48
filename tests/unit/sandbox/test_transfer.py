"""A file arrives whole or not at all."""

from contextvars import copy_context
from pathlib import Path

import pytest

from inferx import deadline
from inferx.errors import Unavailable
from sandbox.transfer import download, upload
from tests.unit.sandbox.conftest import Reply, Storage

SIZE = 1_000_000
WHOLE = b"x" * SIZE


@pytest.mark.parametrize("declared", [SIZE, None])
def test_file_of_the_expected_size_is_downloaded(
    declared: int | None, storage: Storage, tmp_path: Path
) -> None:
    storage.replies = [Reply(WHOLE, declared)]

    download(storage.url, tmp_path / "file", SIZE)

    assert (tmp_path / "file").read_bytes() == WHOLE


def test_empty_file_is_downloaded(storage: Storage, tmp_path: Path) -> None:
    storage.replies = [Reply(b"", 0)]

    download(storage.url, tmp_path / "file", 0)

    assert (tmp_path / "file").read_bytes() == b""


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(WHOLE[:1_234], SIZE), id="cut short of its declared length"),
        pytest.param(Reply(WHOLE[:1_234]), id="cut short, no length declared"),
        pytest.param(Reply(WHOLE[:1_234], 1_234), id="a shorter object"),
        pytest.param(Reply(WHOLE + b"x", SIZE + 1), id="a longer object"),
        pytest.param(Reply(WHOLE, SIZE + 1), id="a longer object, cut to the expected size"),
        pytest.param(Reply(WHOLE + b"x"), id="longer, no length declared"),
    ],
)
def test_download_of_another_size_is_tried_again_and_then_fails(
    reply: Reply, storage: Storage, tmp_path: Path
) -> None:
    storage.replies = [reply]

    with pytest.raises(Unavailable):
        download(storage.url, tmp_path / "file", SIZE)

    assert storage.asked == 3


@pytest.mark.parametrize(
    "broken", [Reply(WHOLE[:1_234], SIZE), Reply(status=503, declared=0), Reply(b"")]
)
def test_download_that_succeeds_at_the_second_attempt_is_whole(
    broken: Reply, storage: Storage, tmp_path: Path
) -> None:
    storage.replies = [broken, Reply(WHOLE, SIZE)]

    download(storage.url, tmp_path / "file", SIZE)

    assert (tmp_path / "file").read_bytes() == WHOLE


def test_missing_object_fails_at_once(storage: Storage, tmp_path: Path) -> None:
    storage.replies = [Reply(status=404, declared=0)]

    with pytest.raises(Unavailable):
        download(storage.url, tmp_path / "file", SIZE)

    assert storage.asked == 1


def test_storage_that_refuses_connections_is_unavailable(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        download("http://127.0.0.1:1/object", tmp_path / "file", SIZE)


def test_no_transfer_begins_after_the_deadline(storage: Storage, tmp_path: Path) -> None:
    storage.replies = [Reply(WHOLE, SIZE)]

    def late() -> None:
        deadline.start(0)
        download(storage.url, tmp_path / "file", SIZE)

    with pytest.raises(Unavailable):
        copy_context().run(late)

    assert storage.asked == 0


def test_file_is_uploaded_whole(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(WHOLE)

    with (tmp_path / "file").open("rb") as content:
        upload(storage.url, content)

    assert storage.stored == [WHOLE]


def test_upload_is_tried_again_from_its_first_byte(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(WHOLE)
    storage.failing = 1

    with (tmp_path / "file").open("rb") as content:
        content.seek(10)
        upload(storage.url, content)

    assert storage.stored == [WHOLE, WHOLE]


def test_upload_that_is_never_taken_is_unavailable(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(WHOLE)
    storage.failing = 3

    with (tmp_path / "file").open("rb") as content, pytest.raises(Unavailable):
        upload(storage.url, content)
