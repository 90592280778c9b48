"""Opaque credentials: a changed one is refused before anything is read."""

import string

from hypothesis import given
from hypothesis import strategies as st

from inferx.identity import opaque

IDENTITY = st.text("0123456789abcdef", min_size=32, max_size=32)
SECRET = st.binary(min_size=32, max_size=32).map(opaque.encode_secret)


@given(identity=IDENTITY, secret=SECRET)
def test_a_credential_comes_apart_into_its_id_and_secret(identity: str, secret: str) -> None:
    assert opaque.take_apart("ifx", opaque.compose("ifx", identity, secret)) == (identity, secret)


@given(identity=IDENTITY, secret=SECRET, data=st.data())
def test_any_changed_character_is_refused(identity: str, secret: str, data: st.DataObject) -> None:
    credential = opaque.compose("ifx", identity, secret)
    place = data.draw(st.integers(0, len(credential) - 1))
    put = data.draw(st.characters() | st.sampled_from(string.ascii_letters + string.digits))
    tampered = credential[:place] + put + credential[place + 1 :]

    assert tampered == credential or opaque.take_apart("ifx", tampered) is None


@given(identity=IDENTITY, secret=SECRET, data=st.data())
def test_any_cut_is_refused(identity: str, secret: str, data: st.DataObject) -> None:
    credential = opaque.compose("ifx", identity, secret)
    start, end = data.draw(st.tuples(st.integers(0, 99), st.integers(0, 99)))
    cut = credential[start:end]

    assert cut == credential or opaque.take_apart("ifx", cut) is None


@given(identity=IDENTITY, secret=SECRET)
def test_a_credential_of_another_kind_is_refused(identity: str, secret: str) -> None:
    assert opaque.take_apart("ifx", opaque.compose("ifr", identity, secret)) is None


@given(st.text())
def test_any_text_is_refused(text: str) -> None:
    assert opaque.take_apart("ifx", text) is None


def test_secrets_have_256_bits_and_differ() -> None:
    made = {opaque.new_secret() for _ in range(100)}

    assert len(made) == 100
    assert {len(secret) for secret in made} == {52}


def test_the_digest_shows_nothing_of_the_secret() -> None:
    secret = opaque.new_secret()

    assert secret not in opaque.digest(secret)
