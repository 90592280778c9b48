"""Which names, file names and aliases are valid."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inferx.errors import Invalid
from inferx.manifest import FRAMEWORKS
from inferx.registry.names import (
    ENDINGS,
    NAME_PATTERN,
    TYPE_OF_FRAMEWORK,
    check_alias,
    check_file_name,
)


@given(st.text(alphabet="abcXYZ019 ._-", min_size=1, max_size=100))
def test_a_name_may_hold_any_of_these_but_not_only_spaces(name: str) -> None:
    assert bool(re.fullmatch(NAME_PATTERN, name)) == bool(name.strip())


@given(
    st.characters(
        exclude_characters="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._-"
    )
)
def test_a_name_may_hold_nothing_else(mark: str) -> None:
    assert re.fullmatch(NAME_PATTERN, f"a{mark}a") is None


@pytest.mark.parametrize("ending", [each for endings in ENDINGS.values() for each in endings])
def test_a_file_may_end_like_any_types(ending: str) -> None:
    check_file_name("model" + ending)
    check_file_name("MODEL" + ending.upper())


def test_a_file_name_may_be_of_any_script() -> None:
    check_file_name("модель №1.pkl")


@pytest.mark.parametrize(
    "name", ["a.pkl/", "a\\b.pkl", "$.pkl", "a\x00.pkl", ".pkl", "a" * 256 + ".pkl"]
)
def test_a_file_name_that_is_no_plain_one_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        check_file_name(name)


@pytest.mark.parametrize("alias", ["champion", "v1.2", "A_b-c", "1", "a" * 50])
def test_a_valid_alias_is_accepted(alias: str) -> None:
    check_alias(alias)


@pytest.mark.parametrize("alias", ["", "a b", "a@b", "a:b", "a\n", "é", "a" * 51])
def test_an_invalid_alias_is_refused(alias: str) -> None:
    with pytest.raises(Invalid):
        check_alias(alias)


def test_every_framework_counts_as_a_type() -> None:
    assert set(TYPE_OF_FRAMEWORK) == set(FRAMEWORKS)
