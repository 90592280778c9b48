"""Deleting: at once, half, twice."""

from collections.abc import Callable

import boto3
import pytest

from inferx.errors import Unavailable
from inferx.storage import objects
from tests.integration.models.conftest import Api, Reserve, Storage, Upload
from tests.support.gateway import Client
from tools.cloud import Cloud


@pytest.fixture
def broken_storage(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """S3 removes nothing until the fixture is called."""
    real = objects.delete_all

    def refuse(_: str) -> None:
        raise Unavailable

    monkeypatch.setattr(objects, "delete_all", refuse)
    return lambda: monkeypatch.setattr(objects, "delete_all", real)


def test_a_version_that_an_alias_means_is_not_deleted(upload: Upload, api: Api) -> None:
    model = upload()
    api("PUT", "/names/iris/aliases/champion", json={"version": 1})

    response = api("DELETE", f"/{model['id']}")

    assert response.status_code == 409
    assert response.json()["detail"] == (
        "Version 1 of iris is what the alias champion means; "
        "move or remove the alias before deleting it."
    )


def test_the_name_then_points_to_the_next_newest(upload: Upload, api: Api) -> None:
    upload()
    upload()
    third = upload()

    api("DELETE", f"/{third['id']}")

    name = api("GET", "/names/iris").json()["data"]["name"]
    assert (name["newest_ready"]["version"], name["versions"]) == (2, 2)


def test_deleting_an_older_version_leaves_the_pointer(upload: Upload, api: Api) -> None:
    first = upload()
    upload()

    api("DELETE", f"/{first['id']}")

    assert api("GET", "/names/iris").json()["data"]["name"]["newest_ready"]["version"] == 2


def test_a_reservation_can_be_deleted_and_frees_its_quota(
    reserve: Reserve, api: Api, storage: Storage
) -> None:
    model = reserve(file_size=50)["model"]

    assert api("DELETE", f"/{model['id']}").status_code == 200
    assert storage() == (0, 0)


def test_a_model_deleted_twice_is_not_found(upload: Upload, api: Api) -> None:
    model = upload()
    api("DELETE", f"/{model['id']}")

    assert api("DELETE", f"/{model['id']}").status_code == 404


def test_every_version_of_every_object_goes(upload: Upload, api: Api, db: Cloud) -> None:
    model = upload()
    for content in (b"1", b"2"):
        boto3.client("s3").put_object(
            Bucket=db.physical["Bucket"], Key=model["file_path"], Body=content
        )
    boto3.client("s3").delete_object(Bucket=db.physical["Bucket"], Key=model["file_path"])

    api("DELETE", f"/{model['id']}")

    assert db.object_versions() == []


def test_only_its_own_objects_go(upload: Upload, api: Api, db: Cloud) -> None:
    first, second = upload(), upload()

    api("DELETE", f"/{first['id']}")

    assert db.object_versions()
    assert all(second["id"] in key for key in db.object_versions())


def test_a_half_failed_deletion_is_finished_by_the_next_try(
    upload: Upload, api: Api, db: Cloud, broken_storage: Callable[[], None]
) -> None:
    model = upload()
    assert api("DELETE", f"/{model['id']}").status_code == 503
    assert api("GET", f"/{model['id']}").status_code == 404
    broken_storage()

    again = api("DELETE", f"/{model['id']}")

    assert again.status_code == 200
    assert db.object_versions() == []


def test_a_half_failed_deletion_is_finished_by_the_next_listing(
    upload: Upload, api: Api, db: Cloud, broken_storage: Callable[[], None]
) -> None:
    model = upload()
    api("DELETE", f"/{model['id']}")
    broken_storage()

    api("GET")

    assert db.object_versions() == []
    assert api("DELETE", f"/{model['id']}").status_code == 404


def test_a_deletion_that_cannot_be_finished_does_not_stop_the_listing(
    upload: Upload, api: Api, broken_storage: Callable[[], None]
) -> None:
    model = upload()
    api("DELETE", f"/{model['id']}")

    assert api("GET").json()["meta"]["total"] == 0


def test_another_users_half_deleted_model_is_not_found(
    upload: Upload,
    api: Api,
    client: Client,
    other_headers: dict[str, str],
    broken_storage: Callable[[], None],
) -> None:
    model = upload()
    api("DELETE", f"/{model['id']}")

    response = client.delete(f"/api/v1/models/{model['id']}", headers=other_headers)

    assert response.status_code == 404
