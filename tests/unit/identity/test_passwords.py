"""Passwords are stored as bcrypt hashes, whatever their length, zero bytes or spelling."""

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inferx import settings as inferx_settings
from inferx.identity import passwords
from inferx.identity.passwords import (
    get_password_hash,
    needs_rehash,
    verify_or_spend,
    verify_password,
)

ANY_TEXT = st.text(max_size=200)


@settings(max_examples=30, deadline=None)
@given(password=ANY_TEXT)
def test_a_password_matches_its_hash(password: str) -> None:
    assert verify_password(password, get_password_hash(password, cost=4))


@settings(max_examples=30, deadline=None)
@given(password=ANY_TEXT, other=ANY_TEXT)
def test_another_password_does_not_match(password: str, other: str) -> None:
    same = passwords.normalize_password(password) == passwords.normalize_password(other)

    assert verify_password(other, get_password_hash(password, cost=4)) is same


def test_bytes_after_the_72nd_count() -> None:
    stored = get_password_hash("a" * 72 + "b")

    assert not verify_password("a" * 72 + "c", stored)


def test_characters_after_a_zero_byte_count() -> None:
    stored = get_password_hash("secret\0one")

    assert not verify_password("secret\0two", stored)


def test_other_spellings_of_the_same_characters_match() -> None:
    stored = get_password_hash("caf\u00e9 \u212bngstr\u00f6m")

    assert verify_password("cafe\u0301 A\u030angstro\u0308m", stored)


def test_a_lone_surrogate_is_a_wrong_password_and_no_error() -> None:
    assert not verify_password("\ud800", get_password_hash("password"))


def test_a_megabyte_is_checked_like_any_other() -> None:
    assert not verify_password("x" * 1_000_000, get_password_hash("password"))


def test_the_same_password_never_has_the_same_hash() -> None:
    assert get_password_hash("password") != get_password_hash("password")


def test_the_hash_shows_nothing_of_the_password() -> None:
    assert "correct horse" not in get_password_hash("correct horse")


@pytest.mark.parametrize("stored", ["", "plain", "$2b$04$short", "$2b$99$" + "a" * 53])
def test_what_is_no_bcrypt_hash_matches_no_password(stored: str) -> None:
    assert not verify_password("password", stored)


@pytest.mark.parametrize(("made_at", "outdated"), [(4, True), (5, False), (6, False)])
def test_only_a_cheaper_hash_is_outdated(
    monkeypatch: pytest.MonkeyPatch, made_at: int, outdated: bool
) -> None:
    stored = get_password_hash("password", cost=made_at)
    monkeypatch.setenv("BCRYPT_COST", "5")
    inferx_settings.forget()

    assert needs_rehash(stored) is outdated


@pytest.mark.parametrize("stored_cost", [None, 4, 6, 7])
def test_a_refusal_costs_the_same_for_every_user(
    monkeypatch: pytest.MonkeyPatch, stored_cost: int | None
) -> None:
    stored = get_password_hash("password", cost=stored_cost) if stored_cost else None
    monkeypatch.setenv("BCRYPT_COST", "7")
    inferx_settings.forget()
    spent = []

    def check(password: bytes, hashed: bytes) -> bool:
        spent.append(2 ** int(hashed[4:6]))
        return genuine(password, hashed)

    genuine = bcrypt.checkpw
    monkeypatch.setattr(bcrypt, "checkpw", check)
    accepted = verify_or_spend("wrong", stored)

    assert not accepted
    assert sum(spent) == 2**7
