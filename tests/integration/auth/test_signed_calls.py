"""AWS calls without boto3, against a server that answers as AWS does, well or badly."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from inferx import settings
from inferx.errors import Unavailable
from inferx.storage.signed import credentials, exchange, json_api


class Aws:
    """Predictions each request with the next of ``answers``, the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, Any]] | None] = []
        self.requests: list[dict[str, Any]] = []


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """Start a server on this machine in place of AWS."""
    state = Aws()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            state.requests.append({**self.headers, "body": self.rfile.read(length)})
            answer = state.answers.pop(0) if len(state.answers) > 1 else state.answers[0]
            if answer is None:
                self.close_connection = True
                return
            content = json.dumps(answer[1]).encode()
            self.send_response(answer[0])
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(exchange, "_PAUSES_S", (0.0, 0.0, 0.0))
    settings.forget()
    exchange.forget()
    yield state
    exchange.forget()
    settings.forget()
    server.shutdown()
    server.server_close()
    thread.join()


def get_item() -> dict[str, Any]:
    return json_api.call("dynamodb", "GetItem", {"TableName": "t"})


def test_a_response_is_parsed(aws: Aws) -> None:
    aws.answers = [(200, {"Item": {}})]

    assert get_item() == {"Item": {}}


def test_the_request_is_signed_json(aws: Aws) -> None:
    aws.answers = [(200, {})]
    get_item()

    (request,) = aws.requests
    assert request["x-amz-target"] == "DynamoDB_20120810.GetItem"
    assert request["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKID/")
    assert json.loads(request["body"]) == {"TableName": "t"}


@pytest.mark.parametrize(
    "failure",
    [
        (500, {}),
        (503, {"__type": "InternalServerError"}),
        (400, {"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException"}),
        (400, {"__type": "x#ProvisionedThroughputExceededException"}),
        None,
    ],
)
def test_what_passes_by_itself_is_tried_three_times(aws: Aws, failure: Any) -> None:
    aws.answers = [failure, failure, (200, {"ok": 1})]

    assert get_item() == {"ok": 1}
    assert len(aws.requests) == 3


def test_what_does_not_pass_is_unavailable(aws: Aws) -> None:
    aws.answers = [(500, {})]

    with pytest.raises(Unavailable):
        get_item()
    assert len(aws.requests) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"__type": "com.amazonaws#ConditionalCheckFailedException"}, "ConditionalCheckFailed"),
        ({"__type": "AccessDeniedException"}, "AccessDenied"),
        ({}, ""),
        ([], ""),
    ],
)
def test_a_refusal_is_reported_at_once(aws: Aws, content: Any, code: str) -> None:
    aws.answers = [(400, content)]

    with pytest.raises(exchange.Declined) as caught:
        get_item()
    assert caught.value.code.startswith(code)
    assert len(aws.requests) == 1


def test_a_closed_port_is_unavailable(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")

    with pytest.raises(Unavailable):
        get_item()


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-central-1", "https://dynamodb.eu-central-1.amazonaws.com"),
        ("cn-north-1", "https://dynamodb.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_the_endpoint_is_the_regions(
    monkeypatch: pytest.MonkeyPatch, region: str, host: str
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_REGION", region)
    settings.forget()

    assert json_api._endpoint(json_api._SERVICES["dynamodb"]) == host


def test_restored_functions_ask_for_their_credentials(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = {
        "AccessKeyId": "RESTORED",
        "SecretAccessKey": "s",
        "Token": "t",
        "Expiration": "2999-01-01T00:00:00Z",
    }
    aws.answers = [(200, served), (200, {})]
    address = json_api._endpoint(json_api._SERVICES["dynamodb"])
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{address}/v2?role=1")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "bearer-of-role")
    monkeypatch.setattr(credentials, "_kept", credentials._Kept())
    get_item()
    get_item()

    asked, first, second = aws.requests
    assert asked["authorization"] == "bearer-of-role"
    assert "Credential=RESTORED/" in first["authorization"]
    assert "Credential=RESTORED/" in second["authorization"]


def test_credentials_are_asked_for_again_before_they_expire(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = {"SecretAccessKey": "s", "Token": "t", "Expiration": "2001-01-01T00:00:00Z"}
    aws.answers = [(200, {"AccessKeyId": "ONE", **served}), (200, {"AccessKeyId": "TWO", **served})]
    monkeypatch.setenv(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        json_api._endpoint(json_api._SERVICES["dynamodb"]) + "/v2",
    )
    monkeypatch.setattr(credentials, "_kept", credentials._Kept())

    assert credentials.aws_credentials().access_key == "ONE"
    assert credentials.aws_credentials().access_key == "TWO"
