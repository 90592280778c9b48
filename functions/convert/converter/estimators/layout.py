"""How a row's columns become the inputs of the ONNX graph, and arrays for either side of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, StringTensorType

from converter.estimators.columns import NUMBER, TEXT, Column
from inferx.manifest import Feature, TensorSpec
from inferx.signature import MISSING_TEXT
from inferx.texts import TextInput

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,60}")
MATRIX = "X"
_SIDE_BY_SIDE = 256

type Rows = list[np.ndarray[Any, Any]]
"""One array a column, each of shape ``(rows,)``: float64 for numbers, object for strings.

A missing value is NaN among numbers and ``MISSING_TEXT`` among strings, as the graph takes it.
"""


@dataclass(frozen=True)
class Layout:
    """The graph's inputs: one matrix when every column is alike, else one input a column."""

    columns: tuple[Column, ...]
    readers: Mapping[int, TextInput] = field(default_factory=dict)
    """How ``predict`` makes the terms for each vectorizer, by the vectorizer's id."""

    def reading(self, readers: Mapping[int, TextInput]) -> "Layout":
        """Return the layout of a model with these vectorizers."""
        return replace(self, readers=readers)

    @property
    def texts(self) -> tuple[TextInput, ...]:
        """The terms that the graph may take in place of texts."""
        return tuple({text.name: text for text in self.readers.values()}.values())

    @cached_property
    def is_matrix(self) -> bool:
        """Whether the whole row is one tensor of shape ``[None, columns]``."""
        return len({column.kind == NUMBER for column in self.columns}) == 1

    @cached_property
    def is_numeric(self) -> bool:
        """Whether no column holds strings."""
        return all(column.kind == NUMBER for column in self.columns)

    def input_of(self, position: int) -> str:
        """Name the graph input that a column goes to."""
        if self.is_matrix:
            return MATRIX
        name = self.columns[position].name
        return name if name and _PLAIN_NAME.fullmatch(name) else f"x{position}"

    def initial_types(self, dtype: str) -> list[tuple[str, Any]]:
        """Return the inputs as skl2onnx wants them; ``dtype`` is ``float32`` or ``float64``."""
        number = FloatTensorType if dtype == "float32" else DoubleTensorType
        if self.is_matrix:
            # What reads texts alone never sees them in the graph (feed_terms), and what is around
            # it takes the type of its numbers from the input's.
            only_texts = all(column.kind == TEXT for column in self.columns)
            kind = number if self.is_numeric or only_texts else StringTensorType
            return [(MATRIX, kind([None, len(self.columns)]))]
        return [
            (
                self.input_of(position),
                (number if column.kind == NUMBER else StringTensorType)([None, 1]),
            )
            for position, column in enumerate(self.columns)
        ]

    def inputs(self, dtype: str) -> tuple[TensorSpec, ...]:
        """Return the inputs as the manifest describes them."""
        if self.is_matrix:
            kind = dtype if self.is_numeric else "string"
            return (TensorSpec(MATRIX, kind, (None, len(self.columns))),)
        return tuple(
            TensorSpec(
                self.input_of(position),
                dtype if column.kind == NUMBER else "string",
                (None, 1),
            )
            for position, column in enumerate(self.columns)
        )

    def features(self) -> tuple[Feature, ...]:
        """Return where each value of a row goes."""
        return tuple(
            Feature(
                name=column.name,
                kind=_kind_of(column),
                input=self.input_of(position),
                column=position if self.is_matrix else 0,
                nullable=column.nullable,
                infinite=column.infinite,
            )
            for position, column in enumerate(self.columns)
        )

    def for_original(self, rows: Rows) -> Any:  # whatever the estimator takes
        """Arrange rows as scikit-learn takes them: a matrix, or a list of texts."""
        if self.columns[0].kind == TEXT and len(self.columns) == 1:
            return rows[0].tolist()
        if self.is_numeric:
            return _matrix(rows, np.float64)
        return np.column_stack(
            [
                _as_original(values, None if column.none_is_missing else np.nan)
                for column, values in zip(self.columns, rows, strict=True)
            ]
        )

    def for_graph(self, rows: Rows, dtype: str) -> dict[str, np.ndarray[Any, Any]]:
        """Arrange rows as the ONNX graph's inputs."""
        if self.is_matrix:
            return {MATRIX: _matrix(rows, dtype if self.is_numeric else object)}
        return {
            self.input_of(position): rows[position]
            .astype(dtype if column.kind == NUMBER else object)
            .reshape(-1, 1)
            for position, column in enumerate(self.columns)
        }


def _kind_of(column: Column) -> str:
    if column.ignored:
        return "any"
    return "number" if column.kind == NUMBER else "string"


def layout_for(columns: Sequence[Column]) -> Layout:
    """Make the layout; input names that would clash are numbered instead."""
    layout = Layout(tuple(columns))
    names = [layout.input_of(position) for position in range(len(columns))]
    if layout.is_matrix or len(set(names)) == len(names):
        return layout
    return Layout(tuple(replace(column, name=None) for column in columns))


def _as_original(values: np.ndarray[Any, Any], missing: float | None) -> np.ndarray[Any, Any]:
    given = values.astype(object)
    given[given == MISSING_TEXT] = missing
    return given


def _matrix(rows: Rows, dtype: Any) -> np.ndarray[Any, Any]:
    """Put the columns side by side, some at a time, as the processor's cache holds them."""
    matrix = np.empty((len(rows[0]), len(rows)), dtype)
    for start in range(0, len(rows), _SIDE_BY_SIDE):
        matrix[:, start : start + _SIDE_BY_SIDE] = np.array(rows[start : start + _SIDE_BY_SIDE]).T
    return matrix
