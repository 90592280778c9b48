"""Which version an address means, and for how long what was read is kept."""

import pytest

from inferx.errors import NotFound
from inferx.serving.loading import Models
from inferx.storage.signed import model_records
from tests.support import stored_models
from tests.support.prediction import Server
from tools import onnx_models
from tools.cloud import Cloud

ROW = [1, 2]


def summing(server: Server, version: int = 1) -> str:
    """Store a ready version of the owner's ``iris``."""
    return stored_models.store(server.owner, onnx_models.summing(), version=version)


def test_a_name_means_its_newest_ready_version(server: Server) -> None:
    newest = summing(server, 2)
    stored_models.point(server.owner, (newest, 2))

    assert server.predict("iris", ROW).json()["model"]["id"] == newest


def test_an_alias_means_the_version_it_was_set_to(server: Server) -> None:
    first, newest = summing(server, 1), summing(server, 2)
    stored_models.point(server.owner, (newest, 2), aliases={"champion": (first, 1)})

    assert server.predict("iris@champion", ROW).json()["model"]["version"] == 1


def test_a_version_is_found_by_its_number(server: Server) -> None:
    third = summing(server, 3)

    assert server.predict("iris:3", ROW).json()["model"]["id"] == third


@pytest.mark.parametrize("address", ["iris", "iris@champion"])
def test_a_new_version_serves_by_name_within_two_seconds(
    server: Server, moment: list[float], address: str
) -> None:
    first, second = summing(server, 1), summing(server, 2)
    stored_models.point(server.owner, (first, 1), aliases={"champion": (first, 1)})
    server.predict(address, ROW)

    stored_models.point(server.owner, (second, 2), aliases={"champion": (second, 2)})
    moment[0] = 2

    assert server.predict(address, ROW).json()["model"]["version"] == 2


@pytest.mark.parametrize("address", ["iris", "iris@champion", "iris:1"])
def test_a_warm_prediction_by_name_makes_no_aws_call(
    server: Server, calls: list[str], moment: list[float], address: str
) -> None:
    model_id = summing(server)
    stored_models.point(server.owner, (model_id, 1), aliases={"champion": (model_id, 1)})
    server.predict(address, ROW)
    calls.clear()

    moment[0] = 1.9

    assert server.predict(address, ROW).status == 200
    assert calls == []


def test_after_two_seconds_only_the_pointer_of_a_name_is_read_again(
    server: Server, calls: list[str], moment: list[float]
) -> None:
    stored_models.point(server.owner, (summing(server), 1))
    server.predict("iris", ROW)
    calls.clear()

    moment[0] = 2
    server.predict("iris", ROW)

    assert calls == ["GetItem"]


def test_a_version_by_number_is_looked_up_once_in_half_a_minute(
    server: Server, calls: list[str], moment: list[float]
) -> None:
    summing(server)
    server.predict("iris:1", ROW)
    calls.clear()

    moment[0] = 29
    server.predict("iris:1", ROW)
    assert calls == []

    moment[0] = 30
    server.predict("iris:1", ROW)
    assert calls == ["Query", "GetItem"]


def test_after_half_a_minute_only_the_record_is_read_again(
    server: Server, calls: list[str], moment: list[float]
) -> None:
    model_id = summing(server)
    server.predict(model_id, ROW)
    calls.clear()

    moment[0] = 30
    server.predict(model_id, ROW)

    assert calls == ["GetItem"]


def test_a_deleted_model_is_gone_within_half_a_minute(
    server: Server, models: Models, moment: list[float]
) -> None:
    model_id = summing(server)
    server.predict(model_id, ROW)

    stored_models.delete(model_id)
    moment[0] = 30

    assert server.predict(model_id, ROW).status == 404
    assert models._opener.opened(model_id) is None


def test_a_name_serves_its_older_version_as_soon_as_the_newest_is_found_deleted(
    server: Server, moment: list[float]
) -> None:
    older, newest = summing(server, 1), summing(server, 2)
    stored_models.point(server.owner, (newest, 2))
    server.predict("iris", ROW)
    moment[0] = 29  # the pointer is read again, the record is about to expire
    server.predict("iris", ROW)

    stored_models.delete(newest)
    stored_models.point(server.owner, (older, 1))
    moment[0] = 30

    assert server.predict("iris", ROW).json()["model"]["version"] == 1


def test_a_name_that_points_to_a_deleted_version_is_not_found(server: Server) -> None:
    model_id = summing(server)
    stored_models.point(server.owner, (model_id, 1))
    stored_models.delete(model_id)

    assert server.predict("iris", ROW).status == 404


@pytest.mark.parametrize(
    "address", ["other", "iris@none", "iris:7", "iris:x", "iris:1@a", "@a", ":1", "x" * 200, "a:"]
)
def test_an_address_without_a_model_is_not_found(server: Server, address: str) -> None:
    stored_models.point(server.owner, (summing(server), 1))

    assert server.predict(address, ROW).status == 404


def test_a_name_without_a_ready_version_is_a_conflict(server: Server) -> None:
    stored_models.point(server.owner, None)

    assert server.predict("iris", ROW).status == 409


def test_a_name_with_none_ready_shows_the_newest_versions_status(server: Server) -> None:
    stored_models.store(server.owner, None, version=1, status="failed")
    stored_models.store(server.owner, None, version=2, status="converting")
    stored_models.point(server.owner, None)

    response = server.predict("iris", ROW)

    assert response.status == 409
    assert "converting" in response.json()["detail"]


def test_names_are_the_callers_own(server: Server) -> None:
    stored_models.point(server.owner, (summing(server), 1))

    assert server.predict("iris", ROW, user="owner-2").status == 404


def test_another_users_open_model_is_forbidden_without_an_aws_call(
    server: Server, calls: list[str]
) -> None:
    model_id = summing(server)
    server.predict(model_id, ROW)
    calls.clear()

    assert server.predict(model_id, ROW, user="owner-2").status == 403
    assert calls == []


def test_readiness_is_read_and_not_remembered(server: Server) -> None:
    model_id = summing(server)
    stored_models.point(server.owner, (model_id, 1))
    route = "GET /v2/models/{name}/ready"
    assert server.call(route, {"name": "iris"}).status == 200

    stored_models.delete(model_id)

    assert server.call(route, {"name": "iris"}).status == 404


def test_an_unknown_version_is_not_found_by_its_record(models: Models) -> None:
    with pytest.raises(NotFound):
        models.record("owner-1", "iris:1")


def test_a_record_is_read_as_pynamodb_wrote_it(db: Cloud) -> None:
    model_id = stored_models.store("owner-1", b"content", name="a name", version=12)

    record = model_records.read_record(model_id)

    assert record is not None
    assert (record.owner_id, record.name, record.version) == ("owner-1", "a name", 12)
    assert (record.status, record.session_memory) == ("ready", 1_000_000)
    assert record.sha256 is not None
    assert len(record.sha256) == 64
