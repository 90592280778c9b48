"""Forms with a small file: what they may hold, and how the rest is refused."""

import pytest
import requests

from inferx.errors import BadInput
from tests.integration.models.conftest import FILE
from tests.support.gateway import Client
from tools.lambdas import app

ROUTE = "/api/v1/models/upload"
FIELDS = {"name": "iris", "model_type": "sklearn"}
MEBIBYTE = 1024**2

type Part = tuple[str, tuple[str | None, bytes | str]]
FILE_PART: Part = ("file", ("iris.pkl", FILE))


def send(client: Client, headers: dict[str, str], *parts: Part) -> requests.Response:
    given: list[Part] = [(name, (None, value)) for name, value in FIELDS.items()]
    return client.post(ROUTE, files=[*given, *parts], headers=headers)


def faults(response: requests.Response) -> dict[str, str]:
    assert response.status_code == 422, response.text
    return {str(fault["loc"][-1]): fault["msg"] for fault in response.json()["detail"]}


@pytest.mark.parametrize("megabytes", [5, 9, 11])
def test_a_form_over_the_limit_is_sent_to_the_other_way(
    client: Client, auth_headers: dict[str, str], megabytes: int
) -> None:
    large: Part = ("file", ("iris.pkl", bytes(megabytes * MEBIBYTE)))

    response = send(client, auth_headers, large)

    assert response.status_code == 413
    assert "4,194,304 bytes" in response.json()["detail"]
    assert "send the fields as JSON" in response.json()["detail"]


def test_a_large_field_is_refused(client: Client, auth_headers: dict[str, str]) -> None:
    field: Part = ("description", (None, "d" * 300_000))

    found = faults(send(client, auth_headers, FILE_PART, field))

    assert found == {"description": "May have at most 262,144 bytes."}


def test_a_second_file_is_refused(client: Client, auth_headers: dict[str, str]) -> None:
    found = faults(send(client, auth_headers, FILE_PART, FILE_PART))

    assert found == {"file": "Send one file."}


def test_a_repeated_field_is_refused(client: Client, auth_headers: dict[str, str]) -> None:
    found = faults(send(client, auth_headers, FILE_PART, ("name", (None, "other"))))

    assert found == {"name": "Send this field once."}


def test_unknown_parts_are_refused_each(client: Client, auth_headers: dict[str, str]) -> None:
    parts: list[Part] = [("colour", (None, "red")), ("readme", ("readme.md", b"#"))]

    found = faults(send(client, auth_headers, FILE_PART, *parts))

    assert found == {
        "colour": "The form has no such field.",
        "readme": "Only the parts file and samples may have a file name.",
    }


def test_a_file_without_a_name_is_refused(client: Client, auth_headers: dict[str, str]) -> None:
    found = faults(send(client, auth_headers, ("file", (None, FILE))))

    assert found == {"file": "Send this part with a file name."}


def test_a_form_of_very_many_parts_is_refused(client: Client, auth_headers: dict[str, str]) -> None:
    parts: list[Part] = [(f"field-{number}", (None, "")) for number in range(5_000)]

    found = faults(send(client, auth_headers, FILE_PART, *parts))

    assert found == {"body": "A form may have at most 32 parts."}


def test_a_field_that_is_no_text_is_malformed(client: Client, auth_headers: dict[str, str]) -> None:
    response = send(client, auth_headers, FILE_PART, ("description", (None, b"\xff")))

    assert response.status_code == 400


def test_a_boundary_in_another_alphabet_is_malformed() -> None:
    read_form = app("UploadFunction").read_form

    with pytest.raises(BadInput, match="multipart/form-data"):
        read_form(b"--x\r\n", "multipart/form-data; boundary=\u0436", FIELDS)
