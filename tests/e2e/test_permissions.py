"""Each function's role, tried on the stack: IAM itself denies what the function must not do."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.deployed import Deployed
from tools.template import resources

FUNCTIONS = sorted(resources("AWS::Serverless::Function"))

ITEM = {"pk": {"S": "absent"}}


def attempt(deployed: Deployed, function: str, service: str, call: Callable[[Any], object]) -> str:
    """Return "allowed" or the error's code for the call under the function's role."""
    client = deployed.client(service, deployed.acting_as(function))
    try:
        call(client)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "allowed"


def is_denied(code: str) -> bool:
    return code in ("AccessDenied", "AccessDeniedException")


@pytest.mark.parametrize("table", ["UsersTable", "CredentialsTable", "ModelsTable"])
@pytest.mark.parametrize("function", ["ConvertFunction", "DocsFunction"])
def test_functions_without_data_read_no_table(
    deployed: Deployed, function: str, table: str
) -> None:
    name = deployed.resource(table)

    said = attempt(
        deployed, function, "dynamodb", lambda client: client.get_item(TableName=name, Key=ITEM)
    )

    assert is_denied(said)


def test_the_mailer_writes_tokens_and_reads_no_credential(deployed: Deployed) -> None:
    users, credentials = deployed.resource("UsersTable"), deployed.resource("CredentialsTable")

    def try_get(table: str) -> str:
        return attempt(
            deployed,
            "MailerFunction",
            "dynamodb",
            lambda client: client.get_item(TableName=table, Key=ITEM),
        )

    changed = attempt(
        deployed,
        "MailerFunction",
        "dynamodb",
        lambda client: client.put_item(TableName=users, Item=ITEM),
    )

    assert try_get(users) == "allowed"
    assert is_denied(try_get(credentials))
    assert is_denied(try_get(deployed.resource("ModelsTable")))
    assert is_denied(changed)


@pytest.mark.parametrize("prefix", ["uploads/", "models/", ""])
@pytest.mark.parametrize("function", ["ConvertFunction", "AuthFunction", "AuthorizerFunction"])
def test_functions_without_files_read_and_write_no_object(
    deployed: Deployed, function: str, prefix: str
) -> None:
    place = {"Bucket": deployed.resource("Bucket"), "Key": f"{prefix}probe"}

    read = attempt(deployed, function, "s3", lambda s3: s3.get_object(**place))
    written = attempt(deployed, function, "s3", lambda s3: s3.put_object(**place, Body=b""))

    assert is_denied(read)
    assert is_denied(written)


def test_the_converter_may_invoke_no_function(deployed: Deployed) -> None:
    name = deployed.resource("IngestFunction")

    said = attempt(
        deployed, "ConvertFunction", "lambda", lambda client: client.invoke(FunctionName=name)
    )

    assert is_denied(said)


def test_upload_may_put_uploads_and_nothing_else(deployed: Deployed) -> None:
    bucket = deployed.resource("Bucket")

    def try_put(key: str) -> str:
        return attempt(
            deployed,
            "UploadFunction",
            "s3",
            lambda s3: s3.put_object(Bucket=bucket, Key=key, Body=b""),
        )

    assert try_put("uploads/probe") == "allowed"
    assert try_put("samples/probe") == "allowed"
    assert is_denied(try_put("models/probe"))
    assert is_denied(try_put("probe"))


@pytest.mark.parametrize("key", ["uploads/probe", "samples/probe"])
def test_upload_may_not_read_what_was_uploaded(deployed: Deployed, key: str) -> None:
    place = {"Bucket": deployed.resource("Bucket"), "Key": key}

    assert is_denied(attempt(deployed, "UploadFunction", "s3", lambda s3: s3.get_object(**place)))


def test_predict_reads_models_and_writes_nothing(deployed: Deployed) -> None:
    bucket, table = deployed.resource("Bucket"), deployed.resource("ModelsTable")

    read_model = attempt(
        deployed,
        "PredictFunction",
        "s3",
        lambda s3: s3.get_object(Bucket=bucket, Key="models/probe"),
    )
    read_upload = attempt(
        deployed,
        "PredictFunction",
        "s3",
        lambda s3: s3.get_object(Bucket=bucket, Key="uploads/probe"),
    )
    written = attempt(
        deployed,
        "PredictFunction",
        "dynamodb",
        lambda dynamodb: dynamodb.put_item(TableName=table, Item=ITEM),
    )

    assert not is_denied(read_model)
    assert is_denied(read_upload)
    assert is_denied(written)


@pytest.mark.parametrize(
    "function", sorted(set(FUNCTIONS) - {"AuthFunction", "AuthorizerFunction"})
)
def test_only_accounts_and_the_authorizer_read_the_signing_keys(
    deployed: Deployed, function: str
) -> None:
    secret = deployed.resource("SigningKeys")

    said = attempt(
        deployed,
        function,
        "secretsmanager",
        lambda secrets: secrets.get_secret_value(SecretId=secret),
    )

    assert is_denied(said)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_changes_permissions(deployed: Deployed, function: str) -> None:
    said = attempt(
        deployed, function, "iam", lambda iam: iam.create_user(UserName=f"made-by-{function}")
    )

    assert is_denied(said)
