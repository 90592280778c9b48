"""Objects in the bucket, as events and the domain speak of them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object that S3 reports as stored: its key, its version's id, its size in bytes."""

    key: str
    version: str
    size: int


@dataclass(frozen=True, slots=True)
class UploadForm:
    """Where to send a file, and with which fields, by when; ``max_bytes`` is its largest size."""

    url: str
    fields: dict[str, str]
    expires_at: datetime
    max_bytes: int
