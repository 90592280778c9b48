"""Access tokens: one algorithm, every claim required, and no byte can be changed."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inferx.errors import Unauthenticated
from inferx.identity.access_tokens import issue_access_token, user_of_access_token
from tests.unit.identity.conftest import KEY

USER = "019ab0c1-0000-7000-8000-000000000001"
pytestmark = pytest.mark.usefixtures("keys_document")


def issue(age: int = 0) -> str:
    return issue_access_token(USER, issued_at=int(time.time()) - age, token_id="t1")


def forge(
    *,
    key: Any = KEY,
    algorithm: str = "HS256",
    headers: Any = None,
    without: str = "",
    **claims: Any,
) -> str:
    moment = int(time.time())
    good = {
        "iss": "inferx",
        "aud": "inferx-api",
        "sub": USER,
        "iat": moment,
        "exp": moment + 900,
        "jti": "t1",
        "typ": "access",
    }
    content = {name: value for name, value in (good | claims).items() if name != without}
    return jwt.encode(content, key, algorithm=algorithm, headers=headers or {"kid": "1"})


def refusal(token: str) -> str:
    with pytest.raises(Unauthenticated) as caught:
        user_of_access_token(token)
    return caught.value.reason


def test_a_token_names_its_user() -> None:
    assert user_of_access_token(issue()) == USER


def test_a_forgery_with_everything_right_passes() -> None:
    assert user_of_access_token(forge()) == USER


def test_a_token_lives_fifteen_minutes() -> None:
    assert user_of_access_token(issue(age=890)) == USER
    assert refusal(issue(age=905)) == "expired"


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_is_refused(data: st.DataObject) -> None:
    token = issue()
    place = data.draw(st.integers(0, len(token) - 1))
    put = chr(data.draw(st.integers(0, 255)))
    tampered = token[:place] + put + token[place + 1 :]

    assert tampered == token or refusal(tampered) == "invalid"


def test_no_other_spelling_of_the_signature_passes() -> None:
    token = issue()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    accepted = [last for last in alphabet if passes(token[:-1] + last)]

    assert accepted == [token[-1]]


def passes(token: str) -> bool:
    try:
        return bool(user_of_access_token(token))
    except Unauthenticated:
        return False


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text() | st.from_regex(r"[\w-]+\.[\w-]+\.[\w-]{43}", fullmatch=True))
def test_any_text_is_invalid(text: str) -> None:
    assert refusal(text) == "invalid"


def test_an_unsigned_token_is_refused() -> None:
    assert refusal(forge(key=None, algorithm="none")) == "invalid"


def test_an_unsigned_token_with_a_signature_on_it_is_refused() -> None:
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "1"}).encode()).decode()
    _, body, signature = issue().split(".")

    assert refusal(".".join((head.rstrip("="), body, signature))) == "invalid"


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_with_the_right_key_is_refused(algorithm: str) -> None:
    assert refusal(forge(key=KEY * 2, algorithm=algorithm)) == "invalid"


def test_a_public_key_as_hmac_secret_is_refused() -> None:
    published = json.dumps({"kty": "oct", "kid": "1"}) * 2

    assert refusal(forge(key=published)) == "invalid"


@pytest.mark.parametrize("headers", [{"kid": "2"}, {"kid": ["1"]}, {"kid": None}, {"kid": "../1"}])
def test_an_unknown_key_is_refused(headers: dict[str, Any]) -> None:
    token = issue()
    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", **headers}).encode()).decode()

    assert refusal(".".join((head.rstrip("="), *token.split(".")[1:]))) == "invalid"


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "exp", "iat", "jti", "typ"])
def test_every_claim_is_required(claim: str) -> None:
    assert refusal(forge(without=claim)) == "invalid"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "another-issuer"},
        {"aud": "another-api"},
        {"aud": ["inferx-api", "another-api"]},
        {"typ": "refresh"},
        {"typ": None},
        {"sub": ""},
        {"sub": 42},
        {"iat": int(time.time()) + 3600},
        {"nbf": int(time.time()) + 3600},
        {"exp": "soon"},
    ],
)
def test_every_claim_is_checked(claims: dict[str, Any]) -> None:
    assert refusal(forge(**claims)) == "invalid"


def test_a_tampered_expired_token_is_invalid_and_not_expired() -> None:
    token = issue(age=2000)

    other = "a" if token[-9] != "a" else "b"

    assert refusal(token[:-9] + other + token[-8:]) == "invalid"
