"""What the export of an account responds with: a page of everything that is stored about it."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import quote

from pydantic import Field

from account_responses import Account, ApiKeyView, account, api_key_view
from inferx import deadline
from inferx.accounts import export
from inferx.accounts.export import Kind, Place
from inferx.clock import iso
from inferx.entities.credentials import ApiKey, TokenFamily
from inferx.entities.jobs import Job
from inferx.entities.models import ModelName, VersionPointer
from inferx.entities.users import User
from inferx.entities.webhooks import Delivery, Endpoint
from inferx.http.model_view import ModelView
from inferx.http.response_model import Id, ResponseModel, Timestamp

PAGE_BYTES = 4_000_000
"""Lambda returns 6 MB, in which the response is a JSON text of its JSON text. One record may have
more than this, and then has a page of its own."""

_KEPT_BACK_S = 8.0


class ExportedApiKey(ApiKeyView):
    """An API key, revoked or not, without its secret."""

    revoked_at: Timestamp | None


class ExportedSession(ResponseModel):
    """A login and its refresh tokens, none of which is stored."""

    created_at: Timestamp
    refreshed_at: Timestamp
    expires_at: Timestamp


class ExportedWebhook(ResponseModel):
    """A webhook endpoint without its secret."""

    id: Id
    url: str
    events: list[str]
    disabled_reason: str | None
    created_at: Timestamp


class ExportedPointer(ResponseModel):
    """Which version a name or an alias means."""

    id: Id
    version: int


class ExportedName(ResponseModel):
    """A name of models, and what it and its aliases mean."""

    name: str
    last_version: int = Field(description="The highest number that was given out.")
    newest_ready: ExportedPointer | None
    aliases: dict[str, ExportedPointer]


class ExportedJob(ResponseModel):
    """An asynchronous or batch prediction, with what it was asked and what it responded."""

    id: Id
    kind: str
    status: str
    model: dict[str, Any]
    request: Any = Field(description="The request's body, while the job is unfinished.")
    result: Any = Field(description="The response, where it is not a file.")
    result_path: str | None = Field(description="The key of a result that is a file.")
    options: dict[str, Any] | None = Field(description="Of a batch job.")
    totals: dict[str, Any] | None = Field(description="Of a finished batch job.")
    error: str | None
    callback_url: str | None
    created_at: Timestamp
    started_at: Timestamp | None
    finished_at: Timestamp | None
    expires_at: Timestamp


class ExportedDelivery(ResponseModel):
    """An event sent to a webhook or to the callback of a job."""

    id: str
    event: str
    webhook_id: str | None
    callback_url: str | None
    body: Any
    status: str
    attempts: int
    response_status: int | None
    error: str | None
    created_at: Timestamp


class AccountExport(ResponseModel):
    """Everything that is stored about an account, or a page of it."""

    account: Account
    verified_at: Timestamp | None = Field(description="When the address was verified.")
    api_keys: list[ExportedApiKey]
    sessions: list[ExportedSession]
    webhooks: list[ExportedWebhook]
    models: list[ModelView]
    names: list[ExportedName]
    jobs: list[ExportedJob]
    deliveries: list[ExportedDelivery]
    next: str | None = Field(description="The path of the next page; `null` on the last one.")


def page_of(user: User, after: Place | None, path: str) -> AccountExport:
    """Return as much of an account as fits a response.

    Args:
        user: whose account it is.
        after: where the page before ended; ``None`` for the first.
        path: the route's.
    """
    lists: dict[Kind, list[ResponseModel]] = {kind: [] for kind in _VIEWS}
    size, last, following = 0, after, None
    for record in export.records(user.id, after):
        view = _VIEWS[record.place.kind](record.value)
        cost = len(json.dumps(json.dumps(view.model_dump())))
        is_full = size + cost > PAGE_BYTES or deadline.remaining(_KEPT_BACK_S) < _KEPT_BACK_S
        if size and is_full:
            following = f"{path}?after={quote(str(last))}"
            break
        lists[record.place.kind].append(view)
        size, last = size + cost, record.place
    return AccountExport(
        account=account(user),
        verified_at=_text(user.verified_at),
        next=following,
        **cast("dict[str, Any]", lists),
    )


def _text(moment: Any) -> str | None:
    return None if moment is None else iso(moment)


def _from_seconds(seconds: int) -> str:
    return iso(datetime.fromtimestamp(seconds, UTC))


def _json(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _api_key(key: ApiKey) -> ExportedApiKey:
    return ExportedApiKey(**api_key_view(key).model_dump(), revoked_at=_text(key.revoked_at))


def _session(family: TokenFamily) -> ExportedSession:
    return ExportedSession(
        created_at=_from_seconds(family.created_at),
        refreshed_at=_from_seconds(family.rotated_at),
        expires_at=_from_seconds(family.expires_at),
    )


def _webhook(endpoint: Endpoint) -> ExportedWebhook:
    return ExportedWebhook(
        id=endpoint.id,
        url=endpoint.url,
        events=list(endpoint.events),
        disabled_reason=endpoint.disabled_reason,
        created_at=iso(endpoint.created_at),
    )


def _pointer(pointer: VersionPointer) -> ExportedPointer:
    return ExportedPointer(id=pointer.id, version=pointer.version)


def _name(name: ModelName) -> ExportedName:
    return ExportedName(
        name=name.name,
        last_version=name.last_version,
        newest_ready=None if name.newest_ready is None else _pointer(name.newest_ready),
        aliases={alias: _pointer(meant) for alias, meant in sorted(name.aliases.items())},
    )


def _job(job: Job) -> ExportedJob:
    return ExportedJob(
        id=job.id,
        kind=job.kind,
        status=job.status,
        model={"id": job.model_id, "name": job.model_name, "version": job.model_version},
        request=_json(job.request),
        result=_json(job.result),
        result_path=job.result_key,
        options=None if job.options is None else asdict(job.options),
        totals=None if job.totals is None else dict(job.totals),
        error=job.error,
        callback_url=job.callback_url,
        created_at=iso(job.created_at),
        started_at=_text(job.started_at),
        finished_at=_text(job.finished_at),
        expires_at=iso(job.expires_at),
    )


def _delivery(delivery: Delivery) -> ExportedDelivery:
    return ExportedDelivery(
        id=delivery.id,
        event=delivery.type,
        webhook_id=delivery.endpoint_id,
        callback_url=delivery.callback_url,
        body=_json(delivery.body),
        status=delivery.status,
        attempts=delivery.attempts,
        response_status=delivery.response_status,
        error=delivery.error,
        created_at=iso(delivery.created_at),
    )


_VIEWS: dict[Kind, Callable[[Any], ResponseModel]] = {
    "api_keys": _api_key,
    "sessions": _session,
    "webhooks": _webhook,
    "models": ModelView.of,
    "names": _name,
    "jobs": _job,
    "deliveries": _delivery,
}
