"""What the API shows of a user and of an API key: no password, no hash."""

from datetime import UTC, datetime

from account_responses import account, api_key_view, new_api_key_view, user_view
from inferx.entities.credentials import ApiKey
from inferx.entities.users import User

HASH = "$2b$12$" + "h" * 53
MOMENT = datetime(2026, 11, 23, 10, 20, 30, tzinfo=UTC)
USER = User(
    id="1",
    email="ada@example.com",
    full_name="Ada Example",
    password_hash=HASH,
    is_active=True,
    created_at=MOMENT,
    session_epoch=7,
    api_key_ids=frozenset({"k"}),
)
KEY = ApiKey(
    id="k",
    user_id="1",
    name="notebook",
    prefix="ifx_0123",
    scopes=frozenset({"predict", "models:read"}),
    secret_hash=HASH,
    created_at=MOMENT,
)


def test_a_profile_shows_these_facts_and_no_others() -> None:
    assert user_view(USER).model_dump() == {
        "id": "1",
        "email": "ada@example.com",
        "full_name": "Ada Example",
        "is_active": True,
        "created_at": "2026-11-23T10:20:30Z",
    }


def test_no_view_of_a_user_shows_the_password_hash() -> None:
    for view in (user_view(USER), account(USER)):
        shown = view.model_dump_json()
        assert HASH not in shown
        assert "password" not in shown


def test_no_view_of_an_api_key_shows_its_hash() -> None:
    for view in (api_key_view(KEY), new_api_key_view(KEY, "ifx_0123_text")):
        assert HASH not in view.model_dump_json()


def test_scopes_are_listed_in_alphabetical_order() -> None:
    assert api_key_view(KEY).scopes == ["models:read", "predict"]
