"""The local stack itself."""

import subprocess

from tests.e2e.conftest import REPOSITORY, Http


def test_url_is_printed_alone(base_url: str) -> None:
    printed = subprocess.run(
        ["make", "url"], cwd=REPOSITORY, check=True, capture_output=True, text=True
    )

    assert printed.stdout == f"{base_url}\n"


def test_bringing_an_unchanged_stack_up_again_does_nothing(base_url: str) -> None:
    up = subprocess.run(["make", "up"], cwd=REPOSITORY, check=True, capture_output=True, text=True)

    assert up.stdout == f"{base_url}\n"
    assert up.stderr == ""


def test_another_port_is_refused_while_the_stack_is_up(base_url: str) -> None:
    up = subprocess.run(
        ["make", "up", "PORT=4999"], cwd=REPOSITORY, check=False, capture_output=True, text=True
    )

    assert up.returncode != 0
    assert "`make down` before port 4999" in up.stderr


def test_health_needs_no_credential(http: Http) -> None:
    response = http.get("/api/v1/health")

    assert response.status_code == 200
    assert response.json()["status"] == "ok"


def test_a_request_without_a_credential_gets_the_gateways_401(http: Http) -> None:
    response = http.get("/api/v1/models")

    assert response.status_code == 401
    assert response.json() == {"message": "Unauthorized"}


def test_a_bad_credential_gets_a_401_with_a_challenge_to_log_in(http: Http) -> None:
    response = http.get("/api/v1/models", headers={"Authorization": "Bearer nonsense"})

    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
