"""Users, as they are stored."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class User:
    """One user, their credentials' state, and their use of storage.

    Attributes:
        password_hash: bcrypt's, over a SHA-256 of the password; no representation shows it.
        plan: the name of the plan, whose limits are in ``inferx.plans``.
        storage_bytes: the counted bytes of all the user's models together.
        model_count: the number of the user's model versions, whatever their status.
        session_epoch: counts the password's changes: refresh tokens of an earlier epoch are dead.
        api_key_ids: the ids of the API keys that are not revoked.
        removal_due_at: from when on nothing may be left of the account; ``None`` unless the owner
            has had it removed.
        verified_at: when it was proved that the user reads the address's mail; ``None`` before.
    """

    id: str
    email: str
    full_name: str | None
    password_hash: str = field(repr=False)
    is_active: bool
    created_at: datetime
    plan: str = "free"
    storage_bytes: int = 0
    model_count: int = 0
    session_epoch: int = 0
    removal_due_at: datetime | None = None
    api_key_ids: frozenset[str] = frozenset()
    verified_at: datetime | None = None
