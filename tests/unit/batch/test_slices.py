"""Records, and slices of them, however a stream comes in blocks."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inferx.batch import slices as module
from inferx.batch.csv_fields import split, value
from inferx.batch.records import csv_records, lines
from inferx.batch.slices import Slice, slices
from inferx.errors import BadInput

FIELDS = st.sampled_from(
    ["", "1.5", "a b", '"x"', '"a,b"', '"two\nlines"', '"say ""hi"""', '5" pipe', 'a"b', '"x"y']
)
RECORDS = st.lists(
    st.tuples(st.lists(FIELDS, min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]))
)


def text_of(records: list[tuple[list[str], str]]) -> bytes:
    return "".join(",".join(fields) + ending for fields, ending in records).encode()


def blocks_of(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let little text make many slices."""
    monkeypatch.setattr(module, "SLICE_ROWS", 4)
    monkeypatch.setattr(module, "SLICE_BYTES", 60)
    monkeypatch.setattr(module, "RECORD_BYTES", 100)


def cut(content: bytes, size: int) -> list[Slice]:
    return list(slices(blocks_of(content, size), csv_records))


@pytest.mark.usefixtures("small_slices")
@given(RECORDS, st.integers(1, 200))
def test_slices_are_the_same_however_the_stream_comes(
    records: list[tuple[list[str], str]], size: int
) -> None:
    content = text_of(records)

    found = [(each.position, each.data) for each in cut(content, size)]

    assert found == [(each.position, each.data) for each in cut(content, 1 << 20)]


@given(RECORDS)
def test_records_and_fields_are_those_of_the_csv_module(
    records: list[tuple[list[str], str]],
) -> None:
    content = text_of(records)

    found = [
        [value(field) or "" for field in split(record)]
        for each in slices([content], csv_records)
        for record in each.records()
    ]

    assert found == [row for row in csv.reader(io.StringIO(content.decode(), newline="")) if row]


def test_a_slice_begins_where_the_one_before_ended() -> None:
    content = b"\n\n1\n2\n\n3\r\n\r\n4\n5\n6\n\n"

    found = cut(content, 3)

    assert b"".join(each.data for each in found).split() == [b"1", b"2", b"3", b"4", b"5", b"6"]
    assert [content[each.position : each.end] for each in found] == [each.data for each in found]


def test_the_last_record_needs_no_newline() -> None:
    (found,) = slices([b"1,2\n3,4"], csv_records)

    assert found.records() == [b"1,2\n", b"3,4\n"]


def test_empty_lines_are_no_rows() -> None:
    (found,) = slices([b'1\n\n"a\n\nb"\r\n\r\n2\n'], csv_records)

    assert found.records() == [b"1\n", b'"a\n\nb"\r\n', b"2\n"]


def test_a_quote_in_json_lines_means_nothing() -> None:
    (found,) = slices([b'{"a": "5\\""}\n{"a": 1}\n'], lines)

    assert len(found.ends) == 2


def test_a_record_that_is_too_long_is_refused() -> None:
    with pytest.raises(BadInput, match="Is a quote not closed"):
        list(slices([b'1,"' + b"x\n" * 100], csv_records))


def test_a_field_whose_quote_is_not_closed_is_refused() -> None:
    with pytest.raises(BadInput, match="A quote is not closed"):
        split(b'1,"2\n')


@pytest.mark.parametrize(
    ("field", "meant"),
    [(b"", None), (b'""', ""), (b'"a""b"', 'a"b'), (b'"x"y', "xy"), ("é".encode(), "é")],
)
def test_a_field_means_what_its_quotes_say(field: bytes, meant: str | None) -> None:
    assert value(field) == meant
