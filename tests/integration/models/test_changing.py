"""Renaming and describing."""

import pytest

from tests.integration.models.conftest import Api, Reserve, Upload


def test_a_rename_moves_the_model_under_the_other_names_next_version(
    upload: Upload, api: Api
) -> None:
    upload(name="wine")
    model = upload(name="iris")

    response = api("PUT", f"/{model['id']}", json={"name": "wine"})

    assert response.status_code == 200, response.text
    changed = response.json()["data"]["model"]
    assert (changed["name"], changed["version"]) == ("wine", 2)
    assert api("GET", "/names/wine").json()["data"]["name"]["newest_ready"]["version"] == 2
    assert api("GET", "/names/iris").status_code == 404


def test_a_rename_frees_no_number(upload: Upload, api: Api) -> None:
    model = upload(name="iris")
    api("PUT", f"/{model['id']}", json={"name": "wine"})

    assert upload(name="iris")["version"] == 2


def test_a_rename_to_its_own_name_changes_nothing(upload: Upload, api: Api) -> None:
    model = upload()

    response = api("PUT", f"/{model['id']}", json={"name": model["name"]})

    assert response.json()["data"]["model"] == model


def test_the_old_name_points_to_what_is_left(upload: Upload, api: Api) -> None:
    upload()
    second = upload()

    api("PUT", f"/{second['id']}", json={"name": "wine"})

    assert api("GET", "/names/iris").json()["data"]["name"]["newest_ready"]["version"] == 1


def test_a_model_that_waits_for_its_file_can_be_renamed(reserve: Reserve, api: Api) -> None:
    model = reserve()["model"]

    response = api("PUT", f"/{model['id']}", json={"name": "wine"})

    assert response.json()["data"]["model"]["version"] == 1
    assert api("GET", "/names/wine").json()["data"]["name"]["newest_ready"] is None


def test_a_version_that_an_alias_means_is_not_renamed(upload: Upload, api: Api) -> None:
    model = upload()
    api("PUT", "/names/iris/aliases/champion", json={"version": 1})

    response = api("PUT", f"/{model['id']}", json={"name": "wine"})

    assert response.status_code == 409
    assert "champion" in response.json()["detail"]


def test_a_description_can_be_set_and_removed(reserve: Reserve, api: Api) -> None:
    path = f"/{reserve()['model']['id']}"

    described = api("PUT", path, json={"description": "flowers"}).json()["data"]["model"]
    kept = api("PUT", path, json={"name": "wine"}).json()["data"]["model"]
    removed = api("PUT", path, json={"description": None}).json()["data"]["model"]

    assert described["description"] == "flowers"
    assert kept["description"] == "flowers"
    assert removed["description"] is None


def test_an_aliased_version_can_be_described(upload: Upload, api: Api) -> None:
    model = upload()
    api("PUT", "/names/iris/aliases/champion", json={"version": 1})

    response = api("PUT", f"/{model['id']}", json={"description": "the best"})

    assert response.json()["data"]["model"]["description"] == "the best"


@pytest.mark.parametrize("change", [{"name": "model!@#$"}, {"name": ""}, {"description": 1}])
def test_an_invalid_change_is_refused(
    reserve: Reserve, api: Api, change: dict[str, object]
) -> None:
    response = api("PUT", f"/{reserve()['model']['id']}", json=change)

    assert response.status_code == 422


def test_no_change_changes_nothing(upload: Upload, api: Api) -> None:
    model = upload()

    assert api("PUT", f"/{model['id']}", json={}).json()["data"]["model"] == model
