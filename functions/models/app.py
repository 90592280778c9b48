"""Models and names: list, show, change, delete; aliases."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query

from inferx.http import events
from inferx.http.base_url import base_url
from inferx.http.entry import entry
from inferx.http.events import Event, Response
from inferx.http.model_view import ModelResponse
from inferx.http.web import Caller, json_only, web_app
from inferx.registry import aliases, deletion, listing, renaming, showing
from inferx.registry.names import check_alias
from inferx.settings import require
from model_responses import (
    AliasTarget,
    Changes,
    DeletedData,
    DeletionResponse,
    ModelListResponse,
    NameResponse,
    Snippets,
    SnippetsResponse,
)

require(
    "ModelsFunction",
    "users_table",
    "models_table",
    "bucket",
    "public_url",
    "webhooks_table",
    "events_queue_url",
)

_DETAIL: dict[str, Any] = {
    "application/json": {"schema": {"type": "object", "properties": {"detail": {"type": "string"}}}}
}

app = web_app()


@app.get("/api/v1/models", summary="List models, newest first", tags=["Models"])
def list_models(
    caller: Caller,
    page: Annotated[int, Query(ge=1)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 20,
    name: Annotated[str | None, Query(description="Only this name's versions.")] = None,
) -> ModelListResponse:
    """Return one page of the caller's models; empty past the end."""
    found = listing.page_of(caller, page=page, per_page=per_page, name=name)
    return ModelListResponse.of(found, page=page, per_page=per_page)


@app.get("/api/v1/models/<id>", summary="Show a model", tags=["Models"])
def show_model(
    caller: Caller,
    wait: Annotated[
        float, Query(ge=0, le=25, description="Hold so many seconds while it is converting.")
    ] = 0,
) -> ModelResponse:
    """Return one model; with `wait`, as soon as it is ready or failed."""
    return ModelResponse.of(showing.show(caller, _parameter("id"), wait_seconds=wait))


@app.put("/api/v1/models/<id>", summary="Rename or describe a model", tags=["Models"])
def change_model(caller: Caller, changes: Changes) -> ModelResponse:
    """Change a model's description, or move it under another name as that name's next version."""
    description = (
        changes.description if "description" in changes.model_fields_set else renaming.KEEP
    )
    model = renaming.change(caller, _parameter("id"), name=changes.name, description=description)
    return ModelResponse.of(model)


@app.delete(
    "/api/v1/models/<id>",
    summary="Delete a model",
    tags=["Models"],
    responses={
        200: {
            "description": "Successful Response",
            "content": {"application/json": {"model": DeletionResponse}},
        },
        409: {"description": "An alias means this version", "content": _DETAIL},
    },
)
def delete_model(caller: Caller) -> DeletionResponse:
    """Deletes the record and every stored object, and frees the quota."""
    model_id = _parameter("id")
    deletion.delete(caller, model_id)
    return DeletionResponse(data=DeletedData(id=model_id))


@app.get("/api/v1/models/names/<name>", summary="Show a name", tags=["Names"])
def show_name(caller: Caller) -> NameResponse:
    """Return what a name and its aliases point to."""
    # The gateway may take the name `snippets` for the snippets of a model `names`.
    parameters = app.current_event.raw_event["pathParameters"]
    return NameResponse.of(aliases.show(caller, parameters.get("name", "snippets")))


@app.put("/api/v1/models/names/<name>/aliases/<alias>", summary="Move an alias", tags=["Names"])
def set_alias(caller: Caller, target: AliasTarget) -> NameResponse:
    """Lets the alias mean this version: roll forward and back in one call."""
    alias = _parameter("alias")
    check_alias(alias)
    return NameResponse.of(aliases.point(caller, _parameter("name"), alias, target.version))


@app.delete(
    "/api/v1/models/names/<name>/aliases/<alias>", summary="Remove an alias", tags=["Names"]
)
def remove_alias(caller: Caller) -> NameResponse:
    """Lets the alias mean nothing any more."""
    return NameResponse.of(aliases.remove(caller, _parameter("name"), _parameter("alias")))


@app.get(
    "/api/v1/models/<id>/snippets",
    summary="Show how to call a model",
    tags=["Models"],
    responses={
        200: {
            "description": "Successful Response",
            "content": {"application/json": {"model": SnippetsResponse}},
        },
        409: {"description": "The model has no example", "content": _DETAIL},
    },
)
def show_snippets(caller: Caller) -> SnippetsResponse:
    """Return programs that call the model with its example."""
    model_id = _parameter("id")
    example = showing.example(caller, model_id)
    event = app.current_event.raw_event
    url = f"{base_url(event, f'/api/v1/models/{model_id}/snippets')}/api/v1/predict/{model_id}"
    return SnippetsResponse(data=Snippets.of(url, example))


def _parameter(name: str) -> str:
    # Powertools matches the raw path; the gateway's own parameters are percent-decoded.
    return events.path_parameter(app.current_event.raw_event, name)


_read = json_only(app.resolve)


def _resolve(event: Event, context: Any) -> Response:
    # Before the body is looked at: a credential without the scope gets 403, whatever it sends.
    only_reads = events.route_key(event).startswith("GET ")
    events.principal(event).require("models:read" if only_reads else "models:write")
    return _read(event, context)


handler = entry(_resolve)
