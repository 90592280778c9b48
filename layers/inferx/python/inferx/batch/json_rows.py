"""Rows of a JSON Lines file: one object a line, as a request has one row."""

import json
from collections.abc import Sequence
from functools import cached_property
from itertools import islice
from operator import itemgetter
from typing import Any

from inferx.batch.predicting import Predicted, Tensors
from inferx.batch.results import ResultColumns
from inferx.batch.slices import Slice
from inferx.errors import BadInput, TooLarge
from inferx.serving.inputs.features import FeatureReader
from inferx.serving.limits import Limits
from inferx.signature import Signature

_decode = json.JSONDecoder().decode
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_SLICE = Limits(rows=1 << 30, body_bytes=0)


class JsonTable:
    """How lines become rows of a model.

    Args:
        signature: the model's.
        columns: the members to copy into the result; ``None`` for all.
    """

    header = b""

    def __init__(self, signature: Signature, columns: Sequence[str] | None) -> None:
        self.features = signature.features
        self.names = [each.name or "" for each in self.features or ()]
        self.is_named = signature.named_features
        self.pick = itemgetter(*self.names) if self.is_named and len(self.names) > 1 else None
        self.reader = None if self.features is None else FeatureReader(signature)
        self._results = ResultColumns(signature)
        self._columns = columns
        self._replaced = {"prediction", "error"}
        if self._results.labels or self._results.has_others:
            self._replaced.add("probabilities")

    def rows(self, part: Slice) -> "JsonRows":
        """Return the rows of a slice."""
        return JsonRows(self, part)

    def written(self, rows: "JsonRows", predicted: Predicted) -> bytes:
        """Return the result's lines."""
        added = self._results.json(predicted)
        pairs = zip(rows.records, rows.objects, added, strict=True)
        return b"".join(
            [self._kept(record, row) + more.encode() + b"}\n" for record, row, more in pairs]
        )

    def _kept(self, record: bytes, row: Any) -> bytes:
        """Return the beginning of a line, up to where the new members follow."""
        if not isinstance(row, dict):
            return b"{"
        if self._columns is None and self._replaced.isdisjoint(row):
            text = record.strip(b" \t\r\n")[:-1].rstrip(b" \t\r")
            return text + b"," if row else b"{"
        names = row if self._columns is None else self._columns
        kept = {name: row[name] for name in names if name in row and name not in self._replaced}
        return _encode(kept)[:-1].encode() + b"," if kept else b"{"


class JsonRows:
    """The rows of one slice."""

    def __init__(self, table: JsonTable, part: Slice) -> None:
        self._table = table
        self.records = part.records()

    def __len__(self) -> int:
        return len(self.records)

    @cached_property
    def objects(self) -> list[Any]:
        """Each line's content; a :class:`BadInput` where it is no JSON object."""
        return [_parsed(record) for record in self.records]

    def tensors(self) -> Tensors | None:
        """Implement :meth:`inferx.batch.predicting.Rows.tensors`."""
        table = self._table
        if table.pick is None or table.reader is None:
            return None
        try:
            values = [list(table.pick(row)) for row in self.objects]
            return table.reader.read(values, _SLICE).tensors
        except (BadInput, TooLarge, KeyError, TypeError):
            return None  # row by row it shows which, and why

    def input(self, row: int) -> Any:
        """Implement :meth:`inferx.batch.predicting.Rows.input`."""
        found = self.objects[row]
        if isinstance(found, BadInput):
            raise found
        table = self._table
        if table.features is None:
            return found
        if table.is_named:
            return {name: found[name] for name in table.names if name in found}
        return list(islice(found.values(), len(table.features)))


def _parsed(record: bytes) -> Any:
    try:
        found = _decode(record.decode().removeprefix("\ufeff"))
    except UnicodeDecodeError:
        return BadInput("The line is not valid UTF-8.")
    except RecursionError:
        return BadInput("The line is nested too deeply.")
    except ValueError:
        return BadInput("The line is not valid JSON.")
    return found if isinstance(found, dict) else BadInput("The line is not a JSON object.")
