"""Objects in the bucket, as events and the domain speak of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object that S3 reports as stored: its key, its version's id, its size in bytes."""

    key: str
    version: str
    size: int
