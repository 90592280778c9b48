"""Request and response bodies of the routes for models and names."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

import snippets
from inferx.entities import models
from inferx.http.fields import ModelName, NotBoolean
from inferx.http.model_view import ModelView
from inferx.http.response_model import Id, ResponseModel
from inferx.registry.listing import Page


class PageMeta(ResponseModel):
    """Which page this is, and of how many models."""

    page: int
    per_page: int
    total: int = Field(description="Number of models on all pages.")


class ModelListResponse(ResponseModel):
    """One page of models."""

    success: Literal[True] = True
    data: list[ModelView]
    meta: PageMeta

    @classmethod
    def of(cls, found: Page, *, page: int, per_page: int) -> "ModelListResponse":
        """Return the response for a page."""
        return cls(
            data=[ModelView.of(model) for model in found.models],
            meta=PageMeta(page=page, per_page=per_page, total=found.total),
        )


class Changes(BaseModel):
    """The fields of a model to change; a field that is left out keeps its value."""

    name: ModelName | None = None
    description: Annotated[
        str | None, Field(max_length=1_000, description="`null` removes it.")
    ] = None


class AliasTarget(BaseModel):
    """The version that an alias points to."""

    # DynamoDB refuses numbers of more than 38 digits; no version comes near this bound.
    version: Annotated[int, Field(ge=1, lt=10**12), NotBoolean]


class ModelVersionView(ResponseModel):
    """One version of a name."""

    id: Id
    version: int

    @classmethod
    def of(cls, pointer: models.VersionPointer) -> "ModelVersionView":
        """Return the view of what a name or an alias means."""
        return cls(id=pointer.id, version=pointer.version)


class ModelNameView(ResponseModel):
    """A name and the versions that it and its aliases point to."""

    name: str = Field(examples=["iris"])
    versions: int = Field(description="Number of versions in any status.")
    newest_ready: ModelVersionView | None = Field(
        description="The version that serves predictions for the bare name."
    )
    aliases: dict[str, ModelVersionView] = Field(
        description="The version that each alias points to."
    )


class NameData(ResponseModel):
    """One name."""

    name: ModelNameView


class NameResponse(ResponseModel):
    """A name, as it is after the request."""

    success: Literal[True] = True
    data: NameData

    @classmethod
    def of(cls, name: models.ModelName) -> "NameResponse":
        """Return the response that shows a name."""
        newest = name.newest_ready
        shown = ModelNameView(
            name=name.name,
            versions=name.version_count,
            newest_ready=None if newest is None else ModelVersionView.of(newest),
            aliases={alias: ModelVersionView.of(meant) for alias, meant in name.aliases.items()},
        )
        return cls(data=NameData(name=shown))


class Snippets(ResponseModel):
    """Programs that call a model with its example; each reads the key from `INFERX_API_KEY`."""

    curl: str = Field(description="A command for a POSIX shell.")
    python: str = Field(description="A program for Python 3.")
    javascript: str = Field(description="A program for Node.js from 18 on.")

    @classmethod
    def of(cls, url: str, example: Mapping[str, Any]) -> "Snippets":
        """Return the programs that send an example to a URL."""
        return cls(
            curl=snippets.curl(url, example),
            python=snippets.python(url, example),
            javascript=snippets.javascript(url, example),
        )


class SnippetsResponse(ResponseModel):
    """How a model is called."""

    success: Literal[True] = True
    data: Snippets


class DeletedData(ResponseModel):
    """The id of a deleted model."""

    id: Id
    deleted: Literal[True] = True


class DeletionResponse(ResponseModel):
    """A model has been deleted."""

    success: Literal[True] = True
    data: DeletedData
