"""A model as the API shows it: the ``data.model`` of every route that answers one."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from inferx.clock import iso
from inferx.entities.models import ModelType, ModelVersion, Status
from inferx.storage.object_keys import model_key, upload_key


class Tensor(BaseModel):
    """An input or output of the ONNX graph; ``null`` in the shape is a free dimension."""

    name: str
    dtype: str
    shape: list[int | None]


class Parity(BaseModel):
    """How the ONNX model's answers compare with the original's, on the same generated rows."""

    rows: int
    label_agreement: float | None
    ties: int
    max_abs_diff: float | None
    max_rel_diff: float | None
    dtype: str


class ModelView(BaseModel):
    """One version of a named model."""

    model_config = ConfigDict(protected_namespaces=())

    id: str
    name: str = Field(examples=["iris"])
    version: int = Field(examples=[1])
    description: str | None
    model_type: ModelType = Field(description="What the uploader declared.")
    framework: str | None = Field(description="What the file turned out to be.")
    framework_version: str | None = Field(description="The version that saved the file.")
    status: Literal["pending_upload", "converting", "ready", "failed"]
    file_name: str
    file_path: str = Field(description="Where the file lies in the bucket.")
    file_size: int | None = Field(description="Bytes of the uploaded file, once known.")
    sha256: str | None = Field(description="Of the uploaded file, once known.")
    inputs: list[Tensor] | None
    outputs: list[Tensor] | None
    classes: list[Any] | None
    feature_names: list[str] | None
    parity: Parity | None
    warnings: list[str]
    error: str | None = Field(description="Why the conversion failed.")
    aliases: list[str]
    created_at: str
    updated_at: str

    @classmethod
    def of(cls, model: ModelVersion) -> "ModelView":
        """Return the view of a version."""
        manifest: Mapping[str, Any] = model.manifest or {}
        signature: Mapping[str, Any] = manifest.get("signature") or {}
        shown = {
            "id": model.id,
            "name": model.name,
            "version": model.version,
            "description": model.description,
            "model_type": model.model_type,
            "framework": manifest.get("framework"),
            "framework_version": manifest.get("framework_version"),
            "status": model.status,
            "file_name": model.file_name,
            "file_path": _file_path(model),
            "file_size": model.file_size,
            "sha256": model.sha256,
            "inputs": signature.get("inputs"),
            "outputs": signature.get("outputs"),
            "classes": signature.get("classes"),
            "feature_names": _feature_names(signature),
            "parity": manifest.get("parity"),
            "warnings": list(model.warnings),
            "error": model.error,
            "aliases": sorted(model.aliases),
            "created_at": iso(model.created_at),
            "updated_at": iso(model.updated_at),
        }
        return cls.model_validate(shown)


class ModelData(BaseModel):
    """What holds one model."""

    model: ModelView


class ModelResponse(BaseModel):
    """The answer of a route that shows one model."""

    success: Literal[True] = True
    data: ModelData

    @classmethod
    def of(cls, model: ModelVersion) -> "ModelResponse":
        """Return the response that shows a version."""
        return cls(data=ModelData(model=ModelView.of(model)))


def _file_path(model: ModelVersion) -> str:
    if model.status is Status.READY:
        return model_key(model.owner_id, model.id)
    return upload_key(model.owner_id, model.id, model.file_name)


def _feature_names(signature: Mapping[str, Any]) -> list[str] | None:
    if not signature.get("named_features"):
        return None
    return [feature["name"] for feature in signature["features"]]
