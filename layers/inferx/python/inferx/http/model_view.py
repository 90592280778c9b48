"""A model as the API shows it: the ``data.model`` of every route that returns one."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from inferx import signature
from inferx.clock import iso
from inferx.entities.models import ModelType, ModelVersion, Status
from inferx.feature_runs import names_in
from inferx.http.response_model import Id, ResponseModel, Timestamp
from inferx.storage.object_keys import model_key, upload_key

type ModelStatus = Literal["pending_upload", "converting", "ready", "failed"]
type Label = signature.Label  # so that it has a name in the OpenAPI document


class Tensor(ResponseModel):
    """An input or output of the ONNX graph."""

    name: str
    dtype: Literal[
        "float32",
        "float64",
        "int64",
        "int32",
        "bool",
        "string",
        "float16",
        "int16",
        "int8",
        "uint64",
        "uint32",
        "uint16",
        "uint8",
    ]
    shape: list[int | None] = Field(description="`null` is a free dimension, such as the rows.")


class SampleAgreement(ResponseModel):
    """The agreement of both models on the rows that were sent with the file."""

    rows: int = Field(description="Number of rows that were sent.")
    agreed: int = Field(description="Number of them on which the two models agree.")


class Parity(ResponseModel):
    """How the ONNX model's predictions compare with the original's, on the same generated rows."""

    rows: int = Field(description="Number of rows that both models predicted.")
    label_agreement: float | None = Field(
        description="Share of rows with the same label, ties aside; `null` for a regressor."
    )
    ties: int = Field(description="Rows whose two best labels are equally probable, in float32.")
    max_abs_diff: float | None = Field(
        description="Largest absolute difference of a probability, or of a predicted value."
    )
    max_rel_diff: float | None = Field(
        description="Largest relative difference of a predicted value; `null` for a classifier."
    )
    dtype: str = Field(description="The type of the ONNX model's inputs.", examples=["float32"])
    probes: dict[str, int] = Field(
        default_factory=dict,
        description="Number of rows of each kind: `typical`, `thresholds`, `categories`, "
        "`missing`, `magnitudes`, `texts`, `boundaries` and `differential`; empty for models "
        "converted before kinds were counted.",
    )
    reason: str | None = Field(
        default=None, description="Why inputs of this type predict as the original does."
    )
    samples: SampleAgreement | None = Field(
        None, description="How the two agree on the rows sent with the file, if there were any."
    )


class ModelView(ResponseModel):
    """One version of a named model."""

    id: Id
    name: str = Field(examples=["iris"])
    version: int = Field(examples=[1])
    description: str | None
    model_type: ModelType = Field(description="The type that the uploader declared.")
    framework: str | None = Field(description="The framework that the file was found to be of.")
    framework_version: str | None = Field(
        description="The version of the framework that saved the file."
    )
    status: ModelStatus
    file_name: str
    file_path: str = Field(description="The key of the stored file in the bucket.")
    file_size: int | None = Field(description="Bytes of the uploaded file, once known.")
    sha256: str | None = Field(description="SHA-256 of the uploaded file in hex, once known.")
    inputs: list[Tensor] | None
    outputs: list[Tensor] | None
    classes: list[Label | list[Label]] | None = Field(
        description="The labels of a classifier; a list for each output where it has several."
    )
    feature_names: list[str] | None = Field(
        description="The names that the model was trained with, if they were stored."
    )
    parity: Parity | None
    example: dict[str, Any] | None = Field(
        description=(
            "A request body that predictions of this model take: the first of the rows sent with "
            "the file, else drawn from the model; `null` where it would be very long."
        ),
        examples=[{"input": [5.1, 3.5, 1.4, 0.2]}],
    )
    warnings: list[str]
    error: str | None = Field(description="Why the conversion failed.")
    aliases: list[str] = Field(description="The aliases that point to this version.")
    created_at: Timestamp
    updated_at: Timestamp

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
            "example": manifest.get("example"),
            "warnings": list(model.warnings),
            "error": model.error,
            "aliases": sorted(model.aliases),
            "created_at": iso(model.created_at),
            "updated_at": iso(model.updated_at),
        }
        return cls.model_validate(shown)


class ModelData(ResponseModel):
    """One model."""

    model: ModelView


class ModelResponse(ResponseModel):
    """One model."""

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
    return names_in(signature["features"])
