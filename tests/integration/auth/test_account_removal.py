"""DELETE /me: the account is closed at once, and then everything of it is removed."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from inferx.accounts import removal
from inferx.errors import NotFound, Unavailable
from inferx.identity import login
from inferx.identity.closing import REQUESTS_LAST, close_account, open_account
from inferx.storage import functions, objects, removals
from inferx.storage.item_keys import user_key
from inferx.storage.tables.users import UserItem
from tests.integration.auth.conftest import AUTH, Clock, Leave, bearer
from tests.support.gateway import Client
from tests.support.whole_accounts import fill, items, leave_unfinished, traces
from tools.lambdas import invoke

type NewKey = Callable[..., dict[str, Any]]
type LogIn = Callable[..., requests.Response]
type Removal = Callable[[], dict[str, int]]

ANOTHER = "grace@example.com"
A_DAY_S = removal.UNFINISHED_LASTS.total_seconds()


@pytest.fixture
def started(time: Clock, test_user: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Removal:
    """Runs what the deletion has started; its pause moves the clock."""
    monkeypatch.setattr("inferx.accounts.removal.time.sleep", time.pass_seconds)

    def run() -> dict[str, int]:
        event = {"owner_id": test_user["id"]}
        found: dict[str, int] = invoke("ReconcileFunction", event, seconds=900)
        return found

    return run


def of(user: dict[str, Any]) -> list[str]:
    return traces(user["id"], user["email"])


def test_a_deleted_account_is_closed_at_once(
    client: Client, auth_headers: dict[str, str], log_in: LogIn, new_key: NewKey, leave: Leave
) -> None:
    key = bearer(new_key(scopes=["models:read"])["key"])

    left = leave()

    refused = [client.get("/api/v1/models", headers=each).json() for each in (auth_headers, key)]
    assert (left.status_code, left.json()) == (200, {"success": True, "data": {}})
    assert refused == [{"detail": "The account is closed."}] * 2
    assert log_in().status_code == 401


def test_a_deletion_starts_the_removal_without_waiting_for_it(
    leave: Leave, test_user: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, Any]] = []
    monkeypatch.setattr(functions, "start", lambda *given: started.append(given))

    leave()

    assert started == [("ReconcileFunction", {"owner_id": test_user["id"]})]


def test_a_wrong_password_deletes_nothing(
    client: Client, auth_headers: dict[str, str], leave: Leave
) -> None:
    refused = leave("a wrong password")

    assert refused.status_code == 401
    assert refused.json() == {"detail": "The current password is incorrect"}
    assert client.get(f"{AUTH}/me", headers=auth_headers).status_code == 200


def test_guessing_the_password_is_slowed_down(leave: Leave, time: Clock) -> None:
    statuses = [leave("a wrong password").status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]


@pytest.mark.parametrize("body", [{}, {"current_password": 5}, None])
def test_a_deletion_without_a_password_is_invalid(leave: Leave, body: Any) -> None:
    assert leave(json=body).status_code == 422


def test_a_form_is_no_body_of_a_deletion(leave: Leave) -> None:
    assert leave(json=None, data={"current_password": "x"}).status_code == 415


def test_an_api_key_deletes_no_account(new_key: NewKey, leave: Leave) -> None:
    assert leave(headers=bearer(new_key()["key"])).status_code == 403


def test_nothing_is_left_of_a_deleted_account(
    leave: Leave, started: Removal, test_user: dict[str, Any]
) -> None:
    fill(test_user["id"], test_user["email"])
    leave()

    assert started() == {"RemovedAccounts": 1}
    assert of(test_user) == []
    assert [item for item in items() if item["pk"]["S"].startswith("part#")] == []


def test_the_item_that_goes_last_holds_nothing_of_the_person(
    leave: Leave, time: Clock, test_user: dict[str, Any]
) -> None:
    fill(test_user["id"], test_user["email"])
    leave()

    assert not removal.remove(test_user["id"])

    assert of(test_user) == [user_key(test_user["id"])]
    item = UserItem.get(user_key(test_user["id"]))
    assert [item.email, item.full_name, item.password_hash] == ["", None, ""]


def test_what_a_request_that_was_let_in_before_still_writes_is_removed_too(
    leave: Leave, time: Clock, test_user: dict[str, Any]
) -> None:
    leave()
    removal.remove(test_user["id"])
    fill(test_user["id"], ANOTHER)

    time.pass_seconds(REQUESTS_LAST.total_seconds())

    assert removal.remove(test_user["id"])
    assert of(test_user) == []


def test_an_account_with_a_conversion_under_way_is_looked_at_again_a_day_later(
    leave: Leave, time: Clock, started: Removal, test_user: dict[str, Any]
) -> None:
    fill(test_user["id"], test_user["email"])
    leave_unfinished(test_user["id"])
    leave()

    assert started() == {"RemovedAccounts": 0}
    assert of(test_user) == [user_key(test_user["id"])]
    fill(test_user["id"], ANOTHER)  # what the conversion left behind
    time.pass_seconds(A_DAY_S)

    night = invoke("ReconcileFunction", {}, seconds=900)

    assert (night["RemovedAccounts"], night["UnfinishedRemovals"]) == (1, 0)
    assert of(test_user) == []


def test_the_nightly_job_removes_what_no_one_has_started_to(
    leave: Leave, time: Clock, test_user: dict[str, Any]
) -> None:
    fill(test_user["id"], test_user["email"])
    leave()
    time.pass_seconds(A_DAY_S)

    assert invoke("ReconcileFunction", {}, seconds=900)["RemovedAccounts"] == 1
    assert of(test_user) == []


def test_an_account_that_cannot_be_removed_is_counted_and_holds_up_no_other(
    leave: Leave, time: Clock, test_user: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    leave()
    time.pass_seconds(A_DAY_S)
    genuine, asked = objects.delete_all, []

    def failing_once(prefix: str) -> None:
        asked.append(prefix)
        if len(asked) == 1:
            raise Unavailable
        genuine(prefix)

    monkeypatch.setattr(objects, "delete_all", failing_once)
    monkeypatch.setattr(removals, "waiting", lambda: iter([test_user["id"]] * 2))

    assert removal.resume() == (1, 1)
    assert of(test_user) == []


def test_no_removal_is_begun_when_the_time_is_nearly_over(
    leave: Leave, time: Clock, test_user: dict[str, Any]
) -> None:
    leave()

    found = invoke("ReconcileFunction", {}, seconds=30)

    assert found["UnfinishedRemovals"] == 1
    assert len(of(test_user)) > 1


@pytest.mark.parametrize("close", [lambda _: None, close_account])
def test_only_what_its_owner_has_deleted_is_removed(
    started: Removal, test_user: dict[str, Any], close: Callable[[str], None]
) -> None:
    fill(test_user["id"], test_user["email"])
    close(test_user["id"])
    before = of(test_user)

    assert started() == {"RemovedAccounts": 0}
    assert of(test_user) == before


def test_another_account_keeps_all_that_it_has(
    client: Client, leave: Leave, started: Removal, test_user: dict[str, Any]
) -> None:
    account = {"email": "grace@example.com", "password": "SecurePass123!"}
    other = client.post(f"{AUTH}/register", json=account).json()["data"]["user"]
    for user in (test_user, other):
        fill(user["id"], user["email"])
    before = of(other)
    leave()

    started()

    assert of(other) == before
    assert len(before) > 20


def test_the_address_can_be_registered_again_at_once_and_stays_the_new_accounts(
    client: Client, log_in: LogIn, leave: Leave, started: Removal, test_user: dict[str, Any]
) -> None:
    leave()
    again = {"email": test_user["email"], "password": "Another pass phrase"}
    registered = client.post(f"{AUTH}/register", json=again)
    log_in("Another pass phrase")
    counted = [item for item in items() if item["pk"]["S"].startswith("known#")]

    started()

    assert registered.status_code == 201
    assert log_in("Another pass phrase").status_code == 200
    assert [item for item in items() if item["pk"]["S"].startswith("known#")] == counted


def test_an_operator_cannot_open_what_is_being_removed(
    leave: Leave, test_user: dict[str, Any]
) -> None:
    leave()

    with pytest.raises(NotFound):
        open_account(test_user["id"])


def test_a_password_changed_meanwhile_deletes_nothing(
    leave: Leave, test_user: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = login.verify_password

    def overtaken(*arguments: Any) -> Any:
        user = genuine(*arguments)
        UserItem(user_key(user.id)).update([UserItem.password_hash.set("another")])
        return user

    monkeypatch.setattr("inferx.identity.leaving.verify_password", overtaken)

    assert leave().status_code == 401
    assert UserItem.get(user_key(test_user["id"])).is_active
