"""Reserving a version and taking its file."""

import hashlib
from dataclasses import dataclass, replace

from inferx.clock import now
from inferx.entities.models import ModelType, ModelVersion, Status
from inferx.entities.objects import UploadForm
from inferx.entities.users import User
from inferx.errors import InferXError, Invalid, Refused, TooLarge
from inferx.identity.principal import Principal
from inferx.identity.users import find_user
from inferx.ids import new_id
from inferx.input_hints import InputHints
from inferx.plans import plan_named
from inferx.registry import expiry, quotas
from inferx.registry.lifetimes import RESERVATION_LIFETIME, URL_LIFETIME
from inferx.registry.names import check_file_name
from inferx.registry.records import wait_until_settled
from inferx.storage import objects
from inferx.storage.models import model_names, versions
from inferx.storage.object_keys import samples_key, upload_key
from inferx.storage.transactions import Transaction, transact

SMALL_FILE_BYTES = 4 * 1024**2


@dataclass(frozen=True)
class NewVersion:
    """What an uploader says about a model.

    Attributes:
        file_size: in bytes, when known; the file must then have exactly this size.
        sha256: of the file, in hex, when known; the file must then have it.
        part: which of several objects in the file to serve.
        samples: rows of the uploader's own, as :func:`inferx.samples.written` writes them.
        input_hints: what the model's inputs are, where its file does not say.
    """

    name: str
    model_type: ModelType
    file_name: str
    description: str | None = None
    file_size: int | None = None
    sha256: str | None = None
    part: str | None = None
    samples: bytes | None = None
    input_hints: InputHints | None = None


def reserve(principal: Principal, new: NewVersion) -> tuple[ModelVersion, UploadForm]:
    """Give the name's next version to a file that is to come, and a form to send it with.

    Raises:
        Forbidden: the scope ``models:write`` is missing.
        Invalid: the file's name is not acceptable.
        TooLarge, Conflict: the plan does not hold it.
    """
    user = _admit(principal, new)
    model = _reserve(user, new)
    limit = plan_named(user.plan).file_bytes
    sizes = (1, limit) if new.file_size is None else (new.file_size, new.file_size)
    expires_at = now() + URL_LIFETIME
    post = objects.presign_post(
        upload_key(model.owner_id, model.id, model.file_name),
        sizes=sizes,
        sha256=model.sha256,
        seconds=int(URL_LIFETIME.total_seconds()),
    )
    return model, UploadForm(post.url, post.fields, expires_at, max_bytes=sizes[1])


def upload(
    principal: Principal, new: NewVersion, content: bytes, *, wait_seconds: float
) -> ModelVersion:
    """Take a small file at once and wait for its conversion.

    Args:
        principal: the caller; needs the scope ``models:write``.
        new: what they say about the file.
        content: the file.
        wait_seconds: how long to wait for the conversion at most.

    Returns:
        The version, ready, or still converting when that takes longer.

    Raises:
        Refused: the file is no model, or cannot be converted; the sentence says why.
        Forbidden, Invalid, TooLarge, Conflict: as :func:`reserve`; also for a file that does not
            have the size or the checksum that was given with it.
    """
    new = _described(new, content)
    user = _admit(principal, new)
    model = _reserve(user, new)
    objects.put(upload_key(model.owner_id, model.id, model.file_name), content)
    model = wait_until_settled(model, wait_seconds)
    if model.status is Status.FAILED:
        raise Refused(model.error)
    # The file is stored. Whether ingestion has claimed it yet makes no difference to the caller.
    return model if model.status is Status.READY else replace(model, status=Status.CONVERTING)


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
    return replace(new, file_size=len(content), sha256=sha256)


def _admit(principal: Principal, new: NewVersion) -> User:
    principal.require("models:write")
    check_file_name(new.file_name)
    user = find_user(principal.user_id)
    if new.file_size is not None:
        quotas.check_file_size(plan_named(user.plan), new.file_size)
    return user


def _reserve(user: User, new: NewVersion) -> ModelVersion:
    size = new.file_size or 0

    def build(transaction: Transaction) -> ModelVersion:
        found = model_names.find(user.id, new.name)
        model = _next_version(user.id, new, 1 if found is None else found.last_version + 1)
        versions.add(transaction, model)
        model_names.take_number(transaction, found, model, is_ready=False)
        quotas.charge(transaction, user, size=size, models=1, otherwise=make_room)
        return model

    def make_room() -> InferXError | None:
        if expiry.release_unused(user.id):
            return None
        return quotas.excess(find_user(user.id), size=size, models=1)

    model = transact(build)
    if new.samples is not None:
        # Before the file, whose arrival starts the conversion.
        objects.put(samples_key(model.owner_id, model.id), new.samples)
    return model


def _next_version(owner_id: str, new: NewVersion, version: int) -> ModelVersion:
    moment = now()
    return ModelVersion(
        id=new_id(),
        owner_id=owner_id,
        name=new.name,
        version=version,
        description=new.description,
        part=new.part,
        samples_size=None if new.samples is None else len(new.samples),
        input_hints=new.input_hints,
        model_type=new.model_type,
        status=Status.PENDING_UPLOAD,
        file_name=new.file_name,
        file_size=new.file_size,
        sha256=None if new.sha256 is None else new.sha256.lower(),
        counted_bytes=new.file_size or 0,
        due_at=moment + RESERVATION_LIFETIME,
        created_at=moment,
        updated_at=moment,
    )
