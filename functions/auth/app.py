"""Accounts: registration, login, tokens, the password, API keys, the whole account."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Depends, Request
from aws_lambda_powertools.event_handler.openapi.params import Query

from account_export import AccountExport, page_of
from account_requests import (
    AccountRemoval,
    ForgottenPassword,
    Login,
    NewApiKey,
    PasswordChange,
    PasswordReset,
    Refresh,
    Registration,
    Verification,
)
from account_responses import (
    Account,
    ApiKeyCreated,
    ApiKeyList,
    Nothing,
    Registered,
    Success,
    Tokens,
    account,
    api_key_view,
    new_api_key_view,
    tokens,
    user_view,
)
from inferx.accounts import export
from inferx.http import events
from inferx.http.entry import entry
from inferx.http.events import Event, Response
from inferx.http.web import Caller, json_only, web_app
from inferx.identity import (
    api_keys,
    leaving,
    login,
    password_reset,
    refresh_tokens,
    registration,
    users,
    verification,
)
from inferx.settings import require

require(
    "AuthFunction",
    "users_table",
    "credentials_table",
    "models_table",
    "jobs_table",
    "webhooks_table",
    "signing_keys_secret",
    "mail_queue_url",
    "reconcile_function",
    "bcrypt_cost",
    "registrations_per_hour",
    "require_verified_email",
)

PREFIX = "/api/v1/auth"
PUBLIC = frozenset(
    f"POST {PREFIX}/{name}"
    for name in ("register", "verify", "login", "refresh", "logout", "forgot", "reset")
)

app = web_app()


def _ip(request: Request) -> str:
    return events.source_ip(request.resolved_event.raw_event)


Ip = Annotated[str, Depends(_ip)]


@app.post(f"{PREFIX}/register", status_code=201, summary="Register", tags=["Accounts"])
def register(body: Registration, ip: Ip) -> Success[Registered]:
    """Create an account. A welcome mail follows; the address must be new."""
    user = registration.register(body.email, body.password, body.full_name, ip)
    return Success(data=Registered(user=user_view(user)))


@app.post(f"{PREFIX}/verify", summary="Verify the e-mail address", tags=["Accounts"])
def verify(body: Verification, ip: Ip) -> Success[Nothing]:
    """Record that the reader of a mail owns the account's address."""
    verification.verify(body.token, ip)
    return Success(data=Nothing())


@app.post(f"{PREFIX}/login", summary="Log in", tags=["Accounts"])
def log_in(body: Login, ip: Ip) -> Tokens:
    """Exchange address and password for tokens. Repeated failures get 429 for a while."""
    return tokens(login.log_in(body.email, body.password, ip))


@app.post(f"{PREFIX}/refresh", summary="Refresh the tokens", tags=["Accounts"])
def refresh(body: Refresh) -> Tokens:
    """Exchange a refresh token for new tokens. Each works once; a second use logs out."""
    return tokens(refresh_tokens.refresh(body.refresh_token))


@app.post(f"{PREFIX}/logout", summary="Log out", tags=["Accounts"])
def log_out(body: Refresh) -> Success[Nothing]:
    """End the session of a refresh token. Always succeeds."""
    refresh_tokens.revoke(body.refresh_token)
    return Success(data=Nothing())


@app.get(f"{PREFIX}/me", summary="Show the account", tags=["Accounts"])
def me(caller: Caller) -> Success[Account]:
    """Return the caller's profile, use of storage and plan."""
    return Success(data=account(users.find_user(caller.user_id)))


@app.get(f"{PREFIX}/me/export", summary="Export the account", tags=["Accounts"])
def export_account(
    caller: Caller,
    after: Annotated[
        str | None, Query(description="Where the page before ended; `next` holds it.")
    ] = None,
) -> Success[AccountExport]:
    """Return everything that is stored about the account, but no secret, in pages of some MB."""
    place = None if after is None else export.place_of(after)
    user = users.find_user(caller.user_id)
    return Success(data=page_of(user, place, f"{PREFIX}/me/export"))


@app.delete(f"{PREFIX}/me", summary="Delete the account", tags=["Accounts"])
def delete_account(caller: Caller, body: AccountRemoval, ip: Ip) -> Success[Nothing]:
    """Close the account at once and for good, and remove everything of it in minutes.

    Its credentials stop working within a minute, and its address may be registered again.
    """
    leaving.leave(caller.user_id, body.current_password, ip)
    return Success(data=Nothing())


@app.put(f"{PREFIX}/password", summary="Change the password", tags=["Accounts"])
def change_password(caller: Caller, body: PasswordChange, ip: Ip) -> Success[Nothing]:
    """Set a new password. Every refresh token stops working; API keys go on."""
    login.change_password(caller.user_id, body.current_password, body.new_password, ip)
    return Success(data=Nothing())


@app.post(f"{PREFIX}/forgot", status_code=202, summary="Ask for a new password", tags=["Accounts"])
def forgot_password(body: ForgottenPassword, ip: Ip) -> Success[Nothing]:
    """Have a mail sent to the address, if it has an account; the response is the same if not."""
    password_reset.request_reset(body.email, ip)
    return Success(data=Nothing())


@app.post(f"{PREFIX}/reset", summary="Set a new password", tags=["Accounts"])
def reset_password(body: PasswordReset, ip: Ip) -> Success[Nothing]:
    """Set a new password with the token of a mail. Every refresh token stops working."""
    password_reset.reset_password(body.token, body.password, ip)
    return Success(data=Nothing())


@app.post(f"{PREFIX}/api-keys", status_code=201, summary="Create an API key", tags=["API keys"])
def create_api_key(caller: Caller, body: NewApiKey) -> Success[ApiKeyCreated]:
    """Create an API key. Its text is in this response and in no other."""
    key, text = api_keys.create_api_key(
        caller.user_id, body.name, body.scopes, body.expires_in_days
    )
    return Success(data=ApiKeyCreated(api_key=new_api_key_view(key, text)))


@app.get(f"{PREFIX}/api-keys", summary="List the API keys", tags=["API keys"])
def list_api_keys(caller: Caller) -> Success[ApiKeyList]:
    """Return the caller's keys that are not revoked, newest first, without their text."""
    keys = api_keys.list_api_keys(caller.user_id)
    return Success(data=ApiKeyList(api_keys=[api_key_view(key) for key in keys]))


@app.delete(f"{PREFIX}/api-keys/<id>", summary="Revoke an API key", tags=["API keys"])
def revoke_api_key(caller: Caller, id: str) -> Success[Nothing]:  # noqa: A002 - the route's name
    """Revoke an API key. It stops working within a minute."""
    api_keys.revoke_api_key(caller.user_id, id)
    return Success(data=Nothing())


_read = json_only(app.resolve)


def _resolve(event: Event, context: Any) -> Response:
    # Before the body is looked at: an API key gets 403, whatever it sends.
    if events.route_key(event) not in PUBLIC:
        events.principal(event).require_account()
    return _read(event, context)


handler = entry(_resolve, public=PUBLIC)
