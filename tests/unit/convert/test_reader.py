import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from converter.loading.reader import open_unpacked
from inferx.errors import Refused


@pytest.mark.parametrize(
    "pack",
    [
        bytes,
        gzip.compress,
        bz2.compress,
        lzma.compress,
        zlib.compress,
        lambda content: lzma.compress(content, lzma.FORMAT_ALONE),
    ],
)
def test_content_is_read_as_it_was_written(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    content = b"\x80\x04" + bytes(range(256)) * 10_000
    (tmp_path / "file").write_bytes(pack(content))

    with open_unpacked(tmp_path / "file") as file:
        assert file.read() == content


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zlib.compress])
def test_decompression_bomb_stops_at_the_limit(
    pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    (tmp_path / "bomb").write_bytes(pack(bytes(50_000_000)))

    with (
        open_unpacked(tmp_path / "bomb", limit=1_000_000) as file,
        pytest.raises(Refused, match="more than the allowed size"),
    ):
        file.read()


def test_declared_size_reserves_nothing(tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"\x80\x04ab")

    with open_unpacked(tmp_path / "short") as file:
        assert file.read(2**60) == b"\x80\x04ab"


def test_long_line_is_read_to_its_end(tmp_path: Path) -> None:
    line = b"V" + b"x" * 3_000_000 + b"\n"
    (tmp_path / "lines").write_bytes(line + b"next")

    with open_unpacked(tmp_path / "lines") as file:
        assert file.readline() == line
        assert file.readline() == b"next"


def test_lz4_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\x04\x22\x4d\x18rest")

    with pytest.raises(Refused, match="compress=3"), open_unpacked(tmp_path / "file"):
        pass
