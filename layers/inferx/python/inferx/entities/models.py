"""Model versions, their names and what a removed version leaves behind, as they are stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from inferx.input_hints import InputHints

type ModelType = Literal["sklearn", "tensorflow", "pytorch", "onnx"]


class Status(StrEnum):
    """Where a version stands: ``pending_upload`` → ``converting`` → ``ready`` or ``failed``."""

    PENDING_UPLOAD = "pending_upload"
    CONVERTING = "converting"
    READY = "ready"
    FAILED = "failed"

    @property
    def is_settled(self) -> bool:
        """Whether the version stays as it is."""
        return self in {Status.READY, Status.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """One version of a named model.

    Attributes:
        model_type: what the uploader declared.
        part: which of several objects in the file to serve, where the uploader named one.
        samples_size: bytes of the uploader's own rows, stored beside the file, if there are any.
        input_hints: what the uploader said of the model's inputs, if anything.
        file_size: bytes of the uploaded file, as declared and then as arrived.
        sha256: of the uploaded file, in hex, as declared and then as arrived.
        counted_bytes: its share of the owner's ``storage_bytes``.
        object_version: S3's id of the uploaded object's version that is, or was, converted.
        converting_since: when the last conversion was started.
        due_at: when a reservation or conversion must have ended.
        manifest: ``inferx.manifest.Manifest.to_dict()``, once it is ready.
        artifact_sha256: of the converted ``model.onnx``, in hex; ``artifact_size`` is in bytes.
        session_memory_bytes: what an open session takes, as measured.
        error: why the conversion failed, one sentence for the user.
        aliases: the aliases of its name that mean this version.
    """

    id: str
    owner_id: str
    name: str
    version: int
    model_type: ModelType
    status: Status
    file_name: str
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    part: str | None = None
    samples_size: int | None = None
    input_hints: InputHints | None = None
    file_size: int | None = None
    sha256: str | None = None
    counted_bytes: int = 0
    object_version: str | None = None
    converting_since: datetime | None = None
    due_at: datetime | None = None
    manifest: Mapping[str, Any] | None = None
    artifact_size: int | None = None
    artifact_sha256: str | None = None
    artifact_version: str | None = None
    session_memory_bytes: int | None = None
    warnings: tuple[str, ...] = ()
    error: str | None = None
    aliases: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class VersionPointer:
    """Which version a name or an alias means."""

    id: str
    version: int


@dataclass(frozen=True, slots=True)
class ModelName:
    """One owner's name; it outlives its versions, so that no number is given out twice.

    Attributes:
        last_version: the highest number ever given out.
        version_count: how many versions there are, whatever their status.
        newest_ready: what the bare name means.
        aliases: what each alias means.
        revision: counts the changes of ``newest_ready``, of ``aliases`` and of what the former is
            chosen from.
    """

    owner_id: str
    name: str
    last_version: int = 0
    version_count: int = 0
    newest_ready: VersionPointer | None = None
    aliases: Mapping[str, VersionPointer] = field(default_factory=dict)
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A version whose stored objects are to be removed: deleted, or failed to convert.

    Attributes:
        due_at: from when on nothing writes further objects.
    """

    model_id: str
    owner_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Overdue:
    """Something that must have ended by now: a version's waiting, or a tombstone's removal."""

    model_id: str
    kind: Literal["version", "tombstone"]
