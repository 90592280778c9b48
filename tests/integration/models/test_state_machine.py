"""Any order of uploads, renames, deletions and aliases, compared with rules in plain Python."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from inferx import ids
from inferx.clock import now
from inferx.conversion.ingestion import ingest
from inferx.entities.objects import StoredObject
from inferx.errors import Conflict, NotFound
from inferx.identity.principal import SCOPES, Principal
from inferx.registry import aliases, deletion, listing, renaming, showing, uploads
from inferx.storage import aws
from inferx.storage.item_keys import user_key
from inferx.storage.object_keys import upload_key
from inferx.storage.tables.users import UserItem
from tests.integration.models.conftest import make_overdue
from tests.support.fake_converter import FakeConverter
from tests.support.registry_rules import Rules, Version
from tools.cloud import Cloud

NAMES = st.sampled_from(["iris", "wine", "my iris"])
ALIASES = st.sampled_from(["champion", "challenger"])
EXAMPLES, STEPS = 25, 40


@contextmanager
def allowed(*, unless: bool, error: type[Exception]) -> Iterator[None]:
    """Expect success, or this error when the rules forbid it."""
    if unless:
        with pytest.raises(error):
            yield
    else:
        yield


class Registry(RuleBasedStateMachine):
    """One owner's registry; ``steps`` counts what all runs have done."""

    sandbox: FakeConverter
    steps = 0
    models = Bundle("models")

    def __init__(self) -> None:
        super().__init__()
        self.owner = Principal(ids.new_id(), frozenset(SCOPES), "access_token")
        self.expected = Rules()
        UserItem(
            user_key(self.owner.user_id),
            id=self.owner.user_id,
            email=f"{self.owner.user_id}@example.com",
            password_hash="none",
            created_at=now(),
        ).save()

    @rule(target=models, name=NAMES, size=st.integers(1, 9))
    def reserve(self, name: str, size: int) -> str:
        model, _ = uploads.reserve(
            self.owner, uploads.NewVersion(name, "sklearn", "m.pkl", file_size=size)
        )
        version = self.expected.next_version(name)
        assert model.version == version
        self.expected.versions[model.id] = Version(model.id, name, version, "pending_upload", size)
        return model.id

    @rule(model_id=models, refused=st.booleans(), twice=st.booleans())
    def send(self, model_id: str, refused: bool, twice: bool) -> None:
        known = self.expected.versions.get(model_id)
        size = known.counted if known and known.counted else 1
        self._answer(refused)
        arrival = self._put(model_id, size)
        for _ in range(1 + twice):
            ingest(arrival, last_try=False)
        if known is not None and known.status == "pending_upload":
            known.status = "failed" if refused else "ready"
            known.counted = 0 if refused else size

    @rule(model_id=models)
    def send_a_file_of_another_size(self, model_id: str) -> None:
        ingest(self._put(model_id, 10), last_try=False)

    @rule(model_id=models, name=NAMES)
    def rename(self, model_id: str, name: str) -> None:
        known = self.expected.versions.get(model_id)
        if known is None:
            with pytest.raises(NotFound):
                renaming.change(self.owner, model_id, name=name, description=renaming.KEEP)
            return
        moves = known.name != name
        with allowed(unless=bool(known.aliases) and moves, error=Conflict):
            renaming.change(self.owner, model_id, name=name, description=renaming.KEEP)
            if moves:
                known.version = self.expected.next_version(name)
                known.name = name

    @rule(model_id=models)
    def delete(self, model_id: str) -> None:
        known = self.expected.versions.get(model_id)
        if known is None:
            with pytest.raises(NotFound):
                deletion.delete(self.owner, model_id)
            return
        with allowed(unless=bool(known.aliases), error=Conflict):
            deletion.delete(self.owner, model_id)
            del self.expected.versions[model_id]

    @rule(name=NAMES, alias=ALIASES, version=st.integers(1, 6))
    def point(self, name: str, alias: str, version: int) -> None:
        target = next((each for each in self.expected.of(name) if each.version == version), None)
        error = NotFound if target is None else Conflict
        with allowed(unless=target is None or target.status != "ready", error=error):
            aliases.point(self.owner, name, alias, version)
            self.expected.move_alias(name, alias, target)

    @rule(name=NAMES, alias=ALIASES)
    def remove_alias(self, name: str, alias: str) -> None:
        with allowed(unless=alias not in self.expected.aliases(name), error=NotFound):
            aliases.remove(self.owner, name, alias)
            self.expected.move_alias(name, alias, None)

    @rule(model_id=models)
    def lapse(self, model_id: str) -> None:
        known = self.expected.versions.get(model_id)
        if known is not None and known.status == "pending_upload":
            make_overdue(model_id)
            del self.expected.versions[model_id]
            with pytest.raises(NotFound):
                showing.show(self.owner, model_id)

    @invariant()
    def the_list_and_the_counters_are_right(self) -> None:
        type(self).steps += 1
        page = listing.page_of(self.owner, page=1, per_page=100)
        assert [model.id for model in page.models] == sorted(self.expected.versions, reverse=True)
        assert page.total == len(self.expected.versions)
        for model in page.models:
            known = self.expected.versions[model.id]
            shown = (model.name, model.version, model.status, set(model.aliases))
            assert shown == (known.name, known.version, known.status, known.aliases)
        user = UserItem.get(user_key(self.owner.user_id))
        assert user.storage_bytes == sum(each.counted for each in self.expected.versions.values())

    @invariant()
    def the_names_are_right(self) -> None:
        for name in self.expected.last:
            versions = self.expected.of(name)
            if not versions:
                with pytest.raises(NotFound):
                    aliases.show(self.owner, name)
                continue
            shown = aliases.show(self.owner, name)
            assert shown.version_count == len(versions)
            assert shown.newest_ready == self.expected.newest_ready(name)
            assert shown.aliases == self.expected.aliases(name)

    def _answer(self, refused: bool) -> None:
        if refused:
            self.sandbox.refuse("The file is no pickle.")
        else:
            fresh = FakeConverter()
            self.sandbox.outcome, self.sandbox.result = fresh.outcome, fresh.result

    def _put(self, model_id: str, size: int) -> StoredObject:
        key = upload_key(self.owner.user_id, model_id, "m.pkl")
        stored = aws.s3().put_object(Bucket="inferx-test-bucket", Key=key, Body=bytes(size))
        return StoredObject(key, stored["VersionId"], size)


@pytest.mark.slow
def test_any_order_of_changes_keeps_the_rules(db: Cloud, sandbox: FakeConverter) -> None:
    Registry.sandbox = sandbox

    run_state_machine_as_test(
        Registry,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            # A failing run is shown as it is: making it minimal would take minutes.
            phases=[Phase.generate],
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert Registry.steps > 10 * EXAMPLES
