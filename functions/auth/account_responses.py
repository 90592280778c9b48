"""What the account routes respond with."""

from typing import Literal, cast

from pydantic import BaseModel, Field

from account_requests import Scope
from inferx.clock import iso
from inferx.entities.credentials import ApiKey
from inferx.entities.users import User
from inferx.http.response_model import Id, ResponseModel, Timestamp
from inferx.identity.refresh_tokens import TokenPair
from inferx.plans import plan_named


class Tokens(ResponseModel):
    """An access token for requests, and a refresh token for the next pair."""

    access_token: str = Field(description="Send it as `Authorization: Bearer`.")
    refresh_token: str = Field(description="Exchange it once, before or after the other expires.")
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a kind, no secret
    expires_in: int = Field(description="How many seconds the access token is valid.")


class UserView(ResponseModel):
    """A user's profile."""

    id: Id
    email: str = Field(examples=["ada@example.com"])
    full_name: str | None = Field(examples=["Ada Example"])
    is_active: bool
    created_at: Timestamp


class StorageView(ResponseModel):
    """How much a user stores, and how much the plan allows."""

    bytes: int = Field(description="Bytes of all uploaded files together.")
    models: int = Field(description="Number of model versions.")
    quota_bytes: int = Field(description="Bytes that the plan allows.")


class Registered(ResponseModel):
    """A new user."""

    user: UserView


class Account(ResponseModel):
    """A user's profile, storage and plan."""

    user: UserView
    storage: StorageView
    plan: str = Field(examples=["free"])


class _ApiKey(ResponseModel):
    id: Id
    name: str
    prefix: str = Field(description="The first characters of the key, to recognise it by.")
    scopes: list[Scope]
    created_at: Timestamp
    expires_at: Timestamp | None


class ApiKeyView(_ApiKey):
    """An API key without its secret."""

    last_used_at: Timestamp | None


class CreatedApiKeyView(_ApiKey):
    """A new API key with its secret."""

    key: str = Field(description="The key itself, shown in this response only.")


class ApiKeyCreated(ResponseModel):
    """A new API key."""

    api_key: CreatedApiKeyView


class ApiKeyList(ResponseModel):
    """The API keys that are not revoked, newest first."""

    api_keys: list[ApiKeyView]


class Nothing(ResponseModel):
    """No data: the request has been carried out."""


class Success[Data: BaseModel](ResponseModel):
    """The envelope of every account route but login and refresh."""

    success: Literal[True] = True
    data: Data


def tokens(pair: TokenPair) -> Tokens:
    """Return the response to a login or a refresh."""
    return Tokens(
        access_token=pair.access_token,
        refresh_token=pair.refresh_token,
        expires_in=pair.expires_in,
    )


def user_view(user: User) -> UserView:
    """Return a user's profile."""
    return UserView(
        id=user.id,
        email=user.email,
        full_name=user.full_name,
        is_active=user.is_active,
        created_at=iso(user.created_at),
    )


def account(user: User) -> Account:
    """Return a user's profile, storage and plan."""
    plan = plan_named(user.plan)
    storage = StorageView(
        bytes=user.storage_bytes, models=user.model_count, quota_bytes=plan.storage_bytes
    )
    return Account(user=user_view(user), storage=storage, plan=plan.name)


def api_key_view(key: ApiKey) -> ApiKeyView:
    """Return an API key without its secret."""
    return ApiKeyView(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        scopes=cast("list[Scope]", sorted(key.scopes)),
        created_at=iso(key.created_at),
        expires_at=iso(key.expires_at) if key.expires_at else None,
        last_used_at=iso(key.last_used_at) if key.last_used_at else None,
    )


def new_api_key_view(key: ApiKey, text: str) -> CreatedApiKeyView:
    """Return a new API key with its secret."""
    return CreatedApiKeyView(**api_key_view(key).model_dump(), key=text)
