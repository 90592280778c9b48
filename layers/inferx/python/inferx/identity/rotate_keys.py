"""Rotate the keys that sign access tokens: ``python -m inferx.identity.rotate_keys STACK``.

The new key is accepted at once and signs once every warm container has it; the old one stays
accepted until its last token has expired. No one is logged out.
"""

import argparse
import secrets
import sys
from collections.abc import Sequence

from inferx import clock
from inferx.errors import Conflict
from inferx.identity.access_tokens import LIFETIME_S
from inferx.identity.signing_keys import MAX_AGE_S, SigningKey, parse
from inferx.storage.operator import CommandFailed, read_secret, resource_of, write_secret

_KEY_BYTES = 48
SIGNS_AFTER_S = 2 * MAX_AGE_S
SETTLED_AFTER_S = SIGNS_AFTER_S + LIFETIME_S + MAX_AGE_S


def rotate(secret_id: str, *, is_leaked: bool = False) -> SigningKey:
    """Put a new key before the present one and return it.

    Args:
        secret_id: the name or ARN of the secret.
        is_leaked: drop the old keys at once; clients then have to refresh their access tokens.

    Raises:
        Conflict: the previous rotation is still under way.
        CommandFailed: AWS cannot be asked, or refuses.
    """
    moment = int(clock.now().timestamp())
    kid, key = f"{moment}", secrets.token_urlsafe(_KEY_BYTES)
    if is_leaked:
        write_secret(secret_id, {"kid": kid, "key": key})
        return SigningKey(kid, key)
    present = parse(read_secret(secret_id)).keys[0]
    settled = present.signs_from - SIGNS_AFTER_S + SETTLED_AFTER_S
    if present.signs_from and moment < settled:
        minutes = -((moment - settled) // 60)
        raise Conflict(f"The previous rotation is still under way; wait {minutes} minutes.")
    fresh = SigningKey(kid, key, signs_from=moment + SIGNS_AFTER_S)
    old = {"kid": present.kid, "key": present.key, "signs_from": present.signs_from}
    document = {"kid": fresh.kid, "key": fresh.key, "signs_from": fresh.signs_from}
    write_secret(secret_id, {**document, "previous": old})
    return fresh


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status; the key itself is never shown."""
    parser = argparse.ArgumentParser(prog="rotate_keys", description="Rotate the signing keys.")
    parser.add_argument("stack", help="the name of the CloudFormation stack")
    parser.add_argument(
        "--leaked", action="store_true", help="drop the old keys at once: every client must refresh"
    )
    chosen = parser.parse_args(arguments)
    try:
        fresh = rotate(resource_of(chosen.stack, "SigningKeys"), is_leaked=chosen.leaked)
    except (Conflict, CommandFailed) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    signs = f"signs from {fresh.signs_from} (Unix time) on" if fresh.signs_from else "signs now"
    sys.stdout.write(f"Key {fresh.kid} is accepted now and {signs}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
