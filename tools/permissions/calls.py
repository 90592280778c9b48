"""Calls to AWS as IAM sees them: an action on a resource.

Source: AWS Service Authorization Reference, the pages of each service used here.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

ACCOUNT, REGION = "123456789012", "us-east-1"

_WRITES = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_UPLOADS = ("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload")


class Call(NamedTuple):
    """One call.

    Attributes:
        action: as policies name it, such as ``s3:GetObject``.
        resource: its ARN.
    """

    action: str
    resource: str


def arn(service: str, resource: str) -> str:
    """Return the ARN of a resource of the tests' account and region."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def calls_of(service: str, operation: str, parameters: Mapping[str, Any]) -> Iterator[Call]:
    """Yield what a role must allow for a request.

    Args:
        service: botocore's name of it.
        operation: as in ``GetItem``.
        parameters: the request's.

    Raises:
        LookupError: it is none of the services that functions use.
    """
    if service == "dynamodb":
        yield from _on_tables(operation, parameters)
    elif service == "s3":
        yield from _on_objects(operation, parameters)
    elif service == "sqs":
        yield Call(f"sqs:{operation}", arn("sqs", str(parameters["QueueUrl"]).rsplit("/", 1)[1]))
    elif service == "ses":
        yield Call(f"ses:{operation}", arn("ses", f"identity/{parameters['Source']}"))
    elif service == "secretsmanager":
        secret = arn("secretsmanager", f"secret:{parameters['SecretId']}")
        yield Call(f"secretsmanager:{operation}", secret)
    elif service == "lambda":
        function = arn("lambda", f"function:{parameters['FunctionName']}")
        yield Call(f"lambda:{operation}Function", function)
    elif service in ("stepfunctions", "states"):
        yield Call(f"states:{operation}", str(parameters["stateMachineArn"]))
    else:
        raise LookupError(f"{service} {operation}")


def _on_tables(operation: str, parameters: Mapping[str, Any]) -> Iterator[Call]:
    if operation == "TransactWriteItems":
        for item in parameters["TransactItems"]:
            for kind, write in item.items():
                yield Call(f"dynamodb:{_WRITES[kind]}", _table(write["TableName"]))
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        for name in parameters["RequestItems"]:
            yield Call(f"dynamodb:{operation}", _table(name))
    else:
        index = parameters.get("IndexName")
        place = _table(parameters["TableName"])
        yield Call(f"dynamodb:{operation}", f"{place}/index/{index}" if index else place)


def _table(name: str) -> str:
    return arn("dynamodb", f"table/{name}")


def _on_objects(operation: str, parameters: Mapping[str, Any]) -> Iterator[Call]:
    bucket = f"arn:aws:s3:::{parameters['Bucket']}"
    place = f"{bucket}/{parameters.get('Key')}"
    version = "Version" if parameters.get("VersionId") else ""
    if operation == "ListObjectVersions":
        yield Call("s3:ListBucketVersions", bucket)
    elif operation in ("ListObjects", "ListObjectsV2"):
        yield Call("s3:ListBucket", bucket)
    elif operation == "DeleteObjects":
        # Amazon S3 API Reference, "DeleteObjects": the first always, the second for a version too.
        for each in parameters["Delete"]["Objects"]:
            yield Call("s3:DeleteObject", f"{bucket}/{each['Key']}")
            if each.get("VersionId"):
                yield Call("s3:DeleteObjectVersion", f"{bucket}/{each['Key']}")
    elif operation == "UploadPartCopy":
        source = parameters["CopySource"]
        yield Call("s3:GetObject", f"arn:aws:s3:::{source['Bucket']}/{source['Key']}")
        yield Call("s3:PutObject", place)
    elif operation in _UPLOADS:
        yield Call("s3:PutObject", place)
    elif operation in ("GetObject", "HeadObject"):
        yield Call(f"s3:GetObject{version}", place)
    else:
        yield Call(f"s3:{operation}{version}", place)
