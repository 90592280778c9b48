"""`make rotate-keys` where AWS cannot be asked: one sentence and exit status 1."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from inferx.identity import rotate_keys
from inferx.storage import operator
from tools.cloud import Cloud

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> pytest.MonkeyPatch:
    """Take the AWS configuration away."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return monkeypatch


def shown(capsys: Capture) -> str:
    """Run the command and return what it printed, after checking that it failed."""
    assert rotate_keys.main(["inferx"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    return printed.err


@pytest.mark.usefixtures("nowhere")
def test_without_a_region_the_command_says_how_to_choose_one(capsys: Capture) -> None:
    assert shown(capsys) == (
        "There is no AWS region: set AWS_DEFAULT_REGION or choose a profile that has one.\n"
    )


def test_without_credentials_the_command_says_how_to_log_in(
    nowhere: pytest.MonkeyPatch, capsys: Capture
) -> None:
    nowhere.setenv("AWS_DEFAULT_REGION", "us-east-1")

    assert "There are no AWS credentials: log in" in shown(capsys)


def test_a_profile_that_does_not_exist_is_named(
    nowhere: pytest.MonkeyPatch, capsys: Capture
) -> None:
    nowhere.setenv("AWS_PROFILE", "absent")

    assert "The config profile (absent) could not be found" in shown(capsys)


@pytest.mark.usefixtures("db")
def test_a_stack_that_does_not_exist_is_named_with_its_region(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    client = boto3.client("cloudformation")
    monkeypatch.setattr(boto3, "client", lambda _: client)
    with Stubber(client) as refusing:
        refusing.add_client_error(
            "describe_stack_resource", "ValidationError", "Stack 'inferx' does not exist"
        )

        assert shown(capsys) == (
            "There is no stack inferx with a resource SigningKeys in the region us-east-1: "
            "name yours with STACK=.\n"
        )


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("AccessDeniedException", "Your AWS credentials do not allow GetSecretValue"),
        ("ExpiredTokenException", "AWS does not accept your credentials (ExpiredTokenException)"),
        ("InternalServiceError", "AWS failed: An error occurred (InternalServiceError)"),
    ],
)
def test_what_aws_refuses_is_said_in_a_sentence(
    db: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: Capture, code: str, sentence: str
) -> None:
    client = boto3.client("secretsmanager")
    monkeypatch.setattr(boto3, "client", lambda _: client)
    monkeypatch.setattr(rotate_keys, "resource_of", lambda stack, name: db.physical["SigningKeys"])
    with Stubber(client) as refusing:
        refusing.add_client_error("get_secret_value", code, "no")

        assert sentence in shown(capsys)


def test_a_failure_keeps_its_cause(monkeypatch: pytest.MonkeyPatch, db: Cloud) -> None:
    with pytest.raises(operator.CommandFailed) as raised:
        operator.read_secret("no-such-secret")

    assert isinstance(raised.value.__cause__, ClientError)
