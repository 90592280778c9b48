"""Rows of a CSV file: which column is which feature, and what its fields hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from inferx.batch import csv_fields
from inferx.batch.feeding import Feeder
from inferx.batch.headers import columns_to_copy, places_of_features
from inferx.batch.predicting import Predicted, Tensors
from inferx.batch.results import ResultColumns
from inferx.batch.slices import Slice
from inferx.errors import BadInput
from inferx.signature import Feature, Signature

_BOM = b"\xef\xbb\xbf"
_READ = {"use_threads": False, "block_size": 1 << 30}  # a slice is one block
_TRUE, _FALSE = ["true", "True", "TRUE", "1"], ["false", "False", "FALSE", "0"]
_ARROW = {"number": pa.float64(), "boolean": pa.bool_(), "string": pa.string()}


class CsvTable:
    """What the header of a file means for a model.

    Args:
        header: the first record.
        signature: the model's.
        columns: those to copy into the result; ``None`` for all.

    Raises:
        BadInput: a feature or a column is missing, or the header is none.
    """

    def __init__(self, header: bytes, signature: Signature, columns: Sequence[str] | None) -> None:
        assert signature.features is not None
        self._newline = b"\r\n" if header.endswith(b"\r\n") else b"\n"
        fields = csv_fields.split(header.removeprefix(_BOM))
        names = [csv_fields.value(each) or "" for each in fields]
        self.width = len(names)
        self.features = signature.features
        self.places = places_of_features(names, signature)
        self.feeder = Feeder(signature)
        self.results = ResultColumns(signature)
        copied = columns_to_copy(names, columns, self.results.names)
        self._copied = None if copied == list(range(self.width)) else copied
        kept = [fields[place] for place in copied]
        added = [csv_fields.quoted(each).encode() for each in self.results.names]
        self.header = b",".join([*kept, *added]) + self._newline
        read = {
            place: _ARROW[feature.kind]
            for place, feature in zip(self.places, self.features, strict=True)
            if feature.kind != "any"
        }
        self._columns = [f"c{place}" for place in range(self.width)]
        self._convert = pyarrow.csv.ConvertOptions(
            include_columns=[f"c{place}" for place in read],
            column_types={f"c{place}": kind for place, kind in read.items()},
            null_values=[""],
            true_values=_TRUE,
            false_values=_FALSE,
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        )

    def rows(self, part: Slice) -> "CsvRows":
        """Return the rows of a slice."""
        return CsvRows(self, part)

    def parsed(self, part: Slice) -> list[Any] | None:
        """Return an Arrow array for each feature; ``None`` when some field does not fit."""
        # Arrow takes a carriage return by itself for the end of a record.
        if not self._convert.include_columns or part.data.count(b"\r") != part.data.count(b"\r\n"):
            return None
        try:
            table = pyarrow.csv.read_csv(
                pa.BufferReader(part.data),
                pyarrow.csv.ReadOptions(column_names=self._columns, **_READ),
                pyarrow.csv.ParseOptions(newlines_in_values=b'"' in part.data),
                self._convert,
            ).combine_chunks()
        except pa.ArrowInvalid:
            return None
        if table.num_rows != len(part.ends):
            return None
        names = set(table.column_names)
        return [
            self._prepared(table[f"c{place}"].combine_chunks(), feature)
            if f"c{place}" in names and feature.kind != "any"
            else None
            for place, feature in zip(self.places, self.features, strict=True)
        ]

    @staticmethod
    def _prepared(column: Any, feature: Feature) -> Any:
        # An empty field is the empty text where the model takes no missing one.
        if feature.kind == "string" and column.null_count and not feature.nullable:
            return column.fill_null("")
        return column

    def written(self, rows: "CsvRows", predicted: Predicted) -> bytes:
        """Return the result's records."""
        columns = self.results.csv(predicted)
        if self._copied is None and rows.are_regular:
            columns.insert(0, _without_endings(rows.part))
        elif self._copied is None or self._copied:
            kept = [b",".join(self._kept(record)) for record in rows.records]
            columns.insert(0, pa.array(kept, pa.binary()))
        records = pc.binary_join_element_wise(*columns, b",")
        return _joined(pc.binary_join_element_wise(records, self._newline, b""))

    def _kept(self, record: bytes) -> list[bytes]:
        try:
            fields = csv_fields.split(record)
        except BadInput:
            fields = []
        fields = (fields + [b""] * self.width)[: self.width]
        return fields if self._copied is None else [fields[place] for place in self._copied]


def _without_endings(part: Slice) -> Any:
    """Return a slice's records as an Arrow array."""
    if part.is_plain:
        # The records as they lie in memory: each ends where the next begins.
        places = np.concatenate(([0], part.ends)).astype(np.int32)
        buffers = [None, pa.py_buffer(places), pa.py_buffer(part.data)]
        records = pa.Array.from_buffers(pa.string(), len(part.ends), buffers)
        return pc.ascii_rtrim(records, "\r\n").view(pa.binary())
    return pa.array([csv_fields.content(record) for record in part.records()], pa.binary())


def _joined(records: Any) -> bytes:
    """Return the bytes of an array's values, which follow each other in memory."""
    _, _, data = records.buffers()
    size = pc.sum(pc.binary_length(records)).as_py()
    assert data is not None
    return bytes(memoryview(data)[:size])


@dataclass
class CsvRows:
    """The rows of one slice."""

    table: CsvTable
    part: Slice
    are_regular: bool = False
    """Whether every record has as many fields as the header."""

    @cached_property
    def records(self) -> list[bytes]:
        """Each record, with its line ending."""
        return self.part.records()

    def __len__(self) -> int:
        return len(self.part.ends)

    def tensors(self) -> Tensors | None:
        """Implement :meth:`inferx.batch.predicting.Rows.tensors`."""
        columns = self.table.parsed(self.part)
        if columns is None:
            return None
        self.are_regular = True
        return self.table.feeder.tensors(columns, len(self))

    def input(self, row: int) -> Any:
        """Implement :meth:`inferx.batch.predicting.Rows.input`."""
        fields = csv_fields.split(self.records[row])
        if len(fields) != self.table.width:
            raise BadInput(
                f"The row has {len(fields)} fields, and the header has {self.table.width}."
            )
        return [
            _MEANINGS[feature.kind](csv_fields.value(fields[place]), feature)
            for place, feature in zip(self.table.places, self.table.features, strict=True)
        ]


def _number(text: str | None, _: Feature) -> Any:
    return None if text is None else csv_fields.number(text)


def _string(text: str | None, feature: Feature) -> Any:
    return "" if text is None and not feature.nullable else text


def _boolean(text: str | None, _: Feature) -> Any:
    if text is None:
        return None
    return {"true": True, "false": False}.get(text.lower(), csv_fields.number(text))


def _anything(_: str | None, __: Feature) -> Any:
    return None


_MEANINGS: dict[str, Callable[[str | None, Feature], Any]] = {
    "number": _number,
    "string": _string,
    "boolean": _boolean,
    "any": _anything,
}
