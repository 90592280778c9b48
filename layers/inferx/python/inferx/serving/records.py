"""Model records as prediction needs them, read from the Models table.

The table is defined, and written, in :mod:`inferx.storage.tables.models`. This reads the same
items without pynamodb, whose import costs a cold start more than the read itself; a test
proves that what one writes the other reads.
"""

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage import aws


@dataclass(frozen=True, slots=True)
class Record:
    """One model version.

    Attributes:
        sha256: of the stored ONNX file, in hex; ``None`` until the model is ready.
        session_memory: bytes that an open session takes, as the conversion measured it.
        packed_manifest: the manifest's deflated JSON, unpacked when somebody asks.
    """

    id: str
    owner_id: str
    name: str
    version: int
    status: str
    sha256: str | None
    session_memory: int
    packed_manifest: bytes | None

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest, as ``inferx.manifest`` describes it; empty until the model is ready."""
        if self.packed_manifest is None:
            return {}
        unpacked: dict[str, Any] = json.loads(zlib.decompress(self.packed_manifest))
        return unpacked


@dataclass(frozen=True, slots=True)
class Name:
    """Where a name's movable pointers point: model ids."""

    versions: int
    newest_ready: str | None
    aliases: dict[str, str]


def read_record(model_id: str) -> Record | None:
    """The record of one model version; ``None`` when there is none.

    Raises:
        Unavailable: DynamoDB does not answer.
    """
    item = _item(f"model#{model_id}")
    if item is None:
        return None
    return Record(
        id=model_id,
        owner_id=item["owner_id"]["S"],
        name=item["name"]["S"],
        version=int(item["version"]["N"]),
        status=item["status"]["S"],
        sha256=item.get("artifact_sha256", {}).get("S"),
        session_memory=int(item.get("session_memory_bytes", {}).get("N", 0)),
        packed_manifest=item.get("manifest", {}).get("B"),
    )


def read_name(owner_id: str, name: str) -> Name | None:
    """One name's pointers; ``None`` when the owner never had a model of that name.

    Raises:
        Unavailable: DynamoDB does not answer.
    """
    item = _item(f"name#{owner_id}#{name}")
    if item is None:
        return None
    newest = item.get("newest_ready", {}).get("M")
    aliases = item.get("aliases", {}).get("M", {})
    return Name(
        versions=int(item.get("version_count", {}).get("N", 0)),
        newest_ready=newest["id"]["S"] if newest else None,
        aliases={alias: pointer["M"]["id"]["S"] for alias, pointer in aliases.items()},
    )


def find_versions(owner_id: str, name: str, version: int | None = None) -> dict[int, str]:
    """The ids of a name's versions, by number; of one version only when it is given.

    Raises:
        Unavailable: DynamoDB does not answer.
    """
    condition = "owner_name = :name"
    values: dict[str, Any] = {":name": {"S": f"{owner_id}#{name}"}}
    if version is not None:
        condition += " AND version = :version"
        values[":version"] = {"N": str(version)}
    with _unavailable():
        pages = (
            aws.dynamodb()
            .get_paginator("query")
            .paginate(
                TableName=settings.models_table,
                IndexName="ByName",
                KeyConditionExpression=condition,
                ExpressionAttributeValues=values,
            )
        )
        return {
            int(item["version"]["N"]): item["pk"]["S"].removeprefix("model#")
            for page in pages
            for item in page["Items"]
        }


def _item(key: str) -> dict[str, Any] | None:
    # Consistent: a model just made ready, or an alias just moved, is seen at once.
    with _unavailable():
        answer = aws.dynamodb().get_item(
            TableName=settings.models_table, Key={"pk": {"S": key}}, ConsistentRead=True
        )
    item: dict[str, Any] | None = answer.get("Item")
    return item


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable from error
