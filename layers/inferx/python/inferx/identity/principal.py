"""The principal: who is calling, and what their credential allows."""

from typing import Literal, NamedTuple

from inferx.errors import Forbidden

type CredentialKind = Literal["access_token", "api_key"]

SCOPES = ("predict", "models:read", "models:write")


class Principal(NamedTuple):
    """An authenticated caller.

    Attributes:
        user_id: the user's id.
        scopes: what the credential allows; an access token allows everything.
        kind: ``access_token`` or ``api_key``.
    """

    user_id: str
    scopes: frozenset[str]
    kind: CredentialKind

    def require(self, scope: str) -> None:
        """Raise unless the credential has this scope.

        Raises:
            Forbidden: the scope is missing; the sentence names it.
        """
        if scope not in self.scopes:
            raise Forbidden(f"This API key lacks the scope {scope}.")

    def require_account(self) -> None:
        """Raise unless the credential is an access token: API keys cannot manage the account.

        Raises:
            Forbidden: the credential is an API key.
        """
        if self.kind != "access_token":
            raise Forbidden("Account management needs an access token; an API key cannot do it.")
