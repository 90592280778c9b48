"""POST /register: one user for each address, and every fault of a body named at once."""

import json
from typing import Any

import boto3
import pytest

from tests.support.gateway import Client
from tools.cloud import Cloud

REGISTER = "/api/v1/auth/register"
BODY = {"email": "ada@example.com", "password": "SecurePass123!", "full_name": "Ada Example"}


def test_a_new_user_is_created_and_shown(client: Client) -> None:
    response = client.post(REGISTER, json=BODY)

    assert response.status_code == 201
    content = response.json()
    assert content["success"] is True
    user = content["data"]["user"]
    assert set(user) == {"id", "email", "full_name", "is_active", "created_at"}
    assert user["email"] == "ada@example.com"
    assert user["full_name"] == "Ada Example"
    assert user["is_active"] is True
    assert user["created_at"].endswith("Z")


def test_the_full_name_may_be_left_out(client: Client) -> None:
    response = client.post(REGISTER, json={key: BODY[key] for key in ("email", "password")})

    assert response.status_code == 201
    assert response.json()["data"]["user"]["full_name"] is None


@pytest.mark.parametrize("again", ["ada@example.com", "ADA@Example.COM", "Ada@example.com"])
def test_an_address_registers_once_in_any_case(client: Client, again: str) -> None:
    client.post(REGISTER, json=BODY)

    response = client.post(REGISTER, json={**BODY, "email": again})

    assert response.status_code == 409
    assert response.json() == {"detail": "Email already registered"}


def test_a_refused_registration_leaves_no_second_user(client: Client, db: Cloud) -> None:
    client.post(REGISTER, json=BODY)
    client.post(REGISTER, json=BODY)

    items = boto3.client("dynamodb").scan(TableName=db.physical["UsersTable"])["Items"]

    assert sorted(item["pk"]["S"].partition("#")[0] for item in items) == ["email", "user"]


@pytest.mark.parametrize(
    "email", ["notanemail", "@example.com", "missing@domain", "spaces in@email.com", ""]
)
def test_an_invalid_address_is_refused(client: Client, email: str) -> None:
    response = client.post(REGISTER, json={**BODY, "email": email})

    assert response.status_code == 422
    (fault,) = response.json()["detail"]
    assert fault["loc"] == ["body", "email"]
    assert fault["msg"].startswith("value is not a valid email address")
    assert fault["type"] == "value_error"


def test_all_faults_of_a_body_are_in_one_response(client: Client) -> None:
    response = client.post(REGISTER, json={"email": "no", "password": "x", "full_name": 7})

    assert response.status_code == 422
    faults = response.json()["detail"]
    assert [fault["loc"] for fault in faults] == [
        ["body", "email"],
        ["body", "password"],
        ["body", "full_name"],
    ]
    assert all(set(fault) == {"loc", "msg", "type"} for fault in faults)


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ({}, ["email", "password"]),
        ({"email": "ada@example.com"}, ["password"]),
        ({"password": "x"}, ["email", "password"]),
    ],
)
def test_missing_fields_are_named(client: Client, body: dict[str, str], missing: list[str]) -> None:
    response = client.post(REGISTER, json=body)

    assert response.status_code == 422
    assert [fault["loc"][-1] for fault in response.json()["detail"]] == missing


@pytest.mark.parametrize(
    "password", ["short", "password123", "ada12345", "x" * 129, "\ud800" * 10, 12345678, None]
)
def test_bad_passwords_are_refused(client: Client, password: Any) -> None:
    content = json.dumps({"email": "ada123@example.com", "password": password})

    response = client.post(REGISTER, data=content, headers={"Content-Type": "application/json"})

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "password"]


@pytest.mark.parametrize("name", ["", "   ", "a\nBcc: b@example.com", "a\0b", "x" * 101])
def test_a_name_that_is_not_one_line_of_text_is_refused(client: Client, name: str) -> None:
    response = client.post(REGISTER, json={**BODY, "full_name": name})

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "full_name"]


@pytest.mark.parametrize(
    "name",
    [
        "https://evil.example/claim",
        "Win at evil.example",
        "www.evil",
        "evil\uff0eexample",
        "evil\u3002example",
        "ada@example.com",
        "evil.com/x",
        "Ada\u202eecila",
        "Ada\u2028Lovelace",
        "Ada\x1b[31m",
    ],
)
def test_a_name_that_could_be_a_link_or_hide_text_is_refused(client: Client, name: str) -> None:
    response = client.post(REGISTER, json={**BODY, "full_name": name})

    assert response.status_code == 422
    (fault,) = response.json()["detail"]
    assert fault["loc"] == ["body", "full_name"]


@pytest.mark.parametrize(
    "name", ["J.R.R. Tolkien", "Dr. Ada O'Neill-Smith", "Мария Склодовская", "山田 太郎", "José M."]
)
def test_a_persons_name_is_taken(client: Client, name: str) -> None:
    response = client.post(REGISTER, json={**BODY, "full_name": name})

    assert response.status_code == 201
    assert response.json()["data"]["user"]["full_name"] == name


def test_no_response_or_log_line_shows_the_password_or_a_hash(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    made = client.post(REGISTER, json=BODY)
    refused = client.post(REGISTER, json={**BODY, "password": "horsey7"})
    shown = made.text + refused.text + "".join(capsys.readouterr())

    for secret in ("SecurePass123!", "horsey7", "$2b$"):
        assert secret not in shown


def test_no_log_line_shows_the_address(
    client: Client, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    client.post(REGISTER, json=BODY)
    client.post(REGISTER, json=BODY)

    assert "ada@example.com" not in "".join(capsys.readouterr()) + caplog.text


@pytest.mark.parametrize("body", ["", "{", "[]", '"text"', "null", '{"email": "a"', "\ufeff{}"])
def test_a_body_that_is_not_an_object_is_refused(client: Client, body: str) -> None:
    response = client.post(
        REGISTER, data=body.encode(), headers={"Content-Type": "application/json"}
    )

    assert response.status_code in {400, 422}


def test_a_huge_body_is_refused_unread(client: Client) -> None:
    response = client.post(REGISTER, json={**BODY, "password": "x" * 70_000})

    assert response.status_code == 413


@pytest.mark.parametrize(
    "email",
    ["[" * 20_000 + "]" * 20_000, '{"a":' * 9_000 + "1" + "}" * 9_000, "9" * 5_000, "1e999"],
)
def test_json_that_python_cannot_parse_is_refused(client: Client, email: str) -> None:
    body = f'{{"email":{email},"password":"SecurePass123!"}}'

    response = client.post(REGISTER, data=body, headers={"Content-Type": "application/json"})

    assert response.status_code in {400, 422}


def test_bytes_that_are_not_text_are_refused(client: Client) -> None:
    response = client.post(REGISTER, data=b"\xff\xfe", headers={"Content-Type": "image/png"})

    assert response.status_code in {400, 415, 422}


@pytest.mark.parametrize("form", [{"data": BODY}, {"files": {"email": (None, "a@example.com")}}])
def test_forms_are_not_read(client: Client, form: dict[str, Any]) -> None:
    response = client.post(REGISTER, **form)

    assert response.status_code == 415
    assert response.json() == {"detail": "Send Content-Type: application/json."}
