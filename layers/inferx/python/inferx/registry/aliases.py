"""Movable names: ``champion`` means one version of a name, and another after one call.

The name holds what each alias means, each version the aliases that mean it: one transaction
changes both, so that a version that an alias means cannot be deleted in the meantime.
"""

from inferx.entities.models import ModelName, ModelVersion, Status, VersionPointer
from inferx.errors import NotFound, NotReady
from inferx.identity.principal import Principal
from inferx.registry.records import find
from inferx.storage.models import model_names, queries, versions
from inferx.storage.transactions import Transaction, transact


def show(principal: Principal, name: str) -> ModelName:
    """Return the caller's name.

    Raises:
        Forbidden: the scope ``models:read`` is missing.
        NotFound: the caller has no model of this name.
    """
    principal.require("models:read")
    return _owned_name(principal.user_id, name)


def point(principal: Principal, name: str, alias: str, version: int) -> ModelName:
    """Let the alias mean this version from now on, whatever it meant before.

    Raises:
        Forbidden: the scope ``models:write`` is missing.
        NotFound: the caller has no such version of such a name.
        NotReady: the version cannot give predictions.
    """
    principal.require("models:write")
    owner_id = principal.user_id

    def build(transaction: Transaction) -> None:
        found = _owned_name(owner_id, name)
        model = _ready_version(owner_id, name, version)
        before = found.aliases.get(alias)
        if before is not None and before.id == model.id:
            return
        if before is not None:
            versions.remove_alias(transaction, before.id, alias)
        versions.add_alias(transaction, model, alias)
        meant = VersionPointer(model.id, version)
        model_names.set_aliases(transaction, found, {**found.aliases, alias: meant})

    transact(build)
    return _owned_name(owner_id, name)


def remove(principal: Principal, name: str, alias: str) -> ModelName:
    """Remove the alias, which means nothing from now on.

    Raises:
        Forbidden: the scope ``models:write`` is missing.
        NotFound: the caller has no such name, or the name no such alias.
    """
    principal.require("models:write")
    owner_id = principal.user_id

    def build(transaction: Transaction) -> None:
        found = _owned_name(owner_id, name)
        if alias not in found.aliases:
            raise NotFound(f"{name} has no alias {alias}.")
        versions.remove_alias(transaction, found.aliases[alias].id, alias)
        kept = {each: meant for each, meant in found.aliases.items() if each != alias}
        model_names.set_aliases(transaction, found, kept)

    transact(build)
    return _owned_name(owner_id, name)


def _owned_name(owner_id: str, name: str) -> ModelName:
    found = model_names.find(owner_id, name)
    if found is None or found.version_count == 0:
        raise NotFound(f"You have no model named {name}.")
    return found


def _ready_version(owner_id: str, name: str, version: int) -> ModelVersion:
    model_id = queries.id_of_version(owner_id, name, version)
    model = None if model_id is None else find(model_id)
    if model is None:
        raise NotFound(f"{name} has no version {version}.")
    if model.status is not Status.READY:
        raise NotReady(
            f"Version {version} of {name} is {model.status}; an alias needs one that is ready."
        )
    return model
