"""Close an account or open it again: ``python -m inferx.identity.close_account STACK EMAIL``."""

import argparse
import sys
from collections.abc import Sequence

from inferx import settings
from inferx.errors import InferXError, NotFound
from inferx.identity.closing import close_account, open_account
from inferx.identity.emails import fold_email, normalize_email
from inferx.storage import users
from inferx.storage.operator import CommandFailed, resource_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(prog="close_account", description="Close an account.")
    parser.add_argument("stack", help="the name of the CloudFormation stack")
    parser.add_argument("email", help="the account's e-mail address")
    parser.add_argument("--open", action="store_true", help="open a closed account again")
    chosen = parser.parse_args(arguments)
    try:
        settings.give(
            users_table=resource_of(chosen.stack, "UsersTable"),
            credentials_table=resource_of(chosen.stack, "CredentialsTable"),
        )
        user_id = _user_with(chosen.email)
        open_account(user_id) if chosen.open else close_account(user_id)
    except (CommandFailed, InferXError, ValueError) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    done = (
        "open; its API keys work again within a minute."
        if chosen.open
        else "closed; its credentials stop working within a minute."
    )
    sys.stdout.write(f"The account {user_id} is {done}\n")
    return 0


def _user_with(email: str) -> str:
    user_id = users.find_id_by_email(fold_email(normalize_email(email)))
    if user_id is None:
        raise NotFound("There is no account with this e-mail address.")
    return user_id


if __name__ == "__main__":
    sys.exit(main())
