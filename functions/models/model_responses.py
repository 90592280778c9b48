"""What the routes of models and names take and answer."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from inferx.entities import models
from inferx.http.fields import ModelName, NotBoolean
from inferx.http.model_view import ModelView
from inferx.registry.listing import Page


class Meta(BaseModel):
    """Where a page is in the whole."""

    page: int
    per_page: int
    total: int


class ModelListResponse(BaseModel):
    """One page of models."""

    success: Literal[True] = True
    data: list[ModelView]
    meta: Meta

    @classmethod
    def of(cls, found: Page, *, page: int, per_page: int) -> "ModelListResponse":
        """The answer that shows a page."""
        return cls(
            data=[ModelView.of(model) for model in found.models],
            meta=Meta(page=page, per_page=per_page, total=found.total),
        )


class Changes(BaseModel):
    """What to change of a model; what is left out stays as it is."""

    name: ModelName | None = None
    description: Annotated[str | None, Field(max_length=1_000)] = None


class AliasTarget(BaseModel):
    """Which version an alias shall mean."""

    # DynamoDB refuses numbers of more than 38 digits; versions get nowhere near this bound.
    version: Annotated[int, Field(ge=1, lt=10**12), NotBoolean]


class VersionView(BaseModel):
    """One version of a name."""

    id: str
    version: int

    @classmethod
    def of(cls, pointer: models.VersionPointer) -> "VersionView":
        """Return the view of what a name or an alias means."""
        return cls(id=pointer.id, version=pointer.version)


class NameView(BaseModel):
    """A name and what it means now."""

    name: str
    versions: int = Field(description="How many there are, whatever their status.")
    newest_ready: VersionView | None = Field(description="What the bare name predicts with.")
    aliases: dict[str, VersionView]


class NameData(BaseModel):
    """What holds one name."""

    name: NameView


class NameResponse(BaseModel):
    """The answer of a route that shows a name."""

    success: Literal[True] = True
    data: NameData

    @classmethod
    def of(cls, name: models.ModelName) -> "NameResponse":
        """Return the response that shows a name."""
        newest = name.newest_ready
        shown = NameView(
            name=name.name,
            versions=name.version_count,
            newest_ready=None if newest is None else VersionView.of(newest),
            aliases={alias: VersionView.of(meant) for alias, meant in name.aliases.items()},
        )
        return cls(data=NameData(name=shown))


class DeletedData(BaseModel):
    """Which model is no more."""

    id: str
    deleted: Literal[True] = True


class DeletionResponse(BaseModel):
    """The answer to a deletion."""

    success: Literal[True] = True
    data: DeletedData
