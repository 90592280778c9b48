"""Reserving a version and taking its file."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from inferx.clock import iso, now
from inferx.errors import Invalid, Refused, TooLarge
from inferx.identity.principal import Principal
from inferx.ids import new_id
from inferx.plans import plan_named
from inferx.registry import expiry, journal, quotas
from inferx.registry.names import ModelType, check_file_name
from inferx.registry.records import find_name, wait_until_settled
from inferx.storage import objects
from inferx.storage.item_keys import model_pk, name_pk, owner_name_key, user_key
from inferx.storage.object_keys import upload_key
from inferx.storage.tables.models import ModelItem, NameItem
from inferx.storage.tables.users import UserItem
from inferx.storage.transactions import Cancelled, Transaction, attempts

URL_LIFETIME = timedelta(minutes=15)
# S3 looks at the policy's expiry when an upload begins; a large file on a slow line ends later.
RESERVATION_LIFETIME = timedelta(hours=1)
SMALL_FILE_BYTES = 4 * 1024**2


@dataclass(frozen=True)
class NewVersion:
    """What an uploader says about a model.

    Attributes:
        file_size: in bytes, when known; the file must then have exactly this size.
        sha256: of the file, in hex, when known; the file must then have it.
    """

    name: str
    model_type: ModelType
    file_name: str
    description: str | None = None
    file_size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class UploadForm:
    """Where and how to send the file."""

    url: str
    fields: dict[str, str]
    expires_at: datetime
    max_bytes: int


def reserve(principal: Principal, new: NewVersion) -> tuple[ModelItem, UploadForm]:
    """Give the name's next version to a file that is to come, and a form to send it with.

    Raises:
        Forbidden: the scope ``models:write`` is missing.
        Invalid: the file's name will not do.
        TooLarge, Conflict: the plan does not hold it.
    """
    user = _admit(principal, new)
    item = _reserve(user, new)
    limit = plan_named(user.plan).file_bytes
    sizes = (1, limit) if new.file_size is None else (new.file_size, new.file_size)
    expires_at = now() + URL_LIFETIME
    post = objects.presign_post(
        upload_key(item.owner_id, item.id, item.file_name),
        sizes=sizes,
        sha256=item.sha256,
        seconds=int(URL_LIFETIME.total_seconds()),
    )
    return item, UploadForm(post.url, post.fields, expires_at, max_bytes=sizes[1])


def upload(
    principal: Principal, new: NewVersion, content: bytes, *, wait_seconds: float
) -> ModelItem:
    """Take a small file at once and wait for what becomes of it.

    Args:
        principal: who uploads; needs the scope ``models:write``.
        new: what they say about it.
        content: the file.
        wait_seconds: how long to wait for the conversion.

    Returns:
        The model, ready, or still converting when it takes longer.

    Raises:
        Refused: the file is no model, or cannot be converted; the sentence says why.
        Forbidden, Invalid, TooLarge, Conflict: as :func:`reserve`; also for a file that has not
            the size or the checksum that was given with it.
    """
    new = _described(new, content)
    user = _admit(principal, new)
    item = _reserve(user, new)
    objects.put(upload_key(item.owner_id, item.id, item.file_name), content)
    item = wait_until_settled(item, wait_seconds)
    if item.status == "failed":
        raise Refused(item.error)
    return item


def _described(new: NewVersion, content: bytes) -> NewVersion:
    if len(content) > SMALL_FILE_BYTES:
        raise TooLarge(
            f"This way takes files of up to {SMALL_FILE_BYTES:,} bytes and this one has "
            f"{len(content):,}; send the fields as JSON to get an upload form for it."
        )
    if not content:
        raise Invalid.field("file", "must not be empty")
    if new.file_size not in (None, len(content)):
        raise Invalid.field("file_size", f"is not the file's, which has {len(content):,} bytes")
    sha256 = hashlib.sha256(content).hexdigest()
    if new.sha256 is not None and new.sha256.lower() != sha256:
        raise Invalid.field("sha256", f"is not the file's, which is {sha256}")
    return NewVersion(
        new.name, new.model_type, new.file_name, new.description, len(content), sha256
    )


def _admit(principal: Principal, new: NewVersion) -> UserItem:
    principal.require("models:write")
    check_file_name(new.file_name)
    user = quotas.find_user(principal.user_id)
    if new.file_size is not None:
        quotas.check_file_size(plan_named(user.plan), new.file_size)
    return user


def _reserve(user: UserItem, new: NewVersion) -> ModelItem:
    size = new.file_size or 0
    for _ in attempts():
        item = _next_version(user.id, new)
        transaction = Transaction()
        transaction.put(item, ModelItem.pk.does_not_exist())
        _take_number(transaction, item)
        quotas.charge(transaction, user.id, plan_named(user.plan), size=size, models=1)
        try:
            transaction.commit()
        except Cancelled as cancelled:
            if user_key(user.id) in cancelled.failed and not expiry.release_unused(user.id):
                raise quotas.excess(quotas.find_user(user.id), size=size) from cancelled
            continue
        return item
    raise AssertionError("attempts() ends by raising")


def _next_version(owner_id: str, new: NewVersion) -> ModelItem:
    taken = find_name(owner_id, new.name)
    model_id, moment = new_id(), now()
    return ModelItem(
        model_pk(model_id),
        id=model_id,
        owner_id=owner_id,
        owner_name=owner_name_key(owner_id, new.name),
        name=new.name,
        version=1 if taken is None else taken.last_version + 1,
        description=new.description,
        model_type=new.model_type,
        status="pending_upload",
        file_name=new.file_name,
        file_size=new.file_size,
        sha256=None if new.sha256 is None else new.sha256.lower(),
        counted_bytes=new.file_size or 0,
        due_at=iso(moment + RESERVATION_LIFETIME),
        created_at=iso(moment),
        updated_at=iso(moment),
    )


def _take_number(transaction: Transaction, item: ModelItem) -> None:
    first = item.version == 1
    transaction.update(
        NameItem,
        name_pk(item.owner_id, item.name),
        [
            NameItem.last_version.set(item.version),
            NameItem.version_count.add(1),
            NameItem.revision.add(0),
            NameItem.changed_on.set(journal.today(item.owner_id)),
        ],
        NameItem.pk.does_not_exist() if first else NameItem.last_version == item.version - 1,
    )
