"""What a principal is allowed to do."""

import pytest

from inferx.errors import Forbidden
from inferx.identity.principal import SCOPES, Principal

PREDICTOR = Principal("u", frozenset({"predict"}), "api_key")


def test_a_scope_that_the_credential_has_is_allowed() -> None:
    PREDICTOR.require("predict")


def test_a_missing_scope_is_named_in_the_refusal() -> None:
    with pytest.raises(Forbidden, match="models:write"):
        PREDICTOR.require("models:write")


def test_only_an_access_token_manages_the_account() -> None:
    Principal("u", frozenset(SCOPES), "access_token").require_account()

    with pytest.raises(Forbidden, match="access token"):
        PREDICTOR.require_account()
