"""Reading objects from S3 without boto3, from a server that responds as S3 does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import fake_aws
from bench.prediction_requests import MODEL_ID, OWNER
from inferx import settings
from inferx.errors import Unavailable
from inferx.storage.signed import exchange, s3
from inferx.storage.signed.exchange import Declined

KEY = f"models/{OWNER}/{MODEL_ID}/model.onnx"


@pytest.fixture
def aws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, socket_enabled: None
) -> Iterator[fake_aws.FakeAws]:
    """Return the server; it holds one object."""
    path = tmp_path / "model.onnx"
    path.write_bytes(b"content")
    with fake_aws.serving(path) as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(exchange, "_PAUSES_S", (0.0, 0.0, 0.0))
        settings.forget()
        yield server
    settings.forget()


def test_an_object_is_read(aws: fake_aws.FakeAws) -> None:
    with s3.get_object("bucket", KEY) as (size, content):
        assert content.read() == b"content"
    assert size == 7


def test_a_refusal_of_s3_has_its_code(aws: fake_aws.FakeAws) -> None:
    aws.failures = [(404, b"<Error><Code>NoSuchKey</Code></Error>")]

    with pytest.raises(Declined) as caught, s3.get_object("bucket", KEY):
        pass

    assert caught.value.code == "NoSuchKey"


def test_a_busy_s3_is_asked_again(aws: fake_aws.FakeAws) -> None:
    aws.failures = [(503, b"<Error><Code>SlowDown</Code></Error>")]

    with s3.get_object("bucket", KEY) as (size, _):
        assert size == 7


def test_an_s3_that_stays_busy_is_unavailable(aws: fake_aws.FakeAws) -> None:
    aws.failures = [(503, b"")] * 3

    with pytest.raises(Unavailable), s3.get_object("bucket", KEY):
        pass


def test_on_aws_the_bucket_is_in_the_hosts_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3", raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    settings.forget()

    address = s3._address("bucket", "models/a b")

    assert address == ("https", "bucket.s3.eu-west-1.amazonaws.com", "/models/a%20b")
    settings.forget()
