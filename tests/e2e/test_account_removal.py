"""An account with a model, a key and a webhook is exported and deleted on the deployed stack."""

import time
from typing import Any

import pytest

from inferx.storage.item_keys import user_key
from local.deployed import Deployed
from tests.e2e.conftest import Http, RegisteredUser
from tests.e2e.test_main_path import ready_model

pytestmark = pytest.mark.slow

TABLES = ("UsersTable", "CredentialsTable", "ModelsTable", "JobsTable", "WebhooksTable")
LONGEST_S = 60.0
AUTH = "/api/v1/auth"


def traces(deployed: Deployed, user: RegisteredUser) -> list[str]:
    """Return the keys of all items and objects that name a user."""
    dynamodb, s3 = deployed.client("dynamodb"), deployed.client("s3")
    found = [
        str(item["pk"]["S"])
        for table in TABLES
        for page in dynamodb.get_paginator("scan").paginate(TableName=deployed.resource(table))
        for item in page["Items"]
        if user.id in str(item) or user.email in str(item)
    ]
    bucket = deployed.resource("Bucket")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        stored = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        found += [each["Key"] for each in stored if user.id in each["Key"]]
    return found


def test_a_deleted_account_is_gone_and_its_address_is_free(
    http: Http, user_http: Http, deployed: Deployed, registered_user: RegisteredUser
) -> None:
    model = ready_model(user_http, "iris")
    key = user_http.post(f"{AUTH}/api-keys", json={"name": "notebook"}).json()["data"]["api_key"]
    webhook = {"url": "http://127.0.0.1:9/", "events": ["job.finished"]}  # never sent
    assert user_http.post("/api/v1/webhooks", json=webhook).status_code == 201
    account = {"email": registered_user.email, "password": registered_user.password}

    exported: dict[str, Any] = user_http.get(f"{AUTH}/me/export").json()["data"]
    before = traces(deployed, registered_user)
    left = user_http.delete(f"{AUTH}/me", json={"current_password": registered_user.password})
    refused = http.post(f"{AUTH}/login", json=account)
    end = time.monotonic() + LONGEST_S
    # The user's item stays until no request can be running that was let in before.
    while (after := traces(deployed, registered_user)) not in ([], [user_key(registered_user.id)]):
        assert time.monotonic() < end, after
        time.sleep(0.2)

    assert [each["id"] for each in exported["models"]] == [model["id"]]
    assert [each["id"] for each in exported["api_keys"]] == [key["id"]]
    assert [each["url"] for each in exported["webhooks"]] == [webhook["url"]]
    assert len(before) > 8
    assert (left.status_code, refused.status_code) == (200, 401)
    assert http.post(f"{AUTH}/register", json=account).status_code == 201
