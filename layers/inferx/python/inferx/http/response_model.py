"""What every response model of the web functions has in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[
    str,
    Field(
        json_schema_extra={"format": "uuid"},
        examples=["01939d5e-5b2c-7c40-9c07-b0a6f5a1c001"],
    ),
]
"""A UUID of version 7, so that ids sort by time."""

Timestamp = Annotated[
    str,
    Field(json_schema_extra={"format": "date-time"}, examples=["2026-01-31T12:00:00Z"]),
]
"""An ISO 8601 time in UTC."""


class ResponseModel(BaseModel):
    """A model of which every field is in every response, defaults included.

    The OpenAPI document then requires them all, and generated clients need not ask whether a
    field is there.
    """

    model_config = ConfigDict(
        protected_namespaces=(),
        json_schema_mode_override="serialization",
        json_schema_serialization_defaults_required=True,
    )
