"""S3's events: late, twice, in the wrong order, for no model; conversions that break."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from inferx.plans import Plan
from inferx.storage.functions import FunctionFailed
from inferx.storage.tables.models import ModelItem
from tests.integration.models.conftest import FILE, Api, Reserve, Storage, Upload, record, send
from tests.support.fake_converter import FakeConverter, manifest
from tools.cloud import Cloud

type Deliver = Callable[[], list[Any]]


def test_a_second_upload_over_a_used_form_is_ignored_and_removed(
    reserve: Reserve, deliver: Deliver, sandbox: FakeConverter, db: Cloud
) -> None:
    data = reserve()
    send(data["upload"])
    deliver()
    before = db.object_versions()

    send(data["upload"], b"another file")
    deliver()

    assert len(sandbox.requests) == 1
    assert record(data["model"]["id"]).file_size == len(FILE)
    assert sorted(db.object_versions()) == sorted(before)


def test_of_two_uploads_one_is_converted(
    reserve: Reserve, deliver: Deliver, sandbox: FakeConverter
) -> None:
    data = reserve()
    send(data["upload"])
    send(data["upload"], b"another file")

    deliver()

    assert len(sandbox.requests) == 1
    assert record(data["model"]["id"]).status == "ready"


def test_an_event_while_converting_changes_nothing(
    reserve: Reserve, deliver: Deliver, sandbox: FakeConverter, db: Cloud
) -> None:
    data = reserve()
    send(data["upload"])
    db.repeat("IngestQueue")
    seen: list[str] = []

    def deliver_the_other_once() -> None:
        if not seen:
            seen.append(record(data["model"]["id"]).status)
            deliver()

    sandbox.meanwhile = deliver_the_other_once

    deliver()

    assert seen == ["converting"]
    assert len(sandbox.requests) == 1


def test_a_conversion_whose_worker_died_is_taken_up_again(
    reserve: Reserve, deliver: Deliver, sandbox: FakeConverter
) -> None:
    data = reserve()
    send(data["upload"])
    sandbox.failure = FunctionFailed("Unhandled")
    deliver()
    model = record(data["model"]["id"])
    model.update([ModelItem.converting_since.set("2020-01-01T00:00:00Z")])
    sandbox.failure = None

    deliver()

    assert record(model.id).status == "ready"


def test_a_message_comes_again_when_the_sandbox_breaks(
    reserve: Reserve, deliver: Deliver, sandbox: FakeConverter
) -> None:
    data = reserve()
    send(data["upload"])
    sandbox.failure = FunctionFailed("Unhandled")

    results = deliver()

    assert any(result["batchItemFailures"] for result in results)
    assert record(data["model"]["id"]).status == "converting"


def test_the_last_try_records_the_failure(
    reserve: Reserve, db: Cloud, sandbox: FakeConverter, storage: Storage
) -> None:
    data = reserve()
    send(data["upload"])
    sandbox.failure = FunctionFailed("Unhandled")

    results = db.deliver("IngestQueue", "IngestFunction", receives=3)

    assert any(result["batchItemFailures"] for result in results)
    model = record(data["model"]["id"])
    assert model.status == "failed"
    assert "our own" in str(model.error)
    assert storage() == (0, 1)


@pytest.mark.parametrize("kind", ["Sandbox.Timedout", "Runtime.ExitError"])
def test_a_file_that_exhausts_the_sandbox_is_refused_at_once(
    upload: Upload, sandbox: FakeConverter, kind: str
) -> None:
    sandbox.failure = FunctionFailed(kind)

    model = upload()

    assert model["status"] == "failed"
    assert "time or memory" in model["error"]


@pytest.mark.parametrize(
    "returned",
    [
        None,
        [],
        {},
        {"status": "converted"},
        {"status": "converted", "manifest": manifest(framework="cobol")},
        {"status": "converted", "manifest": manifest(b"something else")},
        {"status": "refused"},
    ],
)
def test_a_sandbox_that_returns_nonsense_makes_no_model(
    upload: Upload, sandbox: FakeConverter, returned: Any
) -> None:
    sandbox.outcome = returned

    model = upload()

    assert model["status"] == "failed"
    assert model["error"]


def test_a_sandbox_that_leaves_nothing_makes_no_model(
    upload: Upload, sandbox: FakeConverter
) -> None:
    sandbox.result = None

    assert upload()["status"] == "failed"


def test_a_failed_conversion_frees_the_bytes_and_leaves_no_result(
    upload: Upload, sandbox: FakeConverter, storage: Storage, db: Cloud
) -> None:
    sandbox.outcome = {"status": "converted", "manifest": manifest(b"something else")}

    upload()

    assert storage() == (0, 1)
    assert not [key for key in db.object_versions() if key.startswith("models/")]


def test_a_model_deleted_while_it_is_converted_leaves_nothing(
    reserve: Reserve,
    deliver: Deliver,
    sandbox: FakeConverter,
    api: Api,
    db: Cloud,
) -> None:
    data = reserve()
    send(data["upload"])
    path = f"/{data['model']['id']}"
    sandbox.meanwhile = lambda: api("DELETE", path)

    deliver()

    assert api("GET", path).status_code == 404
    assert db.object_versions() == []


def test_an_object_of_an_unknown_model_is_removed(db: Cloud, deliver: Deliver) -> None:
    boto3.client("s3").put_object(
        Bucket=db.physical["Bucket"], Key="uploads/no-owner/no-model/iris.pkl", Body=b"x"
    )

    deliver()

    assert db.object_versions() == []


def test_an_object_at_no_upload_key_is_left_alone(db: Cloud, deliver: Deliver) -> None:
    boto3.client("s3").put_object(Bucket=db.physical["Bucket"], Key="uploads/stray", Body=b"x")

    assert all(result == {"batchItemFailures": []} for result in deliver())


def test_a_file_that_is_not_as_agreed_is_removed_and_the_right_one_still_taken(
    reserve: Reserve, deliver: Deliver, db: Cloud
) -> None:
    data = reserve(sha256="0" * 64)
    key = data["model"]["file_path"]
    boto3.client("s3").put_object(Bucket=db.physical["Bucket"], Key=key, Body=FILE)

    deliver()

    assert record(data["model"]["id"]).status == "pending_upload"
    assert db.object_versions() == []


def test_a_file_of_another_size_than_agreed_is_removed(
    reserve: Reserve, deliver: Deliver, db: Cloud
) -> None:
    data = reserve(file_size=5)
    key = data["model"]["file_path"]
    boto3.client("s3").put_object(Bucket=db.physical["Bucket"], Key=key, Body=FILE)

    deliver()

    assert record(data["model"]["id"]).status == "pending_upload"
    assert db.object_versions() == []


def test_an_upload_that_does_not_fit_the_quota_fails_with_numbers(
    reserve: Reserve, deliver: Deliver, small_plan: Plan, storage: Storage
) -> None:
    first, second = reserve(), reserve()
    send(first["upload"], bytes(60))
    deliver()
    send(second["upload"], bytes(41))

    deliver()

    model = record(second["model"]["id"])
    assert model.status == "failed"
    assert "of which 40 are free" in str(model.error)
    assert storage() == (60, 2)


def test_the_arrived_size_is_what_counts(upload: Upload, storage: Storage) -> None:
    upload()

    assert storage() == (len(FILE), 1)


def test_a_file_of_another_type_than_declared_gets_a_warning(upload: Upload) -> None:
    model = upload(model_type="tensorflow")

    assert (model["status"], model["framework"]) == ("ready", "sklearn")
    assert "declared as tensorflow" in model["warnings"][0]


def test_a_manifest_too_large_to_keep_is_refused(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inferx.conversion.ingestion._MANIFEST_BYTES", 100)

    assert "more classes, inputs or outputs than can be kept" in upload()["error"]
