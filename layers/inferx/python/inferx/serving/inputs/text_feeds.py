"""From the texts of a request to the tensors of terms that the graph takes."""

from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

import numpy as np

from inferx.serving.inputs.murmurhash import signed_column
from inferx.serving.inputs.reader import Array
from inferx.serving.inputs.text_terms import MOST_CHARACTERS, MOST_TERMS, Analysis
from inferx.serving.timed_runs import Runs
from inferx.texts import TextInput

_MOST_CELLS = 1 << 22
"""Numbers of one tensor of counts, in one run of the graph: 32 MB."""

Tensors: TypeAlias = dict[str, Array]
Row: TypeAlias = list[list[str]]
"""The terms of one row, for each of the model's descriptions."""


class TextFeeds:
    """Replaces a model's texts by their terms.

    Rows of terms are as long as the longest, so that many rows are run a few at a time.

    Args:
        texts: the signature's descriptions.
        graph_inputs: the names of the graph's inputs, which a text itself may be none of.
    """

    def __init__(self, texts: Collection[TextInput], graph_inputs: Collection[str]) -> None:
        self._texts = [(each, Analysis(each)) for each in texts]
        self._graph_inputs = frozenset(graph_inputs)
        self._rows = max(1, _MOST_CELLS // max(each.columns for each in texts))

    def run(self, session: Runs, outputs: list[str], tensors: Mapping[str, Array]) -> list[Array]:
        """Return the graph's outputs of these names, for tensors that hold the texts.

        Raises:
            BadInput: a text is not valid Unicode.
            TooLarge: a text has too many terms.
        """
        parts = [session.run(outputs, feed) for feed in self._feeds(tensors)]
        return [np.concatenate(each) for each in zip(*parts, strict=True)]

    def _feeds(self, tensors: Mapping[str, Array]) -> Iterator[Tensors]:
        """Yield what to run the graph with, some rows at a time, in order."""
        waiting = _Waiting()
        start = 0
        for row in range(len(next(iter(tensors.values())))):
            terms = [
                analysis.terms(tensors[how.input][row, how.column]) for how, analysis in self._texts
            ]
            if len(waiting.rows) == self._rows or not waiting.takes(terms):
                yield self._feed(tensors, start, waiting.rows)
                waiting = _Waiting()
                start = row
            waiting.add(terms)
        yield self._feed(tensors, start, waiting.rows)

    def _feed(self, tensors: Mapping[str, Array], start: int, rows: list[Row]) -> Tensors:
        fed = {
            name: tensor[start : start + len(rows)]
            for name, tensor in tensors.items()
            if name in self._graph_inputs
        }
        for place, (how, _) in enumerate(self._texts):
            terms = [row[place] for row in rows]
            fed[how.name] = _hashes(terms, how.columns) if how.hashed else _strings(terms)
        return fed


class _Waiting:
    """Rows of terms for one run, and what they take together."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._longest = 0
        self._characters = 0

    def takes(self, terms: Row) -> bool:
        """Return whether there is room for one more row; always for the first."""
        cells = max(self._longest, *map(len, terms)) * (len(self.rows) + 1)
        together = self._characters + _characters(terms)
        return not self.rows or (cells <= MOST_TERMS and together <= MOST_CHARACTERS)

    def add(self, terms: Row) -> None:
        """Add a row."""
        self.rows.append(terms)
        self._longest = max(self._longest, *map(len, terms))
        self._characters += _characters(terms)


def _characters(terms: Row) -> int:
    return sum(len(term) for each in terms for term in each)


def _strings(rows: list[list[str]]) -> Array:
    longest = max(1, *map(len, rows))
    padded = np.full((len(rows), longest), "", dtype=object)  # no term is empty
    for place, terms in enumerate(rows):
        padded[place, : len(terms)] = terms
    return padded


def _hashes(rows: list[list[str]], columns: int) -> Array:
    longest = max(1, *map(len, rows))
    padded = np.zeros((len(rows), longest), dtype=np.int64)  # columns count from 1
    for place, terms in enumerate(rows):
        found = sorted((signed_column(term, columns) for term in terms), key=abs)
        padded[place, : len(terms)] = found
    return padded
