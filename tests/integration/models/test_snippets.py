"""Programs that call a model: each is run, and sends exactly the model's example."""

import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from inferx import settings
from tests.integration.models.conftest import Api, Upload
from tests.support.fake_converter import FakeConverter, manifest
from tests.support.gateway import Client
from tools.cloud import environment
from tools.lambdas import app

KEY = "ifx_test"
HARD = {
    "it's": 'say "hi"',
    "`$(touch pwned)`": "$INFERX_API_KEY ${x} \\ \\n %s {0} //",
    "größe ж 中文 🙂": "line\nbreak\ttab\r\u2028\u2029\x85\x00\x7f",
    "'; DROP--": "</script><!-- !! \\u0041",
    "__proto__": 1,
    "n": [0.1, 1e-7, 12345678901234567890, True, None],
}
EXAMPLES = [{"input": HARD}, {"input": [5.1, 3.5]}, {"input": "'"}, {"input": ["\\'"]}]


type Programs = Callable[[str, Any], dict[str, str]]


@dataclass
class Endpoint:
    """A server that keeps what it is sent, and responds like a prediction."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def endpoint(socket_enabled: None) -> Iterator[Endpoint]:
    """Run a server at an address of its own."""
    endpoint = Endpoint()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept = {"path": self.path, "body": json.loads(body), "headers": dict(self.headers)}
            endpoint.requests.append(kept)
            content = b'{"prediction": "setosa"}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    endpoint.url = f"http://127.0.0.1:{server.server_port}"
    yield endpoint
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Return the programs that send an example to a URL."""
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    settings.forget()
    snippets_for = app("ModelsFunction").Snippets.of
    return lambda url, example: dict(snippets_for(url, example))


def snippets(api: Api, upload: Upload, sandbox: FakeConverter, example: Any) -> Any:
    sandbox.outcome = {"status": "converted", "manifest": manifest(example=example)}
    response = api("GET", f"/{upload()['id']}/snippets")
    assert response.status_code == 200, response.text
    return response.json()


def commands() -> list[Any]:
    """Return each language with the command that runs a program in it, where there is one."""
    found = {
        "curl": shutil.which("bash") and shutil.which("curl") and ["bash", "-c"],
        "python": [sys.executable, "-c"],
        "javascript": shutil.which("node") and ["node", "-e"],
    }
    return [pytest.param(name, command, id=name) for name, command in found.items() if command]


@pytest.mark.process
@pytest.mark.parametrize("example", EXAMPLES, ids=["hard", "plain", "quote", "backslash"])
@pytest.mark.parametrize(("language", "command"), commands())
def test_a_program_sends_the_example_with_the_key(
    language: str,
    command: list[str],
    example: Any,
    endpoint: Endpoint,
    programs: Programs,
) -> None:
    program = programs(f"{endpoint.url}/api/v1/predict/1", example)[language]

    ran = subprocess.run(
        [*command, program],
        env={"PATH": os.environ["PATH"], "INFERX_API_KEY": KEY, "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert "setosa" in ran.stdout
    (sent,) = endpoint.requests
    assert sent["body"] == example
    assert sent["headers"]["Authorization"] == f"Bearer {KEY}"
    assert sent["headers"]["Content-Type"] == "application/json"
    assert sent["path"] == "/api/v1/predict/1"


@pytest.mark.process
def test_the_command_is_one_that_bash_parses(programs: Programs) -> None:
    command = programs("https://api.test/it's", {"input": HARD})["curl"]

    subprocess.run(["bash", "-n", "-c", command], check=True)


def test_the_programs_call_the_address_at_which_they_were_asked_for(
    api: Api, upload: Upload, sandbox: FakeConverter
) -> None:
    shown = snippets(api, upload, sandbox, {"input": [1, 2]})

    assert shown["success"] is True
    assert shown["data"].keys() == {"curl", "python", "javascript"}
    for program in shown["data"].values():
        assert "https://api.test/api/v1/predict/" in program
        assert "INFERX_API_KEY" in program


def test_the_programs_call_the_public_address_behind_a_proxy(
    api: Api, upload: Upload, sandbox: FakeConverter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://ml.example.com/api")
    settings.forget()

    shown = snippets(api, upload, sandbox, {"input": [1, 2]})

    for program in shown["data"].values():
        assert "https://ml.example.com/api/api/v1/predict/" in program


def test_no_program_holds_the_callers_credential(
    api: Api, upload: Upload, sandbox: FakeConverter, auth_headers: dict[str, str]
) -> None:
    shown = snippets(api, upload, sandbox, {"input": [1, 2]})

    assert auth_headers["Authorization"].removeprefix("Bearer ") not in json.dumps(shown)


def test_a_failed_model_has_no_programs(api: Api, upload: Upload, sandbox: FakeConverter) -> None:
    sandbox.refuse("The file is no pickle.")

    response = api("GET", f"/{upload()['id']}/snippets")

    assert response.status_code == 409
    assert response.json() == {"detail": "The model is not ready: its status is failed."}


def test_another_users_model_shows_none(
    upload: Upload, client: Client, other_headers: dict[str, str]
) -> None:
    response = client.get(f"/api/v1/models/{upload()['id']}/snippets", headers=other_headers)

    assert response.status_code == 403


def test_a_name_may_be_snippets(api: Api, upload: Upload) -> None:
    model = upload(name="snippets")

    response = api("GET", "/names/snippets")

    assert response.status_code == 200, response.text
    assert response.json()["data"]["name"]["newest_ready"]["id"] == model["id"]
