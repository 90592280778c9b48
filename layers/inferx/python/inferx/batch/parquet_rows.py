"""Rows of a Parquet file: which column is which feature, and tables of results."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from inferx.batch.feeding import Feeder
from inferx.batch.headers import columns_to_copy, places_of_features
from inferx.batch.predicting import Predicted, Tensors
from inferx.batch.results import ResultColumns
from inferx.errors import BadInput
from inferx.serving import json_text
from inferx.signature import Feature, Signature

_KINDS = {
    "string": pa.string(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "json": pa.string(),
}
_WORDS = {"number": "a number", "string": "a string", "boolean": "true or false"}


class ParquetTable:
    """What the schema of a file means for a model.

    Args:
        schema: the file's, as Arrow has it.
        signature: the model's.
        columns: those to copy into the result; ``None`` for all.

    Raises:
        BadInput: a feature or a column is missing, or of a type that never fits.
    """

    header = b""  # as the tables of text have one

    def __init__(self, schema: Any, signature: Signature, columns: Sequence[str] | None) -> None:
        assert signature.features is not None
        names = list(schema.names)
        self.features = signature.features
        self.places = places_of_features(names, signature)
        for place, feature in zip(self.places, self.features, strict=True):
            _check_type(schema.field(place), feature)
        self.feeder = Feeder(signature)
        self._results = ResultColumns(signature)
        self._copied = columns_to_copy(names, columns, self._results.names)
        read = sorted({*self.places, *self._copied})
        self.columns = [names[place] for place in read]
        """The columns to read, in the file's order."""
        self._places = {place: position for position, place in enumerate(read)}
        added = [pa.field(name, self._type_of(name)) for name in self._results.names]
        kept = [schema.field(place) for place in self._copied]
        # pandas' description of the input does not hold for the result.
        self.schema = pa.schema([*kept, *added])

    def rows(self, table: Any) -> "ParquetRows":
        """Return the rows of a table of :attr:`columns`."""
        return ParquetRows(self, table)

    def feature_columns(self, table: Any) -> list[Any]:
        """Return an Arrow array for each feature."""
        return [_plain(_combined(table.column(self._places[place]))) for place in self.places]

    def written(self, rows: "ParquetRows", predicted: Predicted) -> Any:
        """Return the result's table."""
        kept = [rows.table.column(self._places[place]) for place in self._copied]
        return pa.table([*kept, *self._added(predicted)], schema=self.schema)

    def _type_of(self, name: str) -> Any:
        if name == "prediction":
            return _KINDS[self._results.kind]
        return pa.string() if name in ("probabilities", "error") else pa.float64()

    def _added(self, predicted: Predicted) -> list[Any]:
        count = len(predicted.predictions)
        values = predicted.predictions
        if self._results.kind == "json":
            values = _texts(values)
        added = [pa.array(values, _KINDS[self._results.kind])]
        if self._results.labels:
            scores = predicted.scores
            added += [
                pa.nulls(count, pa.float64())
                if scores is None
                else pa.array(scores[:, label].astype(float), pa.float64(), from_pandas=True)
                for label in range(len(self._results.labels))
            ]
        if self._results.has_others:
            added.append(pa.array(_texts(predicted.others or [None] * count), pa.string()))
        errors = predicted.errors
        added.append(
            pa.array([errors.get(row) for row in range(count)], pa.string())
            if errors
            else pa.nulls(count, pa.string())
        )
        return added


class ParquetRows:
    """Some rows of a file.

    Args:
        layout: what the columns mean.
        table: the rows.
    """

    def __init__(self, layout: ParquetTable, table: Any) -> None:
        self.table = table
        self._layout = layout
        self._columns = layout.feature_columns(table)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def tensors(self) -> Tensors | None:
        """Implement :meth:`inferx.batch.predicting.Rows.tensors`."""
        columns = [
            None if feature.kind == "any" else column
            for feature, column in zip(self._layout.features, self._columns, strict=True)
        ]
        return self._layout.feeder.tensors(columns, len(self))

    def input(self, row: int) -> Any:
        """Implement :meth:`inferx.batch.predicting.Rows.input`."""
        return [
            None if feature.kind == "any" else column[row].as_py()
            for feature, column in zip(self._layout.features, self._columns, strict=True)
        ]


def _check_type(field: Any, feature: Feature) -> None:
    kind = field.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    is_number = _is_number(kind)
    fits = {
        "number": is_number,
        "boolean": is_number,
        "string": pa.types.is_string(kind) or pa.types.is_large_string(kind),
        "any": True,
    }[feature.kind]
    if not fits and not pa.types.is_null(kind):
        raise BadInput(
            f"Feature {field.name} must be {_WORDS[feature.kind]}, and the file's column is of "
            f"type {field.type}."
        )


def _is_number(kind: Any) -> bool:
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_decimal(kind)
    )


def _combined(column: Any) -> Any:
    combined = column.combine_chunks()
    return (
        combined.chunk(0)
        if isinstance(combined, pa.ChunkedArray) and combined.num_chunks
        else combined
    )


def _plain(column: Any) -> Any:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_decimal(column.type):
        return column.cast(pa.float64())
    return column


def _texts(values: Sequence[Any]) -> list[str | None]:
    return [None if each is None else json_text.write(each) for each in values]
