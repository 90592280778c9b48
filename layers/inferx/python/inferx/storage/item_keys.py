"""The keys of DynamoDB items: the one module that spells them.

Standard library only: what reads items by hand-signed calls imports it in its cold start.
"""

from datetime import date


def user_key(user_id: str) -> str:
    """Return the key of a user's item in the Users table."""
    return f"user#{user_id}"


def email_key(folded: str) -> str:
    """Return the key of an address's claim in the Users table.

    Args:
        folded: the e-mail address, case-folded.
    """
    return f"email#{folded}"


def api_key_key(key_id: str) -> str:
    """Return the key of an API key's item in the Credentials table."""
    return f"key#{key_id}"


def family_key(family_id: str) -> str:
    """Return the key of a refresh-token family's item in the Credentials table."""
    return f"family#{family_id}"


def login_failures_key(account: str, address: str) -> str:
    """Return the key of the count of failed logins to an account from an address.

    Args:
        account: the digest of the e-mail address.
        address: the digest of the IP network.
    """
    return f"login#{account}#{address}"


def account_failures_key(account: str) -> str:
    """Return the key of the count of failed logins to an account from all addresses."""
    return f"login#{account}"


def account_in(pk: str) -> str | None:
    """Return the digest of the e-mail address in the key of a count of logins, or mails, to one."""
    kind, *rest = pk.split("#")
    if kind in ("login", "known", "burst"):
        return rest[0]
    return rest[1] if kind == "limit" and rest[0].endswith("-mail") else None


def address_failures_key(address: str) -> str:
    """Return the key of the count of failed logins from an address to all accounts."""
    return f"address#{address}"


def known_address_key(account: str, address: str) -> str:
    """Return the key of the record that an account's owner has logged in from an address."""
    return f"known#{account}#{address}"


def login_burst_key(account: str, address: str, minute: int) -> str:
    """Return the key of the count of attempts within one minute, whatever their outcome."""
    return f"burst#{account}#{address}#{minute}"


def limit_key(name: str, subject: str, window: int) -> str:
    """Return the key of the count of a limit within one window of time.

    Args:
        name: the limit's.
        subject: the digest of what is counted for.
        window: the window's number since 1970.
    """
    return f"limit#{name}#{subject}#{window}"


def ticket_key(purpose: str, user_id: str) -> str:
    """Return the key of a user's ticket for a purpose in the Credentials table."""
    return f"ticket#{purpose}#{user_id}"


def model_pk(model_id: str) -> str:
    """Return the key of a model version's item in the Models table."""
    return f"model#{model_id}"


def name_pk(owner_id: str, name: str) -> str:
    """Return the key of a name's item in the Models table."""
    return f"name#{owner_id}#{name}"


def names_key(owner_id: str) -> str:
    """Return the hash key under which the index ``ByOwner`` of the Models table lists names."""
    return f"names#{owner_id}"


def tombstone_pk(model_id: str) -> str:
    """Return the key of a deleted version's tombstone in the Models table."""
    return f"tombstone#{model_id}"


def turns_pk(owner_id: str) -> str:
    """Return the key of the item of an owner's running and waiting conversions in Models."""
    return f"turns#{owner_id}"


def owner_name_key(owner_id: str, name: str) -> str:
    """Return the hash key of the index ``ByName`` of the Models table."""
    return f"{owner_id}#{name}"


def day_key(day: date, shard: int) -> str:
    """Return the hash key of the index ``ByDay`` of the Models table."""
    return f"{day.isoformat()}#{shard}"


def job_pk(job_id: str) -> str:
    """Return the key of a job's item in the Jobs table."""
    return f"job#{job_id}"


def part_pk(job_id: str, number: int) -> str:
    """Return the key of the item of a batch job's part in the Jobs table."""
    return f"part#{job_id}#{number}"


def idempotency_pk(owner_id: str, digest: str) -> str:
    """Return the key of the item of an idempotency key in the Jobs table.

    Args:
        owner_id: the owner's user id.
        digest: the SHA-256 of the key, in hex.
    """
    return f"idempotency#{owner_id}#{digest}"


def idempotency_keys_key(owner_id: str) -> str:
    """Return the hash key under which ``ByOwner`` of the Jobs table lists idempotency keys."""
    return f"idempotency#{owner_id}"


def owner_status_key(owner_id: str, status: str) -> str:
    """Return the hash key of the index ``ByStatus`` of the Jobs table."""
    return f"{owner_id}#{status}"


def due_shard_key(shard: int) -> str:
    """Return the hash key of the index ``ByDue`` of the Jobs table."""
    return f"due#{shard}"


def webhook_owner_pk(owner_id: str) -> str:
    """Return the key of the item that lists an owner's endpoints in the Webhooks table."""
    return f"owner#{owner_id}"


def endpoint_pk(endpoint_id: str) -> str:
    """Return the key of an endpoint's item in the Webhooks table."""
    return f"endpoint#{endpoint_id}"


def delivery_pk(delivery_id: str) -> str:
    """Return the key of a delivery's item in the Webhooks table."""
    return f"delivery#{delivery_id}"


def id_in(pk: str) -> str:
    """Return the id in a key that is made of a kind and an id."""
    return pk.split("#", 1)[1]


def is_tombstone(pk: str) -> bool:
    """Return whether the key is that of a tombstone."""
    return pk.startswith(tombstone_pk(""))


def name_in(pk: str) -> tuple[str, str]:
    """Return the owner's id and the name in the key of a name's item."""
    _, owner_id, name = pk.split("#", 2)
    return owner_id, name
