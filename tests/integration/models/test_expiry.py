"""What ends by itself."""

from inferx.entities.models import ModelVersion
from inferx.plans import Plan
from inferx.registry import expiry
from inferx.registry.records import find
from inferx.storage.tables.models import ModelItem
from tests.integration.models.conftest import (
    UPLOAD,
    Api,
    Reserve,
    Storage,
    make_overdue,
    record,
    send,
)
from tools.cloud import Cloud


def stored(model_id: str) -> ModelVersion:
    """Return a version that there is."""
    model = find(model_id)
    assert model is not None
    return model


def test_an_unused_reservation_is_gone_from_the_list_and_the_quota(
    reserve: Reserve, api: Api, storage: Storage
) -> None:
    make_overdue(reserve(file_size=50)["model"]["id"])

    listed = api("GET").json()

    assert (listed["data"], listed["meta"]["total"]) == ([], 0)
    assert storage() == (0, 0)


def test_an_unused_reservation_is_not_found(reserve: Reserve, api: Api, storage: Storage) -> None:
    model = reserve(file_size=50)["model"]
    make_overdue(model["id"])

    assert api("GET", f"/{model['id']}").status_code == 404
    assert storage() == (0, 0)


def test_unused_reservations_make_room_for_a_new_one(
    reserve: Reserve, api: Api, small_plan: Plan
) -> None:
    for _ in range(3):
        make_overdue(reserve(file_size=30)["model"]["id"])

    response = api("POST", "/upload", json=UPLOAD | {"file_size": 60})

    assert response.status_code == 201, response.text
    assert response.json()["data"]["model"]["version"] == 4


def test_a_reservation_in_time_is_kept(reserve: Reserve, api: Api) -> None:
    model = reserve()["model"]

    assert not expiry.release(stored(model["id"]))
    assert api("GET").json()["meta"]["total"] == 1


def test_a_file_that_arrives_meanwhile_keeps_its_reservation(reserve: Reserve) -> None:
    model = reserve()["model"]
    make_overdue(model["id"])
    lapsed = stored(model["id"])
    record(model["id"]).update([ModelItem.status.set("converting")])

    assert not expiry.release(lapsed)


def test_a_reservation_renamed_meanwhile_is_counted_out_of_its_new_name(
    reserve: Reserve, api: Api
) -> None:
    model = reserve()["model"]
    reserve()
    make_overdue(model["id"])
    before = stored(model["id"])
    api("PUT", f"/{model['id']}", json={"name": "other"})

    assert expiry.release(before)

    assert api("GET", "/names/iris").json()["data"]["name"]["versions"] == 1
    assert api("GET", "/names/other").status_code == 404


def test_a_file_that_arrives_too_late_is_removed(reserve: Reserve, api: Api, db: Cloud) -> None:
    data = reserve()
    make_overdue(data["model"]["id"])
    api("GET")
    send(data["upload"])

    db.deliver("IngestQueue", "IngestFunction")

    assert db.object_versions() == []


def test_a_conversion_that_never_came_back_fails(
    reserve: Reserve, api: Api, storage: Storage
) -> None:
    model_id = reserve(file_size=50)["model"]["id"]
    record(model_id).update([ModelItem.status.set("converting")])
    make_overdue(model_id)

    api("GET")

    model = api("GET", f"/{model_id}").json()["data"]["model"]
    assert model["status"] == "failed"
    assert "did not finish" in model["error"]
    assert storage() == (0, 1)
