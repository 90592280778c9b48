"""The few calls of InferX's HTTP API that the demo makes."""

from typing import Any

import requests

from local.failure import Failure

Json = Any
TIMEOUT_S = 60


class Client:
    """Calls the API at `base_url`, after `log_in` with the user's access token."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._http = requests.Session()

    def register(self, email: str, password: str) -> None:
        """Create an account."""
        credentials = {"email": email, "password": password}
        self.call("POST", "/api/v1/auth/register", 201, json=credentials)

    def log_in(self, email: str, password: str) -> None:
        """Get an access token and send it with each call from now on."""
        credentials = {"email": email, "password": password}
        tokens = self.call("POST", "/api/v1/auth/login", 200, json=credentials)
        self._http.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    def create_api_key(self, name: str) -> str:
        """Make an API key that may predict, and return it."""
        created = self.call("POST", "/api/v1/auth/api-keys", 201, json={"name": name})
        return str(created["data"]["api_key"]["key"])

    def reserve(self, **fields: Json) -> tuple[Json, Json]:
        """Reserve a model version; return the model and where to post its file."""
        data = self.call("POST", "/api/v1/models/upload", 201, json=fields)["data"]
        return data["model"], data["upload"]

    def post_file(self, upload: Json, content: bytes) -> None:
        """Post a model file straight to S3, with the presigned form `upload`."""
        response = requests.post(
            upload["url"], data=upload["fields"], files={"file": content}, timeout=TIMEOUT_S
        )
        if not response.ok:
            raise Failure(f"S3 refused the file with {response.status_code}: {response.text}")

    def upload_small(self, file_name: str, content: bytes, **fields: str) -> Json:
        """Upload a file of up to 4 MB in one call; return the model, converted."""
        path, files = "/api/v1/models/upload", {"file": (file_name, content)}
        return self.call("POST", path, 201, data=fields, files=files)["data"]["model"]

    def model(self, model_id: str, wait_s: int = 0) -> Json:
        """Return a model's record, waiting up to `wait_s` seconds while it is being converted."""
        path = f"/api/v1/models/{model_id}"
        return self.call("GET", path, 200, params={"wait": wait_s})["data"]["model"]

    def models(self) -> list[Json]:
        """Return the first page of the user's models, newest first."""
        return list(self.call("GET", "/api/v1/models", 200)["data"])

    def delete(self, model_id: str) -> None:
        """Delete a model version."""
        self.call("DELETE", f"/api/v1/models/{model_id}", 200)

    def predict(self, model_id: str, rows: Json) -> Json:
        """Return the prediction for one row or for each of several."""
        return self.call("POST", f"/api/v1/predict/{model_id}", 200, json={"input": rows})

    def call(self, method: str, path: str, expected: int, **options: Json) -> Json:
        """Send a request; return the JSON of its response.

        Raises:
            Failure: the response's status is not the `expected` one.
        """
        try:
            response = self._http.request(
                method, self.base_url + path, timeout=TIMEOUT_S, **options
            )
        except requests.RequestException as error:
            raise Failure(f"{method} {path} got no response: {error}") from error
        if response.status_code != expected:
            raise Failure(
                f"{method} {path} returned {response.status_code}, not {expected}: {response.text}"
            )
        return response.json()
