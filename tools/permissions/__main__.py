"""`python -m tools.permissions`: fails where a role and its function's calls differ.

It compares the calls that the integration tests recorded, all of them, with the roles. A call that
no role allows fails its own test already; a permission that no call needs shows only here.
"""

import sys
from collections.abc import Iterator, Mapping

from tools.cloud import environment
from tools.permissions.calls import Call, arn
from tools.permissions.recording import read
from tools.permissions.roles import Role, covers, differing_policies, roles

NEEDED_WITHOUT_A_CALL = {
    # Lambda itself sends a run that failed to its destination, under the function's role.
    "ReconcileFunction": {Call("sqs:SendMessage", arn("sqs", "ReconcileDeadLetters"))},
    # Without it, S3 responds 403 where an object is missing, not 404.
    "IngestFunction": {Call("s3:ListBucket", f"arn:aws:s3:::{environment()['BUCKET']}")},
}
"""Permissions that show in no call, by function."""


def differences(made: frozenset[tuple[str, Call]], allowed: Mapping[str, Role]) -> Iterator[str]:
    """Yield a sentence for each call without a permission and each permission without a call.

    Args:
        made: the calls, each with its function.
        allowed: each function's role.
    """
    for function, role in allowed.items():
        calls = {call for name, call in made if name == function}
        for call in sorted(calls):
            if not role.permits(call):
                yield f"{function} calls {call.action} on {call.resource}, and may not"
        needed = calls | NEEDED_WITHOUT_A_CALL.get(function, set())
        for permission in sorted(role.allowed):
            if not any(covers(permission, call) for call in needed):
                yield f"{function} may {permission.action} on {permission.resource}, and never does"
        for name in sorted(differing_policies(function, role)):
            yield f"{function} {'has no need of' if name in role.managed else 'lacks'} {name}"


def main() -> int:
    """Print each difference; 1 when there is one."""
    made = read()
    found = list(differences(made, roles()))
    for sentence in found:
        sys.stdout.write(f"{sentence}\n")
    sys.stdout.write(
        f"{len(made)} kinds of calls recorded, {len(found)} differences from the roles\n"
    )
    return 1 if found or not made else 0


if __name__ == "__main__":
    sys.exit(main())
