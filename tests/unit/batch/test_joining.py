"""Files made of parts: compressed pieces, Parquet footers, and the parts of an upload."""

import gzip
import io
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inferx.batch import thrift
from inferx.batch.assembly import Range, UploadPart, size_of, upload_parts
from inferx.batch.compression import compressor, decompressed
from inferx.batch.outputs import ParquetOutput, TextOutput
from inferx.batch.parquet_footer import TAIL, JoinedFooter, footer_size
from inferx.entities.jobs import Compression
from inferx.errors import BadInput
from inferx.storage.files import StoredFile

SMALLEST = 100


def table(first: int, rows: int) -> Any:
    numbers = np.arange(first, first + rows)
    return pa.table(
        {
            "at": numbers,
            "x": numbers / 7,
            "word": pa.array([f"w{at % 5}" for at in range(rows)], pa.string()).dictionary_encode(),
            "many": pa.array([[at] * (at % 3) for at in range(rows)], pa.list_(pa.int64())),
            "moment": numbers.astype("datetime64[us]"),
            "flag": numbers % 2 == 0,
        }
    )


def parquet(tables: list[Any]) -> bytes:
    output = ParquetOutput(table(0, 0).schema)
    for each in tables:
        output.add(each)
        output.end_block()
    return output.content()


def joined(contents: list[bytes]) -> bytes:
    footer = JoinedFooter()
    result = b""
    for content in contents:
        size = footer_size(content[-TAIL:])
        start = 4 if result else 0
        footer.add(content[-size:], len(result) - start)
        result += content[start:-size]
    return result + footer.content()


@given(st.lists(st.lists(st.integers(1, 50), max_size=3), min_size=1, max_size=20))
def test_a_joined_parquet_file_has_the_rows_of_its_parts_in_order(sizes: list[list[int]]) -> None:
    parts, first = [], 0
    for groups in sizes:
        tables = []
        for rows in groups:
            tables.append(table(first, rows))
            first += rows
        parts.append(parquet(tables))

    found = pq.read_table(io.BytesIO(joined(parts)))

    assert found["at"].to_pylist() == list(range(first))
    assert found.num_rows == sum(map(sum, sizes))
    assert found.schema.equals(table(0, 0).schema)


def test_a_joined_footer_shows_where_each_row_group_is() -> None:
    content = joined([parquet([table(0, 10), table(10, 5)]), parquet([table(15, 7)])])

    file = pq.ParquetFile(io.BytesIO(content))

    assert [file.read_row_group(at)["at"][0].as_py() for at in range(3)] == [0, 10, 15]
    assert file.metadata.num_rows == 22


def test_a_footer_that_is_read_and_written_is_the_same() -> None:
    content = parquet([table(0, 30)])
    footer = content[-footer_size(content[-TAIL:]) : -TAIL]

    assert thrift.write(thrift.read(footer)) == footer


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_pieces_compressed_apart_are_one_file(compression: Compression) -> None:
    compress = compressor(compression)

    stream = io.BytesIO(compress(b"one\n") + compress(b"") + compress(b"two\n"))

    assert b"".join(decompressed(stream, compression)) == b"one\ntwo\n"


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
@pytest.mark.parametrize("damage", [lambda each: each[:-9], lambda _: b"no archive"])
def test_a_file_that_does_not_decompress_is_refused(compression: Compression, damage: Any) -> None:
    content = damage(compressor(compression)(b"content " * 100))

    with pytest.raises(BadInput, match=f"not valid {compression}"):
        list(decompressed(io.BytesIO(content), compression))


def test_a_block_is_compressed_by_itself() -> None:
    whole, halves = TextOutput("gzip"), TextOutput("gzip")
    for each in (b"1\n", b"2\n"):
        whole.add(each)
        whole.end_block()
        halves.add(each)
        halves.end_block()
    again = TextOutput("gzip")
    again.add(b"2\n")

    assert whole.content() == halves.content()
    assert halves.content().endswith(again.content())
    assert gzip.decompress(whole.content()) == b"1\n2\n"


def pieces_of(part: UploadPart) -> list[Range | bytes]:
    return [part] if isinstance(part, Range) else part


@given(st.lists(st.integers(1, 350), max_size=40), st.booleans())
def test_upload_parts_hold_every_byte_once_and_are_large_enough(
    sizes: list[int], has_header: bool
) -> None:
    source = [Range(StoredFile(str(at), None, size), 0, size) for at, size in enumerate(sizes)]
    given_pieces: list[Range | bytes] = [b"header", *source] if has_header else [*source]

    parts = list(upload_parts(given_pieces, SMALLEST))

    assert all(sum(map(size_of, pieces_of(part))) >= SMALLEST for part in parts[:-1])
    bytes_of = [
        (piece.file.key, at) if isinstance(piece, Range) else (piece, at)
        for part in parts
        for piece in pieces_of(part)
        for at in (range(piece.start, piece.end) if isinstance(piece, Range) else [0])
    ]
    wanted: list[Any] = [(b"header", 0)] if has_header else []
    wanted += [(str(number), at) for number, size in enumerate(sizes) for at in range(size)]
    assert bytes_of == wanted


def test_a_large_range_is_copied_and_never_read() -> None:
    large = Range(StoredFile("a", None, 1_000), 0, 1_000)

    parts = list(upload_parts([large, large], SMALLEST))

    assert parts == [large, large]
