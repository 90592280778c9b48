"""The stack on the emulator: created, updated, asked for its outputs."""

import json
import time
from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local import deep_converter
from local.build import BUILT_TEMPLATE
from local.emulator import LOG, REGION, ROOT_KEY_ID, ROOT_SECRET, endpoint
from local.failure import Failure
from local.packages import remove_other_code, upload_code
from local.paths import BUILD, ROOT
from local.public_url import with_public_url
from local.translation import read, to_cloudformation

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ses import SESClient

STACK = "inferx"
CODE_BUCKET = "inferx-code"
TIME_LIMIT_S = 120.0

# What differs from a deployment on AWS. The emulator speaks plain HTTP, its mail reaches no one,
# everyone registers from one address, and webhooks may go to receivers on this machine.
MAIL_SENDER = "inferx@example.com"
PARAMETERS = {
    "TlsOnly": "false",
    "MailSender": MAIL_SENDER,
    "RequireVerifiedEmail": "false",
    "RegistrationsPerHour": "1000000",
    "WebhookLoopback": "true",
    "BatchConcurrency": "2",  # each worker is a process of its own here
}


def deploy(port: int) -> str:
    """Package, translate and deploy the built template; return the API's base URL.

    Raises:
        Failure: CloudFormation refused it or a resource failed; the message names which.
    """
    template = read(BUILT_TEMPLATE)
    s3, cloudformation, ses = _clients(port)
    s3.create_bucket(Bucket=CODE_BUCKET)
    upload_code(template, BUILD, s3, CODE_BUCKET)
    parameters = PARAMETERS | deep_converter.parameters()
    translated = deep_converter.deployed(to_cloudformation(template, parameters))
    content = json.dumps(with_public_url(translated, endpoint(port)), default=str)
    # By its address: as an argument of the call a template may have 51,200 bytes at most.
    s3.put_object(Bucket=CODE_BUCKET, Key="template.json", Body=content.encode())
    location = f"{endpoint(port)}/{CODE_BUCKET}/template.json"
    try:
        _create_or_update(cloudformation, location, parameters)
    except ClientError as error:
        raise Failure(f"CloudFormation refused the stack: {error}") from error
    status = _final_status(cloudformation)
    if "ROLLBACK" in status or "FAILED" in status:
        cause = _cause(cloudformation)
        if not status.startswith("UPDATE"):  # a stack that never stood can only be deleted
            cloudformation.delete_stack(StackName=STACK)
        raise Failure(f"The deployment failed: {cause} (log: {_log()})")
    remove_other_code(template, s3, CODE_BUCKET)
    ses.verify_email_identity(EmailAddress=MAIL_SENDER)
    api_id = _physical_id(cloudformation, "HttpApi")
    return f"{endpoint(port)}/_aws/execute-api/{api_id}/$default"


def _clients(port: int) -> "tuple[S3Client, CloudFormationClient, SESClient]":
    session = boto3.Session(ROOT_KEY_ID, ROOT_SECRET, region_name=REGION)
    by_path = Config(s3={"addressing_style": "path"})
    return (
        session.client("s3", endpoint_url=endpoint(port), config=by_path),
        session.client("cloudformation", endpoint_url=endpoint(port)),
        session.client("ses", endpoint_url=endpoint(port)),
    )


def _create_or_update(
    cloudformation: "CloudFormationClient", location: str, parameters: dict[str, str]
) -> None:
    try:
        _send(cloudformation.create_stack, location, parameters)
    except cloudformation.exceptions.AlreadyExistsException:
        try:
            _send(cloudformation.update_stack, location, parameters)
        except ClientError as error:
            if "No updates" not in str(error):
                raise


def _send(operation: Callable[..., object], location: str, parameters: dict[str, str]) -> None:
    operation(
        StackName=STACK,
        TemplateURL=location,
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
        ],
    )


def _final_status(cloudformation: "CloudFormationClient") -> str:
    deadline = time.monotonic() + TIME_LIMIT_S
    while time.monotonic() < deadline:
        status = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
        if not status.endswith("_IN_PROGRESS"):
            return status
        time.sleep(0.05)
    raise Failure(f"The deployment did not end within {TIME_LIMIT_S:.0f} s (log: {_log()})")


def _physical_id(cloudformation: "CloudFormationClient", logical_id: str) -> str:
    resources = cloudformation.describe_stack_resources(
        StackName=STACK, LogicalResourceId=logical_id
    )["StackResources"]
    return str(resources[0]["PhysicalResourceId"])


def _cause(cloudformation: "CloudFormationClient") -> str:
    """Return what failed first in the latest creation or update."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=STACK)
    cause = "no resource reports why"
    for event in chain.from_iterable(page["StackEvents"] for page in pages):  # newest first
        reason = event.get("ResourceStatusReason", "")
        if event["ResourceStatus"].endswith("_FAILED"):
            cause = f"{event['LogicalResourceId']}: {reason}"
        elif reason == "User Initiated":
            break
    return cause


def _log() -> str:
    return str(LOG.relative_to(ROOT))
