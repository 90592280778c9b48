"""Rows that are sent with a file: where they go, who gets them, when they are gone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from inferx.errors import Unavailable
from inferx.samples import MOST_ROWS, SENT_BYTES
from inferx.storage import functions, objects
from inferx.storage.functions import FunctionFailed
from inferx.storage.object_keys import samples_key
from tests.integration.models.conftest import (
    FILE,
    Api,
    Reserve,
    Upload,
    make_overdue,
    record,
    send,
)
from tests.support.fake_converter import FakeConverter, key_of
from tests.support.real_converter import convert_in_process
from tools.cloud import Cloud
from tools.template import resources

ROUTE = "/api/v1/models/upload"
ROWS = [[5.1, 3.5], {"sepal width": None, "sepal length": "é"}]

type Deliver = Callable[[], list[Any]]


def stored(db: Cloud) -> list[str]:
    return [key for key in db.object_versions() if key.startswith("samples/")]


def test_rows_are_an_object_of_their_own_that_starts_no_conversion(
    reserve: Reserve, deliver: Deliver, db: Cloud, test_user: dict[str, Any]
) -> None:
    deliver()  # the message that S3 sends when events are set up

    model = reserve(samples=ROWS)["model"]

    assert stored(db) == [samples_key(test_user["id"], model["id"])]
    assert deliver() == []
    assert "sepal" not in str(record(model["id"]).attribute_values)
    assert "samples" not in model


def test_rows_sent_with_a_file_start_no_conversion() -> None:
    bucket = resources("AWS::S3::Bucket")["Bucket"]
    notified = {
        each["Queue"]["Fn::GetAtt"][0]: each["Filter"]["S3Key"]["Rules"]
        for each in bucket["NotificationConfiguration"]["QueueConfigurations"]
    }

    assert notified["IngestQueue"] == [{"Name": "prefix", "Value": "uploads/"}]
    assert not samples_key("owner", "model").startswith("uploads/")


def test_the_converter_gets_the_rows_and_the_part(
    upload: Upload, sandbox: FakeConverter, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []

    def look() -> None:
        url = sandbox.requests[-1].samples_url
        assert url is not None
        read.append(requests.get(url, timeout=5).content)

    sandbox.meanwhile = look

    assert upload(samples=ROWS, part="fitted.model")["status"] == "ready"

    (request,) = sandbox.requests
    assert json.loads(read[0]) == ROWS
    assert request.samples_size == len(read[0])
    assert request.part == "fitted.model"


def test_the_converter_gets_neither_where_there_are_none(
    upload: Upload, sandbox: FakeConverter
) -> None:
    upload()

    (request,) = sandbox.requests
    assert (request.part, request.samples_url, request.samples_size) == (None, None, None)


def test_rows_are_gone_once_the_model_is_ready(upload: Upload, db: Cloud) -> None:
    upload(samples=ROWS)

    assert stored(db) == []


def test_rows_that_cannot_be_removed_now_leave_the_model_ready(
    upload: Upload, db: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(prefix: str) -> None:
        assert prefix.startswith("samples/")
        raise Unavailable

    monkeypatch.setattr(objects, "delete_all", fail)

    assert upload(samples=ROWS)["status"] == "ready"
    assert len(stored(db)) == 1


def test_a_rule_of_the_bucket_removes_what_remains() -> None:
    rules = resources("AWS::S3::Bucket")["Bucket"]["LifecycleConfiguration"]["Rules"]

    assert {"Prefix": "samples/", "ExpirationInDays": 1}.items() <= next(
        rule for rule in rules if rule["Id"] == "samples"
    ).items()


def test_rows_are_gone_once_the_model_has_failed(
    upload: Upload, sandbox: FakeConverter, db: Cloud
) -> None:
    sandbox.refuse("Sample 1 is no row that this model takes.")

    assert upload(samples=ROWS)["status"] == "failed"
    assert stored(db) == []


def test_a_conversion_that_is_tried_again_finds_the_rows(
    reserve: Reserve, deliver: Deliver, sandbox: FakeConverter, db: Cloud
) -> None:
    data = reserve(samples=ROWS)
    assert send(data["upload"]).status_code == 204
    sandbox.failure = FunctionFailed("ServiceException")
    deliver()
    item = record(data["model"]["id"])
    item.update([type(item).converting_since.set("2020-01-01T00:00:00Z")])
    sandbox.failure = None

    deliver()

    assert [key_of(request.samples_url or "") for request in sandbox.requests] == [
        samples_key(item.owner_id, item.id)
    ] * 2
    assert record(item.id).status == "ready"


def test_rows_are_deleted_with_the_model(reserve: Reserve, api: Api, db: Cloud) -> None:
    model = reserve(samples=ROWS)["model"]

    assert api("DELETE", f"/{model['id']}").status_code == 200

    assert db.object_versions() == []


def test_rows_of_a_reservation_that_lapsed_are_removed(
    reserve: Reserve, api: Api, db: Cloud
) -> None:
    make_overdue(reserve(samples=ROWS)["model"]["id"])
    api("GET")  # ends it

    api("GET")

    assert db.object_versions() == []


def test_rows_do_not_count_in_the_quota(
    reserve: Reserve, storage: Callable[[], tuple[int, int]]
) -> None:
    reserve(samples=ROWS, file_size=len(FILE))

    assert storage() == (len(FILE), 1)


@pytest.mark.parametrize(
    ("samples", "sentence"),
    [
        ([], "Send a list of 1 to 1,000 rows"),
        ([[1.0]] * (MOST_ROWS + 1), "Send a list of 1 to 1,000 rows"),
        ([[1.0], 2.0], "each an object of features, a list of values or an image in base64"),
        ({"a": 1}, "Send a list of 1 to 1,000 rows"),
        ([["x" * SENT_BYTES]], "May have at most 204,800 bytes and has 204,806; send fewer rows."),
    ],
)
def test_rows_that_are_none_are_refused(api: Api, samples: Any, sentence: str) -> None:
    fields = {"name": "iris", "model_type": "sklearn", "file_name": "iris.pkl"}

    response = api("POST", "/upload", json=fields | {"samples": samples})

    assert response.status_code == 422
    (fault,) = response.json()["detail"]
    assert fault["loc"] == ["body", "samples"]
    assert sentence in fault["msg"]


@pytest.mark.parametrize("part", ["", "x" * 201, 1])
def test_a_part_that_is_no_name_is_refused(api: Api, part: Any) -> None:
    fields = {"name": "iris", "model_type": "sklearn", "file_name": "iris.pkl"}

    response = api("POST", "/upload", json=fields | {"part": part})

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "part"]


@pytest.mark.process
@pytest.mark.slow
def test_the_real_converter_shows_the_agreement_and_the_example(
    reserve: Reserve, api: Api, db: Cloud, temp_model_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(functions, "invoke", convert_in_process)
    data = reserve(samples=[[5.1, 3.5, 1.4, 0.2], [6, 3, 5, 2]])
    assert send(data["upload"], temp_model_file.read_bytes()).status_code == 204

    db.deliver("IngestQueue", "IngestFunction")

    model = api("GET", f"/{data['model']['id']}").json()["data"]["model"]
    assert model["parity"]["samples"] == {"rows": 2, "agreed": 2}
    assert model["example"] == {"input": [5.1, 3.5, 1.4, 0.2]}
