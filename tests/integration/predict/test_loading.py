"""Opening models: what is read, what is kept, and what is wrong when it fails."""

from contextlib import nullcontext
from io import BytesIO
from pathlib import Path

import pytest

from inferx import deadline
from inferx.errors import Unavailable
from inferx.serving.artifacts import Artifacts
from inferx.serving.loading import Models
from inferx.storage.signed import json_api, s3
from inferx.storage.signed.exchange import Declined
from tests.support import stored_models
from tests.support.prediction import Server
from tools import onnx_models
from tools.cloud import Cloud

ROW = [1, 2]


def test_a_cold_model_costs_two_aws_calls_and_a_warm_one_none(
    server: Server, calls: list[str]
) -> None:
    model_id = stored_models.store(server.owner, onnx_models.summing())

    server.predict(model_id, ROW)
    assert sorted(calls) == ["GetItem", "GetObject"]

    calls.clear()
    assert server.predict(model_id, ROW).json()["prediction"] == 3
    assert calls == []


def test_a_closed_model_opens_again_from_its_file(
    server: Server, models: Models, calls: list[str]
) -> None:
    model_id = stored_models.store(server.owner, onnx_models.summing())
    server.predict(model_id, ROW)
    models._opener._sessions.drop(model_id)
    calls.clear()

    assert server.predict(model_id, ROW).status == 200
    assert calls == []


def test_a_damaged_copy_is_read_again(server: Server, models: Models, calls: list[str]) -> None:
    model_id = stored_models.store(server.owner, onnx_models.summing())
    server.predict(model_id, ROW)
    models._opener._sessions.drop(model_id)
    Path(models._opener._artifacts.path(model_id)).write_bytes(b"damaged")
    calls.clear()

    assert server.predict(model_id, ROW).status == 200
    assert calls == ["GetObject"]


def test_a_file_that_is_no_model_is_a_server_error(server: Server) -> None:
    model_id = stored_models.store(server.owner, b"no model")

    assert server.predict(model_id, ROW).status == 500


def test_a_refusal_of_dynamodb_is_a_503(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def declined(*_: object) -> None:
        raise Declined("ResourceNotFoundException")

    monkeypatch.setattr(json_api, "call", declined)

    assert server.predict("iris", ROW).status == 503


@pytest.mark.parametrize(
    ("code", "status"), [("NoSuchKey", 500), ("AccessDenied", 500), ("ExpiredToken", 503)]
)
def test_refusals_of_s3_are_distinguished(
    server: Server, monkeypatch: pytest.MonkeyPatch, code: str, status: int
) -> None:
    model_id = stored_models.store(server.owner, onnx_models.summing())

    def declined(*_: object) -> None:
        raise Declined(code)

    monkeypatch.setattr(s3, "get_object", declined)

    assert server.predict(model_id, ROW).status == status


def test_an_unforeseen_error_while_the_object_is_read_reaches_the_caller(
    server: Server, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    model_id = stored_models.store(server.owner, onnx_models.summing())

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(s3, "get_object", fail)

    with pytest.raises(ZeroDivisionError):
        models.load(server.owner, model_id)


def test_the_object_is_read_within_the_invocations_deadline(
    server: Server, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    model_id = stored_models.store(server.owner, onnx_models.summing())
    left: list[float] = []

    def get_object(*_: object) -> None:
        left.append(deadline.remaining(60))
        raise OSError

    monkeypatch.setattr(s3, "get_object", get_object)
    server.predict(model_id, ROW)

    assert left[0] < 29


def test_the_folder_of_files_is_bounded(db: Cloud, tmp_path: Path) -> None:
    content = onnx_models.summing()
    artifacts = Artifacts(tmp_path, capacity=len(content) * 2)
    ids = [stored_models.store("owner-1", content, version=number) for number in (1, 2, 3)]

    for model_id in ids:
        artifacts.download("owner-1", model_id)

    assert [Path(artifacts.path(model_id)).exists() for model_id in ids] == [False, True, True]


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


def test_a_download_ends_at_the_invocations_deadline(
    db: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = BytesIO(bytes(10_000_000))
    monkeypatch.setattr(s3, "get_object", lambda *_: nullcontext((10_000_000, content)))
    deadline.start(0)

    with pytest.raises(Unavailable):
        Artifacts(tmp_path, capacity=1 << 30).download("owner-1", "model-1")

    assert content.tell() < 10_000_000  # the rest was not read


def test_frozen_batches_are_run_row_by_row(server: Server) -> None:
    about = onnx_models.signature(inputs=[onnx_models.tensor("X", shape=(1, 2))])
    model_id = stored_models.store(server.owner, onnx_models.summing(about))

    assert server.predict(model_id, [[1, 2], [3, 4]]).json()["prediction"] == [3, 7]


def test_shapes_that_do_not_go_together_are_a_bad_request(server: Server) -> None:
    about = onnx_models.signature(
        inputs=[onnx_models.tensor("X", shape=(None, None))],
        features=None,
    )
    model_id = stored_models.store(server.owner, onnx_models.matching(about))

    assert server.predict(model_id, [[1, 2, 3]]).status == 400
