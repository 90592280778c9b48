"""Pages of models."""

import pytest

from inferx.storage.tables.models import ModelItem
from tests.integration.models.conftest import Api, Reserve, record
from tests.support.gateway import Client


def test_the_newest_model_comes_first(reserve: Reserve, api: Api) -> None:
    made = [reserve(name=name)["model"]["id"] for name in ("a", "b", "c")]

    listed = api("GET").json()["data"]

    assert [model["id"] for model in listed] == made[::-1]


def test_pages_follow_one_another(reserve: Reserve, api: Api) -> None:
    made = [reserve()["model"]["id"] for _ in range(5)]

    pages = [api("GET", f"?page={page}&per_page=2").json() for page in (1, 2, 3)]

    assert [model["id"] for page in pages for model in page["data"]] == made[::-1]
    assert {page["meta"]["total"] for page in pages} == {5}


def test_a_page_past_the_end_is_empty(reserve: Reserve, api: Api) -> None:
    reserve()

    response = api("GET", "?page=999")

    assert response.status_code == 200
    assert response.json()["data"] == []
    assert response.json()["meta"] == {"page": 999, "per_page": 20, "total": 1}


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "per_page=0", "per_page=101", "per_page=x"]
)
def test_an_invalid_page_is_refused(api: Api, query: str) -> None:
    response = api("GET", f"?{query}")

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["query", query.split("=", maxsplit=1)[0]]


def test_the_name_filter_shows_that_names_versions(reserve: Reserve, api: Api) -> None:
    for name in ("iris", "wine", "iris"):
        reserve(name=name)

    response = api("GET", "?name=iris").json()

    assert [model["version"] for model in response["data"]] == [2, 1]
    assert response["meta"]["total"] == 2


def test_an_unknown_name_has_no_models(api: Api) -> None:
    assert api("GET", "?name=nothing").json()["meta"]["total"] == 0


def test_another_users_models_are_not_listed(
    reserve: Reserve, client: Client, other_headers: dict[str, str]
) -> None:
    reserve()

    listed = client.get("/api/v1/models", headers=other_headers).json()

    assert (listed["data"], listed["meta"]["total"]) == ([], 0)


def test_page_1_reads_no_more_when_there_are_more_models(
    reserve: Reserve, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def items_read() -> int:
        read: list[int] = []
        client = ModelItem._get_connection().connection.client
        events = client.meta.events

        def count(parsed: dict[str, object], **_: object) -> None:
            responses = parsed.get("Responses") or {}
            assert isinstance(responses, dict)
            read.append(int(str(parsed.get("ScannedCount", 0))))
            read.extend(len(items) for items in responses.values())

        events.register("after-call.dynamodb", count)
        api("GET", "?per_page=2")
        events.unregister("after-call.dynamodb", count)
        return sum(read)

    reserve()
    reserve()
    few = items_read()
    for _ in range(8):
        reserve()

    assert items_read() == few


def test_a_wait_ends_when_the_model_is_settled(
    reserve: Reserve, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = reserve()["model"]

    def settle(_: float) -> None:
        record(model["id"]).update([ModelItem.status.set("failed")])

    monkeypatch.setattr("inferx.registry.records.time.sleep", settle)

    assert api("GET", f"/{model['id']}?wait=20").json()["data"]["model"]["status"] == "failed"


def test_a_wait_for_a_model_that_gets_deleted_ends_in_not_found(
    reserve: Reserve, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = reserve()["model"]
    monkeypatch.setattr(
        "inferx.registry.records.time.sleep", lambda _: record(model["id"]).delete()
    )

    assert api("GET", f"/{model['id']}?wait=20").status_code == 404


@pytest.mark.parametrize("wait", ["-1", "26", "x"])
def test_an_invalid_wait_is_refused(reserve: Reserve, api: Api, wait: str) -> None:
    model = reserve()["model"]

    assert api("GET", f"/{model['id']}?wait={wait}").status_code == 422
