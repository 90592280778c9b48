"""What the account routes answer; times as the API writes them."""

from typing import Literal

from pydantic import BaseModel

from inferx.clock import iso
from inferx.entities.credentials import ApiKey
from inferx.entities.users import User
from inferx.identity.refresh_tokens import TokenPair
from inferx.plans import plan_named


class Tokens(BaseModel):
    """A pair of tokens; the access token lives ``expires_in`` seconds."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a kind, no secret
    expires_in: int


class UserView(BaseModel):
    """A user's profile."""

    id: str
    email: str
    full_name: str | None
    is_active: bool
    created_at: str


class StorageView(BaseModel):
    """What a user keeps, and may keep."""

    bytes: int
    models: int
    quota_bytes: int


class Registered(BaseModel):
    """A new user."""

    user: UserView


class Account(BaseModel):
    """A user's profile, use of storage, and plan."""

    user: UserView
    storage: StorageView
    plan: str


class _ApiKey(BaseModel):
    id: str
    name: str
    prefix: str
    scopes: list[str]
    created_at: str
    expires_at: str | None


class ApiKeyView(_ApiKey):
    """An API key without its secret."""

    last_used_at: str | None


class NewApiKeyView(_ApiKey):
    """A new API key; ``key`` is shown this once."""

    key: str


class ApiKeyCreated(BaseModel):
    """A new API key."""

    api_key: NewApiKeyView


class ApiKeyList(BaseModel):
    """The API keys that are not revoked."""

    api_keys: list[ApiKeyView]


class Nothing(BaseModel):
    """Nothing to tell but that it is done."""


class Success[Data: BaseModel](BaseModel):
    """The envelope of every account route but login and refresh."""

    success: Literal[True] = True
    data: Data


def tokens(pair: TokenPair) -> Tokens:
    """The answer to a login or a refresh."""
    return Tokens(
        access_token=pair.access_token,
        refresh_token=pair.refresh_token,
        expires_in=pair.expires_in,
    )


def user_view(user: User) -> UserView:
    """A user's profile."""
    return UserView(
        id=user.id,
        email=user.email,
        full_name=user.full_name,
        is_active=user.is_active,
        created_at=iso(user.created_at),
    )


def account(user: User) -> Account:
    """A user's profile, use of storage, and plan."""
    plan = plan_named(user.plan)
    storage = StorageView(
        bytes=user.storage_bytes, models=user.model_count, quota_bytes=plan.storage_bytes
    )
    return Account(user=user_view(user), storage=storage, plan=plan.name)


def api_key_view(key: ApiKey) -> ApiKeyView:
    """An API key without its secret."""
    return ApiKeyView(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        scopes=sorted(key.scopes),
        created_at=iso(key.created_at),
        expires_at=iso(key.expires_at) if key.expires_at else None,
        last_used_at=iso(key.last_used_at) if key.last_used_at else None,
    )


def new_api_key_view(key: ApiKey, text: str) -> NewApiKeyView:
    """A new API key with its text."""
    return NewApiKeyView(**api_key_view(key).model_dump(), key=text)
