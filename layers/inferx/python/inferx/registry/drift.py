"""Comparing what is counted and pointed to with what is there, and repairing what differs."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from inferx.entities.models import ModelName, ModelVersion, VersionPointer
from inferx.entities.users import User
from inferx.registry import listing, newest
from inferx.registry.quotas import calculate_storage_size
from inferx.storage import users
from inferx.storage.models import model_names
from inferx.storage.transactions import Transaction, transact


@dataclass(frozen=True)
class _Counters:
    storage_bytes: int
    model_count: int


@dataclass(frozen=True)
class _Pointers:
    version_count: int
    newest_ready: VersionPointer | None


def differs(owner_id: str, names: set[str]) -> bool:
    """Return whether an owner's counters, or one of their names, seem to be wrong.

    Args:
        owner_id: the owner.
        names: the names to look at, besides those that versions have.
    """
    models = list(listing.models_of(owner_id))
    user = users.find(owner_id)
    if user is not None and _counted(user) != _true_counters(models):
        return True
    return any(_wrong_names(owner_id, names, models))


def repair(owner_id: str, names: set[str]) -> Iterator[int]:
    """Repair an owner's counters and names, unless they have moved since they were read.

    Args:
        owner_id: the owner.
        names: the names to look at, besides those that versions have.

    Yields:
        For each repair, by how many bytes a counter was wrong; 0 for a name.
    """
    user = users.find(owner_id)
    models = list(listing.models_of(owner_id))
    true = _true_counters(models)
    if user is not None and _counted(user) != true and _correct_counters(user, true):
        yield abs(user.storage_bytes - true.storage_bytes)
    for name, pointers in _wrong_names(owner_id, names, models):
        if _correct_name(name, pointers):
            yield 0


def _wrong_names(
    owner_id: str, names: set[str], models: list[ModelVersion]
) -> Iterator[tuple[ModelName, _Pointers]]:
    versions = defaultdict(list)
    for model in models:
        versions[model.name].append(model)
    for name in sorted(names | versions.keys()):
        found = model_names.find(owner_id, name)
        true = _Pointers(len(versions[name]), newest.among(versions[name]))
        if found is not None and _Pointers(found.version_count, found.newest_ready) != true:
            yield found, true


def _correct_counters(user: User, true: _Counters) -> bool:
    def build(transaction: Transaction) -> bool:
        found = users.find(user.id)
        if found is None or _counted(found) != _counted(user):
            return False
        users.correct_counters(
            transaction, found, storage_bytes=true.storage_bytes, model_count=true.model_count
        )
        return True

    return transact(build)


def _correct_name(name: ModelName, true: _Pointers) -> bool:
    def build(transaction: Transaction) -> bool:
        if model_names.find(name.owner_id, name.name) != name:
            return False
        model_names.correct(
            transaction,
            name,
            version_count=true.version_count,
            newest_ready=true.newest_ready,
        )
        return True

    return transact(build)


def _counted(user: User) -> _Counters:
    return _Counters(user.storage_bytes, user.model_count)


def _true_counters(models: list[ModelVersion]) -> _Counters:
    return _Counters(calculate_storage_size(models), len(models))
