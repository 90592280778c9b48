"""Finding, opening, keeping and forgetting models."""

from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from inferx.errors import NotFound, Unavailable
from inferx.serving import loading, ttl_cache
from inferx.serving.artifacts import Artifacts
from inferx.storage.signed import json_api, model_records, s3
from tests.support import stored_models
from tests.support.prediction import Server
from tools import onnx_models
from tools.cloud import Cloud
from tools.lambdas import app

ROW = [1, 2]


@pytest.fixture
def calls(server: Server, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every AWS call that is made from now on."""
    made: list[str] = []
    call, get_object = json_api.call, s3.get_object

    def counted_call(service: str, operation: str, parameters: dict[str, Any]) -> Any:
        made.append(operation)
        return call(service, operation, parameters)

    def counted_get(bucket: str, key: str) -> Any:
        made.append("GetObject")
        return get_object(bucket, key)

    monkeypatch.setattr(json_api, "call", counted_call)
    monkeypatch.setattr(s3, "get_object", counted_get)
    return made


@pytest.fixture
def moment(server: Server, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds on the clock of the record cache."""
    seconds = [0.0]
    loaded = app("PredictFunction").model_pool.models
    monkeypatch.setattr(
        loaded, "_known", ttl_cache.TtlCache(loading.RECORD_SECONDS, lambda: seconds[0])
    )
    return seconds


def test_a_cold_model_costs_two_aws_calls_and_a_warm_one_none(
    server: Server, calls: list[str]
) -> None:
    model_id = stored_models.store(server.owner, onnx_models.summing())

    server.predict(model_id, ROW)
    assert sorted(calls) == ["GetItem", "GetObject"]

    calls.clear()
    assert server.predict(model_id, ROW).json()["prediction"] == 3
    assert calls == []


def test_after_half_a_minute_only_the_record_is_read_again(
    server: Server, calls: list[str], moment: list[float]
) -> None:
    model_id = stored_models.store(server.owner, onnx_models.summing())
    server.predict(model_id, ROW)
    calls.clear()

    moment[0] = 30
    server.predict(model_id, ROW)

    assert calls == ["GetItem"]


def test_a_deleted_model_is_gone_within_half_a_minute(server: Server, moment: list[float]) -> None:
    model_id = stored_models.store(server.owner, onnx_models.summing())
    server.predict(model_id, ROW)

    stored_models.delete(model_id)
    moment[0] = 30

    assert server.predict(model_id, ROW).status == 404
    assert len(app("PredictFunction").model_pool.models._sessions) == 0


def test_a_closed_model_opens_again_from_its_file(server: Server, calls: list[str]) -> None:
    model_id = stored_models.store(server.owner, onnx_models.summing())
    server.predict(model_id, ROW)
    app("PredictFunction").model_pool.models._sessions.drop(model_id)
    calls.clear()

    assert server.predict(model_id, ROW).status == 200
    assert calls == []


def test_a_damaged_copy_is_read_again(server: Server, calls: list[str]) -> None:
    model_id = stored_models.store(server.owner, onnx_models.summing())
    server.predict(model_id, ROW)
    models = app("PredictFunction").model_pool.models
    models._sessions.drop(model_id)
    models._artifacts.path(model_id).write_bytes(b"damaged")
    calls.clear()

    assert server.predict(model_id, ROW).status == 200
    assert calls == ["GetObject"]


def test_a_name_means_its_newest_ready_version(server: Server) -> None:
    newest = stored_models.store(server.owner, onnx_models.summing(), version=2)
    stored_models.point(server.owner, (newest, 2))

    assert server.predict("iris", ROW).json()["model"]["id"] == newest


def test_an_alias_means_the_version_it_was_set_to(server: Server) -> None:
    first = stored_models.store(server.owner, onnx_models.summing(), version=1)
    newest = stored_models.store(server.owner, onnx_models.summing(), version=2)
    stored_models.point(server.owner, (newest, 2), aliases={"champion": (first, 1)})

    assert server.predict("iris@champion", ROW).json()["model"]["version"] == 1


def test_a_version_is_found_by_its_number(server: Server) -> None:
    third = stored_models.store(server.owner, onnx_models.summing(), version=3)

    assert server.predict("iris:3", ROW).json()["model"]["id"] == third


@pytest.mark.parametrize(
    "address", ["other", "iris@nobody", "iris:7", "iris:x", "iris:1@a", "@a", ":1", "x" * 200, "a:"]
)
def test_what_no_address_means_is_not_found(server: Server, address: str) -> None:
    model_id = stored_models.store(server.owner, onnx_models.summing())
    stored_models.point(server.owner, (model_id, 1))

    assert server.predict(address, ROW).status == 404


def test_a_name_without_a_ready_version_is_a_conflict(server: Server) -> None:
    stored_models.point(server.owner, None)

    assert server.predict("iris", ROW).status == 409


def test_a_name_with_none_ready_tells_the_newest_versions_status(server: Server) -> None:
    stored_models.store(server.owner, None, version=1, status="failed")
    stored_models.store(server.owner, None, version=2, status="converting")
    stored_models.point(server.owner, None)

    answer = server.predict("iris", ROW)

    assert answer.status == 409
    assert "converting" in answer.json()["detail"]


def test_names_are_the_callers_own(server: Server) -> None:
    model_id = stored_models.store(server.owner, onnx_models.summing())
    stored_models.point(server.owner, (model_id, 1))

    assert server.predict("iris", ROW, user="owner-2").status == 404


def test_a_file_that_is_no_model_is_our_fault(server: Server) -> None:
    model_id = stored_models.store(server.owner, b"no model")

    assert server.predict(model_id, ROW).status == 500


def test_a_refusal_of_dynamodb_is_a_503(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def declined(*_: object) -> None:
        raise json_api.Declined("ResourceNotFoundException")

    monkeypatch.setattr(json_api, "call", declined)

    assert server.predict("iris", ROW).status == 503


@pytest.mark.parametrize(
    ("code", "status"), [("NoSuchKey", 500), ("AccessDenied", 500), ("ExpiredToken", 503)]
)
def test_a_refusal_of_s3_is_told_apart(
    server: Server, monkeypatch: pytest.MonkeyPatch, code: str, status: int
) -> None:
    model_id = stored_models.store(server.owner, onnx_models.summing())

    def declined(*_: object) -> None:
        raise json_api.Declined(code)

    monkeypatch.setattr(s3, "get_object", declined)

    assert server.predict(model_id, ROW).status == status


def test_the_folder_of_files_is_bounded(db: Cloud, tmp_path: Path) -> None:
    content = onnx_models.summing()
    artifacts = Artifacts(tmp_path, capacity=len(content) * 2)
    ids = [stored_models.store("owner-1", content, version=number) for number in (1, 2, 3)]

    for model_id in ids:
        artifacts.download("owner-1", model_id)

    assert [artifacts.path(model_id).exists() for model_id in ids] == [False, True, True]


class _BreaksOff(BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise ConnectionResetError


@pytest.mark.parametrize("content", [BytesIO(b"too short"), _BreaksOff()])
def test_a_download_that_breaks_off_leaves_nothing(
    db: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: BytesIO
) -> None:
    monkeypatch.setattr(s3, "get_object", lambda *_: nullcontext((100, content)))
    artifacts = Artifacts(tmp_path, capacity=1_000)

    with pytest.raises(Unavailable):
        artifacts.download("owner-1", "model-1")

    assert list(tmp_path.iterdir()) == []


def test_a_record_is_read_as_pynamodb_wrote_it(db: Cloud) -> None:
    model_id = stored_models.store("owner-1", b"content", name="a name", version=12)

    record = model_records.read_record(model_id)

    assert record is not None
    assert (record.owner_id, record.name, record.version) == ("owner-1", "a name", 12)
    assert (record.status, record.session_memory) == ("ready", 1_000_000)
    assert record.sha256 is not None
    assert len(record.sha256) == 64


def test_frozen_batches_are_run_row_by_row(server: Server) -> None:
    about = onnx_models.signature(inputs=[onnx_models.tensor("X", shape=(1, 2))])
    model_id = stored_models.store(server.owner, onnx_models.summing(about))

    assert server.predict(model_id, [[1, 2], [3, 4]]).json()["prediction"] == [3, 7]


def test_shapes_that_do_not_go_together_are_the_clients_mistake(server: Server) -> None:
    about = onnx_models.signature(
        inputs=[onnx_models.tensor("X", shape=(None, None))],
        features=None,
    )
    content = onnx_models.matching(about)
    model_id = stored_models.store(server.owner, content)

    assert server.predict(model_id, [[1, 2, 3]]).status == 400


def test_an_unknown_version_is_not_found_by_its_record(db: Cloud) -> None:
    with pytest.raises(NotFound):
        loading.Models(1024).record("owner-1", "iris:1")
