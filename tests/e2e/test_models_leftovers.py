"""What ends by itself on the deployed stack, each function under its own role."""

import json
from typing import Any

import pytest

from inferx.ids import new_id
from local.deployed import Deployed
from tests.e2e.conftest import Http, RegisteredUser

UPLOAD = {"name": "iris", "model_type": "sklearn", "file_name": "iris.pkl", "file_size": 50}
LONG_AGO = {"S": "2020-01-01T00:00:00Z"}


class Tables:
    """The stack's items, changed behind the functions' backs."""

    def __init__(self, deployed: Deployed) -> None:
        self.deployed = deployed
        self.dynamodb = deployed.client("dynamodb")

    def change(self, table: str, pk: str, **values: Any) -> None:
        """Set attributes of an item, making it if there is none."""
        self.dynamodb.update_item(
            TableName=self.deployed.resource(table),
            Key={"pk": {"S": pk}},
            UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in values),
            ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
        )


@pytest.fixture
def tables(deployed: Deployed) -> Tables:
    """Return the stack's items."""
    return Tables(deployed)


def reserve(http: Http) -> str:
    """Reserve a version; its id."""
    response = http.post("/api/v1/models/upload", json=UPLOAD)
    assert response.status_code == 201, response.text
    return str(response.json()["data"]["model"]["id"])


def storage(http: Http) -> tuple[int, int]:
    """Return the user's counted bytes and models."""
    counted = http.get("/api/v1/auth/me").json()["data"]["storage"]
    return counted["bytes"], counted["models"]


def reconcile(deployed: Deployed) -> dict[str, int]:
    """Run the nightly function now."""
    response = deployed.client("lambda").invoke(FunctionName=deployed.resource("ReconcileFunction"))
    assert "FunctionError" not in response, response["Payload"].read()
    found: dict[str, int] = json.loads(response["Payload"].read())
    return found


def test_an_unused_reservation_leaves_the_list_and_the_quota(
    user_http: Http, tables: Tables
) -> None:
    tables.change("ModelsTable", f"model#{reserve(user_http)}", due_at=LONG_AGO)

    assert user_http.get("/api/v1/models").json()["meta"]["total"] == 0
    assert storage(user_http) == (0, 0)


def test_an_unused_reservation_makes_room_for_an_upload(
    user_http: Http, registered_user: RegisteredUser, tables: Tables
) -> None:
    tables.change("ModelsTable", f"model#{reserve(user_http)}", due_at=LONG_AGO)
    tables.change("UsersTable", f"user#{registered_user.id}", model_count={"N": "1000"})

    reserve(user_http)

    assert storage(user_http) == (50, 1000)


def test_the_nightly_run_repairs_wrong_counters(
    user_http: Http, registered_user: RegisteredUser, tables: Tables, deployed: Deployed
) -> None:
    reserve(user_http)
    tables.change("UsersTable", f"user#{registered_user.id}", storage_bytes={"N": "7050"})

    found = reconcile(deployed)

    assert found["DriftedCounters"] >= 1
    assert found["DriftedBytes"] >= 7000
    assert storage(user_http) == (50, 1)


def test_the_nightly_run_finishes_a_half_failed_deletion(
    user_http: Http, registered_user: RegisteredUser, tables: Tables, deployed: Deployed
) -> None:
    reserve(user_http)
    model_id, owner = new_id(), registered_user.id
    bucket, key = deployed.resource("Bucket"), f"models/{owner}/{model_id}/model.onnx"
    deployed.client("s3").put_object(Bucket=bucket, Key=key, Body=b"left over")
    tables.change("ModelsTable", f"tombstone#{model_id}", owner_id={"S": owner}, due_at=LONG_AGO)

    found = reconcile(deployed)

    assert found["EndedLeftovers"] >= 1
    listed = deployed.client("s3").list_object_versions(Bucket=bucket, Prefix=key)
    assert not listed.get("Versions")
