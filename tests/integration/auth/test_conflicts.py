"""Writers that get in each other's way try again, and the domain trusts no caller."""

from collections.abc import Callable

import pytest
from pynamodb.exceptions import UpdateError

from inferx import settings
from inferx.errors import Invalid, RateLimited
from inferx.identity import api_keys, registration
from inferx.identity.throttle import Attempt
from inferx.storage.tables.credentials import CounterItem
from inferx.storage.transactions import Cancelled, Transaction
from tools.cloud import Cloud

GOOD = ("ada@example.com", "SecurePass123!")


@pytest.fixture
def in_the_way(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes the next transaction meet another one."""

    def arrange() -> None:
        genuine = Transaction.commit

        def commit(self: Transaction) -> None:
            monkeypatch.setattr(Transaction, "commit", genuine)
            raise Cancelled

        monkeypatch.setattr(Transaction, "commit", commit)

    return arrange


def test_a_registration_in_anothers_way_succeeds(db: Cloud, in_the_way: Callable[[], None]) -> None:
    in_the_way()

    assert registration.register(*GOOD).email == "ada@example.com"


def test_a_key_in_anothers_way_is_made_and_revoked(
    db: Cloud, in_the_way: Callable[[], None]
) -> None:
    user = registration.register(*GOOD)
    in_the_way()
    key, _ = api_keys.create_api_key(user.id, "k", ["predict"])
    in_the_way()
    api_keys.revoke_api_key(user.id, key.id)

    assert api_keys.list_api_keys(user.id) == []


def test_the_domain_itself_refuses_bad_registrations(db: Cloud) -> None:
    with pytest.raises(Invalid) as caught:
        registration.register("nobody", "short")

    assert [fault.loc[-1] for fault in caught.value.faults] == ["email", "password"]


def test_an_address_that_is_none_is_counted_all_the_same(db: Cloud) -> None:
    for _ in range(5):
        Attempt("ada@example.com", "somewhere").failed()

    with pytest.raises(RateLimited):
        Attempt("ada@example.com", "somewhere")


def test_a_busy_store_is_not_taken_for_a_race(db: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    Attempt("ada@example.com", "192.0.2.1").failed()
    attempt = Attempt("ada@example.com", "192.0.2.1")
    monkeypatch.setenv("CREDENTIALS_TABLE", "NoSuchTable")

    settings.forget()

    with pytest.raises(UpdateError):
        attempt.failed()
    assert CounterItem.Meta.table_name == "NoSuchTable"
