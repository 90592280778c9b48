"""Changing what a version is called and described as."""

from dataclasses import replace
from enum import Enum

from inferx.clock import now
from inferx.entities.models import ModelVersion, Status
from inferx.identity.principal import Principal
from inferx.registry import newest
from inferx.registry.deletion import refuse_aliased
from inferx.registry.records import owned
from inferx.storage.models import model_names, versions
from inferx.storage.transactions import Transaction, transact


class Keep(Enum):
    """Says that a text stays as it is, where ``None`` would remove it."""

    KEEP = "keep"


KEEP = Keep.KEEP


def change(
    principal: Principal, model_id: str, *, name: str | None, description: str | Keep | None
) -> ModelVersion:
    """Change the name, the description or both of the caller's version.

    A rename moves it under the other name, as that name's next version; its old number is not
    given out again. Its own name changes nothing.

    Args:
        principal: the caller; needs the scope ``models:write``.
        model_id: which version.
        name: its new name; ``None`` to keep the old one.
        description: the new one; ``None`` to remove it, :data:`KEEP` to keep it.

    Raises:
        Forbidden: it is another user's, or the scope is missing.
        NotFound: there is no such version.
        Conflict: an alias of the old name means it.
    """
    principal.require("models:write")

    def build(transaction: Transaction) -> ModelVersion:
        model = owned(principal, model_id)
        changed = model if description is KEEP else replace(model, description=description)
        if name is not None and name != model.name:
            changed = _move(transaction, model, replace(changed, name=name))
        if changed == model:
            return model
        changed = replace(changed, updated_at=now())
        versions.change(transaction, model, changed)
        return changed

    return transact(build)


def _move(transaction: Transaction, model: ModelVersion, renamed: ModelVersion) -> ModelVersion:
    refuse_aliased(model, "renaming")
    found = model_names.find(renamed.owner_id, renamed.name)
    moved = replace(renamed, version=1 if found is None else found.last_version + 1)
    is_ready = model.status is Status.READY
    model_names.take_number(transaction, found, moved, is_ready=is_ready)
    newest.leave(transaction, model)
    return moved
