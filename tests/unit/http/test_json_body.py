"""JSON bodies: strict, and bounded in depth and in the length of numbers."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inferx.errors import BadInput
from inferx.http.json_body import read_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**90), 10**90)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_as_json_is_read_back(value: Any) -> None:
    assert read_json(json.dumps(value)) == value


@pytest.mark.parametrize("text", ["", "{", "[1,]", "'a'", "\ufeff{}", '{"a" 1}', "nul", "01"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"not valid JSON\."):
        read_json(text)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_python_alone_takes_for_a_number_is_refused(number: str) -> None:
    with pytest.raises(BadInput, match=f"{number} is no JSON number"):
        read_json(f'{{"a": [{number}]}}')


@pytest.mark.parametrize("levels", [33, 1_000, 100_000])
@pytest.mark.parametrize("around", [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_is_refused(around: tuple[str, str], levels: int) -> None:
    opening, closing = around

    with pytest.raises(BadInput, match="more than 32 levels"):
        read_json(opening * levels + "1" + closing * levels)


def test_some_nesting_is_read() -> None:
    assert read_json("[" * 32 + "]" * 32)


@pytest.mark.parametrize("digits", [101, 5_000, 60_000])
def test_a_number_of_very_many_digits_is_refused(digits: int) -> None:
    with pytest.raises(BadInput, match="more than 100 digits"):
        read_json(f'{{"a": {"9" * digits}}}')


def test_a_number_of_many_digits_is_read() -> None:
    assert read_json("9" * 100) == 10**100 - 1
