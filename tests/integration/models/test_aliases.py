"""Names and the aliases that move among their versions."""

import pytest

from tests.integration.models.conftest import Api, Reserve, Upload


def test_an_alias_means_a_version(upload: Upload, api: Api) -> None:
    model = upload()

    response = api("PUT", "/names/iris/aliases/champion", json={"version": 1})

    assert response.status_code == 200, response.text
    meant = {"id": model["id"], "version": 1}
    assert response.json()["data"]["name"] == {
        "name": "iris",
        "versions": 1,
        "newest_ready": meant,
        "aliases": {"champion": meant},
    }
    assert api("GET", f"/{model['id']}").json()["data"]["model"]["aliases"] == ["champion"]


def test_an_alias_moves_forward_and_back_in_one_call_each(upload: Upload, api: Api) -> None:
    first, second = upload(), upload()

    for version in (1, 2, 1):
        api("PUT", "/names/iris/aliases/champion", json={"version": version})

    aliases = api("GET", "/names/iris").json()["data"]["name"]["aliases"]
    assert aliases == {"champion": {"id": first["id"], "version": 1}}
    assert api("GET", f"/{second['id']}").json()["data"]["model"]["aliases"] == []


def test_the_same_alias_again_changes_nothing(upload: Upload, api: Api) -> None:
    upload()
    once = api("PUT", "/names/iris/aliases/champion", json={"version": 1}).json()

    assert api("PUT", "/names/iris/aliases/champion", json={"version": 1}).json() == once


def test_a_name_with_spaces_is_found(upload: Upload, api: Api) -> None:
    upload(name="my iris")

    response = api("PUT", "/names/my%20iris/aliases/champion", json={"version": 1})

    assert response.status_code == 200


def test_a_removed_alias_means_nothing(upload: Upload, api: Api) -> None:
    model = upload()
    api("PUT", "/names/iris/aliases/champion", json={"version": 1})

    response = api("DELETE", "/names/iris/aliases/champion")

    assert response.json()["data"]["name"]["aliases"] == {}
    assert api("DELETE", f"/{model['id']}").status_code == 200


def test_an_unknown_alias_cannot_be_removed(upload: Upload, api: Api) -> None:
    upload()

    assert api("DELETE", "/names/iris/aliases/champion").status_code == 404


def test_an_alias_needs_an_existing_version(upload: Upload, api: Api) -> None:
    upload()

    assert api("PUT", "/names/iris/aliases/champion", json={"version": 2}).status_code == 404


def test_an_alias_needs_an_existing_name(api: Api) -> None:
    assert api("PUT", "/names/iris/aliases/champion", json={"version": 1}).status_code == 404
    assert api("GET", "/names/iris").status_code == 404
    assert api("DELETE", "/names/iris/aliases/champion").status_code == 404


def test_an_alias_needs_a_version_that_is_ready(reserve: Reserve, api: Api) -> None:
    reserve()

    response = api("PUT", "/names/iris/aliases/champion", json={"version": 1})

    assert response.status_code == 409
    assert "pending_upload" in response.json()["detail"]


@pytest.mark.parametrize("alias", ["a b", "a@b", "a" * 51])
def test_an_invalid_alias_is_refused(upload: Upload, api: Api, alias: str) -> None:
    upload()

    assert api("PUT", f"/names/iris/aliases/{alias}", json={"version": 1}).status_code == 422


@pytest.mark.parametrize("body", [{}, {"version": 0}, {"version": "x"}, {"version": 10**40}])
def test_an_invalid_version_is_refused(upload: Upload, api: Api, body: object) -> None:
    upload()

    assert api("PUT", "/names/iris/aliases/champion", json=body).status_code == 422


def test_the_bare_name_means_the_newest_that_is_ready(
    upload: Upload, reserve: Reserve, api: Api
) -> None:
    upload()
    second = upload()
    reserve()

    name = api("GET", "/names/iris").json()["data"]["name"]

    assert name["newest_ready"] == {"id": second["id"], "version": 2}
    assert name["versions"] == 3
