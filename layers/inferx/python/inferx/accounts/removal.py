"""Removing everything of an account that its owner has closed, in steps that may be repeated.

Each step finds what is there and deletes it, so a process may end anywhere: the next run finds
what is left. The user's item goes last, and not before ``removal_due_at``: until then a request
that was let in before the account was closed may still write (:mod:`inferx.identity.closing`), and
what is under way when the removal begins, an upload or a job, for longer. What it writes, the run
after that time finds. So an account takes two runs at least; the nightly job repeats what is left.
"""

import time
from datetime import timedelta

from inferx import clock, deadline
from inferx.entities.users import User
from inferx.identity.emails import fold_email
from inferx.identity.origins import digest
from inferx.storage import belongings, objects, removals, users
from inferx.storage.object_keys import owner_prefixes
from inferx.telemetry.log import log

UNFINISHED_LASTS = timedelta(hours=24)
"""Longer than an upload of 5 GB that began with a form of the account, or any one invocation."""

_ACCOUNT_S = 60.0
"""What a run may well take; none is begun with less time left."""


def remove(user_id: str) -> bool:
    """Remove everything of an account that is being removed.

    Returns:
        Whether nothing is left; not as long as something may still write.

    Raises:
        Unavailable: AWS does not respond, or the time is over; call again.
    """
    moment = clock.now()
    user = users.find(user_id)
    if user is None:
        return True
    if user.removal_due_at is None:
        return False
    if belongings.has_unfinished(user_id):
        # Before anything is deleted: afterwards it could not be seen any more.
        removals.postpone(user_id, moment + UNFINISHED_LASTS)
    _remove_belongings(user)
    removals.forget_person(user_id)
    return removals.finish(user_id, moment)


def remove_soon(user_id: str) -> bool:
    """Remove everything of an account, waiting until it is due if there is time for that.

    Returns, Raises: as :func:`remove`.
    """
    if remove(user_id):
        return True
    user = users.find(user_id)
    if user is None or user.removal_due_at is None:
        return user is None
    pause = (user.removal_due_at - clock.now()).total_seconds()
    if pause + _ACCOUNT_S > deadline.remaining(pause + _ACCOUNT_S):
        return False
    time.sleep(max(0.0, pause))
    return remove(user_id)


def resume() -> tuple[int, int]:
    """Go on with every removal that is not complete, as far as the time allows.

    An error costs its account the run, not the others: it is logged and counted.

    Returns:
        How many were completed, and how many were not because of an error or for lack of time.
    """
    completed = unfinished = 0
    for user_id in list(removals.waiting()):
        if deadline.remaining(_ACCOUNT_S) < _ACCOUNT_S:
            log("warning", "removals ran out of time")
            unfinished += 1
            break
        try:
            completed += remove(user_id)
        except Exception as error:  # noqa: BLE001 - logged and counted; the others have their turn
            log("error", "account not removed", owner_id=user_id, error=error)
            unfinished += 1
    return completed, unfinished


def _remove_belongings(user: User) -> None:
    # Versions before names and jobs, which need one to be made; records before objects, so that
    # no prediction finds a record without its file.
    belongings.delete_versions(user.id)
    belongings.delete_names(user.id)
    belongings.delete_jobs(user.id)
    belongings.delete_webhooks(user.id)
    for prefix in owner_prefixes(user.id):
        objects.delete_all(prefix)
    belongings.delete_tombstones(user.id)
    belongings.delete_credentials(user.id)
    folded = fold_email(user.email)
    if folded and users.find_id_by_email(folded) is None:  # else they count for its new account
        belongings.delete_counts(digest(folded))
