"""Writers that get in each other's way try again, and the domain trusts no caller."""

from collections.abc import Callable

import pytest

from inferx.errors import Invalid, RateLimited
from inferx.identity import api_keys, registration, throttle
from inferx.storage.transactions import Otherwise, Transaction
from tools.cloud import Cloud

GOOD = ("ada@example.com", "SecurePass123!", None, "192.0.2.1")


@pytest.fixture
def in_the_way(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Cancel the next transaction, as another one in its way would."""

    def arrange() -> None:
        genuine = Transaction.commit

        def commit(self: Transaction) -> list[Otherwise] | None:
            monkeypatch.setattr(Transaction, "commit", genuine)
            return []

        monkeypatch.setattr(Transaction, "commit", commit)

    return arrange


def test_a_registration_in_anothers_way_succeeds(db: Cloud, in_the_way: Callable[[], None]) -> None:
    in_the_way()

    assert registration.register(*GOOD).email == "ada@example.com"


def test_a_key_in_anothers_way_is_created_and_revoked(
    db: Cloud, in_the_way: Callable[[], None]
) -> None:
    user = registration.register(*GOOD)
    in_the_way()
    key, _ = api_keys.create_api_key(user.id, "k", ["predict"])
    assert [each.id for each in api_keys.list_api_keys(user.id)] == [key.id]
    in_the_way()
    api_keys.revoke_api_key(user.id, key.id)

    assert api_keys.list_api_keys(user.id) == []


def test_the_domain_itself_refuses_bad_registrations(db: Cloud) -> None:
    with pytest.raises(Invalid) as caught:
        registration.register("notanemail", "short", None, "192.0.2.1")

    assert [fault.loc[-1] for fault in caught.value.faults] == ["email", "password"]


def test_a_caller_whose_ip_address_cannot_be_parsed_is_counted_all_the_same(db: Cloud) -> None:
    for _ in range(5):
        throttle.begin("ada@example.com", "somewhere").record_failure()

    with pytest.raises(RateLimited):
        throttle.begin("ada@example.com", "somewhere")
