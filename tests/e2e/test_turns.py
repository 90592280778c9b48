"""Several files of one owner at once, on the deployed stack: two are converted, the others wait."""

import pickle
from typing import Any

import requests
from sklearn.linear_model import LinearRegression

from local.deployed import Deployed
from tests.e2e.conftest import TIMEOUT_S, Http, RegisteredUser

FILES = 4


def turns(deployed: Deployed, owner_id: str) -> tuple[int, int]:
    """Return how many of the owner's conversions run, and how many wait."""
    found = deployed.client("dynamodb").get_item(
        TableName=deployed.resource("ModelsTable"),
        Key={"pk": {"S": f"turns#{owner_id}"}},
        ConsistentRead=True,
    )
    item = found.get("Item", {})
    running, waiting = (len(item.get(each, {}).get("L", ())) for each in ("running", "waiting"))
    return running, waiting


def send(user_http: Http, number: int) -> str:
    """Upload a model and return its id."""
    reserved = user_http.post(
        "/api/v1/models/upload",
        json={"name": f"model {number}", "model_type": "sklearn", "file_name": "model.pkl"},
    ).json()["data"]
    content = pickle.dumps(LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0 + number]))
    form = reserved["upload"]
    sent = requests.post(
        form["url"], data=form["fields"], files={"file": content}, timeout=TIMEOUT_S
    )
    assert sent.status_code in (200, 201, 204), sent.text
    model_id: str = reserved["model"]["id"]
    return model_id


def test_of_an_owners_files_two_are_converted_at_once_and_all_become_ready(
    user_http: Http, registered_user: RegisteredUser, deployed: Deployed
) -> None:
    models = [send(user_http, number) for number in range(FILES)]
    seen: list[tuple[int, int]] = []
    shown: list[Any] = []

    for model_id in models:
        status = "pending_upload"
        while status in ("pending_upload", "converting"):
            seen.append(turns(deployed, registered_user.id))
            response = user_http.get(f"/api/v1/models/{model_id}?wait=1")
            status = response.json()["data"]["model"]["status"]
        shown.append(status)

    assert shown == ["ready"] * FILES
    assert max(running for running, _ in seen) == 2
    assert max(waiting for _, waiting in seen) >= 1
