"""The stack on the emulator: created, updated, asked for its outputs."""

import json
import time
from typing import Any

import boto3
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError

from local.build import BUILD, BUILT_TEMPLATE
from local.emulator import LOG, REGION, ROOT_KEY, endpoint
from local.failure import Failure
from local.packages import upload_code
from local.paths import ROOT
from local.translation import read, to_cloudformation

STACK = "inferx"
CODE_BUCKET = "inferx-code"
TIME_LIMIT_S = 120.0

# What differs from a deployment on AWS. The emulator speaks plain HTTP.
PARAMETERS = {"TlsOnly": "false", "MailSender": "inferx@example.com"}


def deploy(port: int) -> str:
    """Package, translate and deploy the built template; answers the API's base URL.

    Raises:
        Failure: CloudFormation refused it or a resource failed; the sentence says which.
    """
    template = read(BUILT_TEMPLATE)
    s3, cloudformation = client("s3", port), client("cloudformation", port)
    s3.create_bucket(Bucket=CODE_BUCKET)
    upload_code(template, BUILD, s3, CODE_BUCKET)
    content = json.dumps(to_cloudformation(template, PARAMETERS), default=str)
    # By its address: as an argument of the call a template may have 51,200 bytes at most.
    s3.put_object(Bucket=CODE_BUCKET, Key="template.json", Body=content.encode())
    location = f"{endpoint(port)}/{CODE_BUCKET}/template.json"
    try:
        _create_or_update(cloudformation, location)
    except ClientError as error:
        raise Failure(f"CloudFormation refused the stack: {error}") from error
    stack = _wait(cloudformation)
    api_id = _physical_id(cloudformation, "HttpApi")
    if "ROLLBACK" in stack["StackStatus"] or "FAILED" in stack["StackStatus"]:
        raise Failure(f"The deployment failed: {_cause(cloudformation)}. Log: {_log()}")
    return f"{endpoint(port)}/_aws/execute-api/{api_id}/$default"


def client(service: str, port: int) -> BaseClient:
    """A boto3 client of `service` on the emulator, as its root user."""
    return boto3.client(
        service,
        endpoint_url=endpoint(port),
        region_name=REGION,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"})
        if service == "s3"
        else None,
        **ROOT_KEY,
    )


def _create_or_update(cloudformation: BaseClient, location: str) -> None:
    arguments = {
        "StackName": STACK,
        "TemplateURL": location,
        "Capabilities": ["CAPABILITY_IAM"],
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value} for name, value in PARAMETERS.items()
        ],
    }
    try:
        cloudformation.create_stack(**arguments)
    except cloudformation.exceptions.AlreadyExistsException:
        try:
            cloudformation.update_stack(**arguments)
        except ClientError as error:
            if "No updates" not in str(error):
                raise


def _wait(cloudformation: BaseClient) -> dict[str, Any]:
    deadline = time.monotonic() + TIME_LIMIT_S
    while time.monotonic() < deadline:
        stack: dict[str, Any] = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            return stack
        time.sleep(0.05)
    raise Failure(f"The deployment did not end within {TIME_LIMIT_S:.0f} s. Log: {_log()}")


def _physical_id(cloudformation: BaseClient, logical_id: str) -> str:
    resources = cloudformation.describe_stack_resources(
        StackName=STACK, LogicalResourceId=logical_id
    )["StackResources"]
    return str(resources[0]["PhysicalResourceId"])


def _cause(cloudformation: BaseClient) -> str:
    events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
    first = failed[-1] if failed else events[0]  # events come newest first
    return f"{first['LogicalResourceId']}: {first.get('ResourceStatusReason', 'no reason given')}"


def _log() -> str:
    return str(LOG.relative_to(ROOT))
