"""The keys of DynamoDB items: the one module that spells them.

Standard library only: what reads items by hand-signed calls imports it in its cold start.
"""


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


def model_pk(model_id: str) -> str:
    """Return the key of a model version's item in the Models table."""
    return f"model#{model_id}"


def name_pk(owner_id: str, name: str) -> str:
    """Return the key of a name's item in the Models table."""
    return f"name#{owner_id}#{name}"


def tombstone_pk(model_id: str) -> str:
    """Return the key of a deleted version's tombstone in the Models table."""
    return f"tombstone#{model_id}"


def owner_name_key(owner_id: str, name: str) -> str:
    """Return the hash key of the index ``ByName`` of the Models table."""
    return f"{owner_id}#{name}"
