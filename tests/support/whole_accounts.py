"""Everything that can be stored about an account, written at once, and looked for afterwards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.session

from inferx.clock import iso
from inferx.entities.jobs import Job, JobKind, JobStatus
from inferx.entities.mail import TicketPurpose
from inferx.identity.origins import digest
from inferx.ids import new_id
from inferx.settings import settings
from inferx.storage import credentials, item_keys, jobs, objects
from inferx.storage.object_keys import owner_prefixes
from inferx.storage.tables.credentials import ApiKeyItem, FamilyItem, TicketItem
from inferx.storage.tables.jobs import JobItem, PartItem
from inferx.storage.tables.models import ModelItem, NameItem, TombstoneItem, TurnsItem
from inferx.storage.tables.webhooks import DeliveryItem, EndpointItem, OwnerItem
from inferx.storage.transactions import transact

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = 4_000_000_000
TABLES = ("UsersTable", "CredentialsTable", "ModelsTable", "JobsTable", "WebhooksTable")
_PURPOSES: tuple[TicketPurpose, ...] = ("verification", "reset")


def fill(user_id: str, email: str) -> None:
    """Store one thing of each kind for an account, in a settled state, beside what it has."""
    _fill_credentials(user_id, digest(email))
    _fill_models(user_id)
    _fill_jobs(user_id)
    _fill_webhooks(user_id)
    for prefix in owner_prefixes(user_id):
        objects.put(f"{prefix}{new_id()}/file", b"content")


def leave_unfinished(user_id: str) -> None:
    """Store a conversion that is under way."""
    _version(new_id(), user_id, status="converting", due_at=iso(NOW)).save()
    TurnsItem(item_keys.turns_pk(user_id), running=[["m", iso(NOW)]], revision="r").save()
    TombstoneItem(item_keys.tombstone_pk(new_id()), owner_id=user_id, due_at=iso(NOW)).save()


def traces(user_id: str, email: str) -> list[str]:
    """Return the keys of all items and objects that name an account in any way."""
    sought = (user_id, email, digest(email))
    found = [_key(item) for item in items() if any(each in str(item) for each in sought)]
    s3: Any = botocore.session.get_session().create_client("s3")
    listed = s3.list_object_versions(Bucket=settings.bucket)
    stored = [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]
    return sorted(found + [each["Key"] for each in stored if user_id in each["Key"]])


def items() -> Iterator[dict[str, Any]]:
    """Yield every item of every table, as DynamoDB has it."""
    dynamodb: Any = botocore.session.get_session().create_client("dynamodb")
    for table in TABLES:
        yield from dynamodb.scan(TableName=table)["Items"]


def _key(item: dict[str, Any]) -> str:
    return str(item["pk"]["S"])


def _fill_credentials(user_id: str, account: str) -> None:
    for revoked_at in (None, 1):
        key_id = new_id()
        ApiKeyItem(
            item_keys.api_key_key(key_id),
            id=key_id,
            user_id=user_id,
            name="notebook",
            prefix="ifx_0",
            scopes={"predict"},
            secret_hash="hash of a key",
            created_at=1,
            revoked_at=revoked_at,
        ).save()
    FamilyItem(
        item_keys.family_key(new_id()),
        user_id=user_id,
        epoch=0,
        current_hash="hash of a token",
        rotated_at=1,
        created_at=1,
        expires_at=LATER,
        ttl=LATER,
    ).save()
    for purpose in _PURPOSES:
        key = item_keys.ticket_key(purpose, user_id)
        TicketItem(key, secret_hash="hash of a ticket", epoch=0, expires_at=1, ttl=LATER).save()
    for key in (
        item_keys.account_failures_key(account),
        item_keys.login_failures_key(account, "network"),
        item_keys.known_address_key(account, "network"),
        item_keys.login_burst_key(account, "network", 1),
        item_keys.limit_key("reset-mail", account, 1),
    ):
        credentials.count(key, 1, kept_until=LATER)


def _version(model_id: str, user_id: str, **fields: Any) -> ModelItem:
    return ModelItem(
        item_keys.model_pk(model_id),
        id=model_id,
        owner_id=user_id,
        owner_name=item_keys.owner_name_key(user_id, "iris"),
        name="iris",
        version=1,
        model_type="sklearn",
        file_name="iris.pkl",
        aliases={"champion"},
        created_at=iso(NOW),
        updated_at=iso(NOW),
        **fields,
    )


def _fill_models(user_id: str) -> None:
    _version(new_id(), user_id, status="ready").save()
    for name in ("iris", "without versions"):
        NameItem(
            item_keys.name_pk(user_id, name),
            owner_id=item_keys.names_key(user_id),
            id=name,
            changed_on="2026-01-01#0",
        ).save()


def _fill_jobs(user_id: str) -> None:
    job = Job(
        id=new_id(),
        owner_id=user_id,
        kind=JobKind.ASYNC,
        status=JobStatus.SUCCEEDED,
        model_id=new_id(),
        model_name="iris",
        model_version=1,
        created_at=NOW + timedelta(days=36_500),
        due_at=None,
        request='{"input": [1]}',
        callback_url="https://example.com/",
        callback_secret="whsec_of_a_callback",
    )
    transact(lambda transaction: jobs.add(transaction, job))
    transact(lambda transaction: jobs.claim_key(transaction, job, "d", "f", otherwise=None))
    JobItem(item_keys.job_pk(job.id)).update(
        [JobItem.parts.set(2), JobItem.result.set('{"prediction": 1}')]
    )
    for number in (0, 1):
        PartItem(item_keys.part_pk(job.id, number), ttl=LATER).save()


def _fill_webhooks(user_id: str) -> None:
    endpoint_id = new_id()
    EndpointItem(
        item_keys.endpoint_pk(endpoint_id),
        id=endpoint_id,
        owner_id=user_id,
        url="https://example.com/",
        events={"model.ready"},
        secret="whsec_of_an_endpoint",
        created_at=iso(NOW),
    ).save()
    OwnerItem(item_keys.webhook_owner_pk(user_id), endpoints={endpoint_id}).save()
    callback = {"callback_url": "https://example.com/", "callback_secret": "whsec_of_a_callback"}
    addresses: list[dict[str, Any]] = [{"endpoint_id": endpoint_id}, callback]
    for address in addresses:
        DeliveryItem(
            item_keys.delivery_pk(new_id()),
            event_id=new_id(),
            type="model.ready",
            owner_id=user_id,
            body='{"type": "model.ready"}',
            status="delivered",
            created_at=iso(NOW),
            ttl=LATER,
            **address,
        ).save()
