"""The part ``samples`` of a form: JSON, JSON Lines or CSV, recognised by what it is."""

import json
from typing import Any

import pytest
import requests

from inferx.samples import SENT_BYTES
from inferx.storage import objects
from inferx.storage.object_keys import samples_key
from tests.integration.models.conftest import FILE
from tests.support.gateway import Client

ROUTE = "/api/v1/models/upload"

type Part = tuple[str | None, bytes | str] | tuple[str, bytes | str, str]


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the rows that are stored, in place of storing them; no file is converted."""
    found: list[Any] = []

    def put(key: str, content: bytes) -> None:
        if key.startswith("samples/"):
            found.append(json.loads(content))

    monkeypatch.setattr(objects, "put", put)
    monkeypatch.setattr("inferx.registry.uploads.wait_until_settled", lambda model, _: model)
    return found


def post(client: Client, headers: dict[str, str], *samples: Part) -> requests.Response:
    fields: list[Any] = [("name", (None, "iris")), ("model_type", (None, "sklearn"))]
    parts = [("samples", each) for each in samples]
    return client.post(
        ROUTE, files=[*fields, *parts, ("file", ("iris.pkl", FILE))], headers=headers
    )


CSV = 'age,city,note\n1,Rom,"a, ""b"""\n-2.5e3,,007\n'
FROM_CSV = [
    {"age": 1, "city": "Rom", "note": 'a, "b"'},
    {"age": -2500.0, "city": None, "note": "007"},
]


@pytest.mark.parametrize(
    ("part", "rows"),
    [
        ((None, '[[1, 2], {"a": null}]'), [[1, 2], {"a": None}]),
        ((None, '{"a": 1}\n\n{"a": "é"}\n'), [{"a": 1}, {"a": "é"}]),
        ((None, "[1, 2]\n[3, 4]"), [[1, 2], [3, 4]]),
        ((None, CSV), FROM_CSV),
        (("rows.csv", CSV), FROM_CSV),
        (("rows.csv", "\ufeff" + CSV.replace("\n", "\r\n")), FROM_CSV),
        (("rows.csv", CSV, "application/vnd.ms-excel"), FROM_CSV),
        (("rows", CSV, "text/csv; charset=utf-8"), FROM_CSV),
        (("rows.jsonl", "[1, 2]"), [[1, 2]]),
        (("rows.json", '{"a": 1}\n{"a": 2}', "application/json"), [{"a": 1}, {"a": 2}]),
        (("rows.txt", '[{"a": 1}]', "application/octet-stream"), [{"a": 1}]),
        (("one.csv", "text\ngood film\n"), [{"text": "good film"}]),
        (("rows.csv", "[a],{b}\n1,2\n"), [{"[a]": 1, "{b}": 2}]),
        (("n.csv", "a,b,c,d,e,f\n0,-0.5,.5,1.,1e-3,1_0\n"), None),
    ],
)
def test_rows_are_read(
    client: Client, auth_headers: dict[str, str], kept: list[Any], part: Part, rows: Any
) -> None:
    response = post(client, auth_headers, part)

    assert response.status_code == 201, response.text
    numbers = [{"a": 0, "b": -0.5, "c": 0.5, "d": 1.0, "e": 0.001, "f": "1_0"}]
    assert kept == [rows or numbers]


def test_an_empty_field_is_none(
    client: Client, auth_headers: dict[str, str], kept: list[Any]
) -> None:
    response = post(client, auth_headers, (None, ""))

    assert response.status_code == 201, response.text
    assert kept == []


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        (("rows.csv", ",age\n0,1\n"), "Column 1 has no name in the header; save the table without"),
        (("rows.csv", "a,a\n0,1\n"), "The header has 'a' twice"),
        (("rows.csv", "a,b\n0,1\n2\n"), "Line 3 has 1 cells and the header 2"),
        (("rows.csv", 'a,b\n0,"1\n'), "is no CSV"),
        (("rows.csv", "a,b\n"), "Send a list of 1 to 1,000 rows"),
        (("rows.csv", "a\n" + "1\n" * 1_001), "May have at most 1,000 rows"),
        (("rows.csv", b"city\nK\xf6ln\n"), "Is not text in UTF-8"),
        (("rows.jsonl", '{"a": 1}\n{"a": 1\n'), "Line 2 is no JSON"),
        (("rows.json", '[{"a": 1},\n 2 3]'), "Is no JSON: Expecting ',' delimiter in line 2"),
        ((None, "[" * 100_000), "Is no JSON list of rows"),
        ((None, "[1, 2]"), "each an object of features, a list of values or an image"),
        ((None, '[["\\ud800"]]'), "half a surrogate pair"),
        ((None, "x" * (SENT_BYTES + 1)), "May have at most 204,800 bytes and has 204,801"),
        (("rows.csv", "x" * 2_000 + "\n" + "1\n" * 900), "bytes once each has its names"),
    ],
)
def test_what_is_no_rows_is_refused_with_what_to_do(
    client: Client, auth_headers: dict[str, str], kept: list[Any], part: Part, sentence: str
) -> None:
    response = post(client, auth_headers, part)

    assert response.status_code == 422, response.text
    (fault,) = response.json()["detail"]
    assert fault["loc"] == ["body", "samples"]
    assert sentence in fault["msg"]
    assert kept == []


@pytest.mark.parametrize("second", [(None, "[[1]]"), ("rows.csv", "a\n1\n")])
def test_rows_are_sent_once(client: Client, auth_headers: dict[str, str], second: Part) -> None:
    response = post(client, auth_headers, (None, "[[1]]"), second)

    assert response.status_code == 422
    assert response.json()["detail"][0]["msg"] == "Send this field once."


def test_a_form_names_a_part_and_a_blank_one_is_none(
    client: Client, auth_headers: dict[str, str], kept: list[Any]
) -> None:
    for part in ("model", ""):
        files: Any = {"file": ("iris.pkl", FILE)}
        fields = {"name": "iris", "model_type": "sklearn", "part": part}
        response = client.post(ROUTE, data=fields, files=files, headers=auth_headers)
        assert response.status_code == 201, response.text


def test_the_key_of_rows_is_made_of_ids_alone() -> None:
    assert samples_key("owner", "model") == "samples/owner/model/rows.json"
