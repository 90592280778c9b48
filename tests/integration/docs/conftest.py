"""Fixtures of the tests that hold the OpenAPI document against the handlers."""

from typing import Any

import pytest
import requests

from inferx import settings
from tests.support import stored_models
from tests.support.gateway import Client
from tests.support.openapi import operation, undocumented
from tools import onnx_models
from tools.cloud import environment


@pytest.fixture
def anonymous(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Return a client that sends no credential."""
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    settings.forget()
    return Client()


class Api:
    """Sends requests by operation id, by default as the registered user.

    The user has a ready model, version 1 of `iris`; another user has one, too.
    """

    def __init__(self, client: Client, user: dict[str, Any], headers: dict[str, str]) -> None:
        self.client = client
        self.user = user
        self.headers = headers
        _, _, content = onnx_models.iris()
        self.model = stored_models.store(user["id"], content)
        stored_models.point(user["id"], (self.model, 1))
        self.theirs = stored_models.store("another-user", content)

    def send(
        self,
        operation_id: str,
        *,
        at: dict[str, Any] | None = None,
        scopes: tuple[str, ...] = (),
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> requests.Response:
        """Send a request and check that the document describes the response.

        Args:
            operation_id: which operation.
            at: the parameters of its path; `{model}` and `{theirs}` stand for the ids of models.
            scopes: send an API key of these scopes instead of the user's access token.
            headers: send these instead of any credential.
            options: those of :func:`requests.request`.
        """
        described = operation(operation_id)
        where = {
            name: value.format(model=self.model, theirs=self.theirs)
            for name, value in (at or {}).items()
        }
        path = described.path.format(**where)
        sent = self.key(*scopes) if scopes else self.headers if headers is None else headers
        response = self.client.request(described.method.upper(), path, headers=sent, **options)
        assert undocumented(response, described) == []
        return response

    def key(self, *scopes: str, **fields: Any) -> dict[str, str]:
        """Return the header of a new API key."""
        body = {"name": "test", "scopes": list(scopes), **fields}
        response = self.send("create_api_key", json=body)
        return {"Authorization": f"Bearer {response.json()['data']['api_key']['key']}"}

    def reserve(self) -> str:
        """Reserve the next version of `iris` and return its id."""
        body = {"name": "iris", "model_type": "sklearn", "file_name": "iris.pkl"}
        return str(self.send("upload_model", json=body).json()["data"]["model"]["id"])

    def alias(self) -> None:
        """Point the alias `champion` at version 1 of `iris`."""
        self.send("set_alias", at={"name": "iris", "alias": "champion"}, json={"version": 1})


@pytest.fixture
def api(client: Client, test_user: dict[str, Any], auth_headers: dict[str, str]) -> Api:
    """Return the API of a user with a ready model."""
    return Api(client, test_user, auth_headers)
