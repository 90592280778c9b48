"""The operator's command that closes an account and opens it again."""

from typing import Any

import pytest

from inferx.identity import close_account
from inferx.storage.item_keys import user_key
from inferx.storage.operator import CommandFailed
from inferx.storage.tables.users import UserItem


@pytest.fixture(autouse=True)
def stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resources of a stack that are named by their logical ids, as the tests' tables are."""
    monkeypatch.setattr(close_account, "resource_of", lambda stack, logical_id: logical_id)


def test_an_account_is_closed_and_opened_by_its_address(
    test_user: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    closed = close_account.main(["inferx", "ADA@example.com"])
    after_closing = UserItem.get(user_key(test_user["id"])).is_active
    opened = close_account.main(["inferx", "ada@example.com", "--open"])

    assert (closed, opened) == (0, 0)
    assert not after_closing
    assert UserItem.get(user_key(test_user["id"])).is_active
    printed = capsys.readouterr().out
    assert f"The account {test_user['id']} is closed;" in printed
    assert "is open;" in printed


@pytest.mark.parametrize("email", ["unknown@example.com", "no address"])
def test_an_address_without_an_account_is_refused(
    test_user: dict[str, Any], email: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert close_account.main(["inferx", email]) == 1
    assert "address" in capsys.readouterr().err
    assert UserItem.get(user_key(test_user["id"])).is_active


def test_a_stack_that_is_not_there_is_reported(
    test_user: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(stack: str, _: str) -> str:
        raise CommandFailed(f"There is no stack {stack}.")

    monkeypatch.setattr(close_account, "resource_of", fail)

    assert close_account.main(["other", test_user["email"]]) == 1
    assert capsys.readouterr().err == "There is no stack other.\n"
