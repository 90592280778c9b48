"""What each function's role allows, with the names that the tests give the resources."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from tools.cloud import environment
from tools.permissions.calls import ACCOUNT, REGION, Call, arn
from tools.template import ROOT, resources, template

_PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::StackName": "inferx",
}
_LOGS = "AWSLambdaBasicExecutionRole"
_TRACES = frozenset({"AWSXrayWriteOnlyAccess", "AWSXRayDaemonWriteAccess"})
"""Two policies for the same: SAM attaches the first."""
_ARNS = {
    "AWS::DynamoDB::Table": ("dynamodb", "table/{}"),
    "AWS::SQS::Queue": ("sqs", "{}"),
    "AWS::SecretsManager::Secret": ("secretsmanager", "secret:{}"),
    "AWS::Serverless::Function": ("lambda", "function:{}"),
    "AWS::Lambda::Function": ("lambda", "function:{}"),
}


@dataclass(frozen=True)
class Role:
    """One function's role.

    Attributes:
        managed: the names of AWS's managed policies in it.
        allowed: each pair of an action and a pattern of resources that its statements allow.
    """

    managed: frozenset[str]
    allowed: frozenset[Call]

    def permits(self, call: Call) -> bool:
        """Return whether a statement allows the call."""
        return any(covers(permission, call) for permission in self.allowed)


def covers(permission: Call, call: Call) -> bool:
    """Return whether a call needs no more than this permission."""
    return permission.action == call.action and fnmatchcase(call.resource, permission.resource)


@cache
def roles() -> dict[str, Role]:
    """Return each function's role, as SAM makes it of the template."""
    command = [str(ROOT / ".venv-sam/bin/python"), "-m", "local.roles"]
    made = subprocess.run(  # noqa: S603  # our own program
        command, check=True, capture_output=True, text=True, cwd=ROOT
    )
    return {name: _role(role) for name, role in json.loads(made.stdout).items()}


def _role(role: dict[str, Any]) -> Role:
    managed = (_resolved(each) for each in role["ManagedPolicyArns"])
    statements = (
        statement
        for policy in role.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    )
    return Role(
        frozenset(each.rsplit("/", 1)[1] for each in managed),
        frozenset(call for statement in statements for call in _permissions(statement)),
    )


def _permissions(statement: dict[str, Any]) -> Iterator[Call]:
    for action in _listed(statement["Action"]):
        for resource in _listed(statement["Resource"]):
            yield Call(action, _resolved(resource))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resolved(value: Any) -> str:
    """Return the text that CloudFormation makes of a value, every condition being true."""
    if isinstance(value, str):
        return value
    ((function, argument),) = value.items()
    if function == "Fn::If":
        return _resolved(argument[1])
    if function == "Fn::Sub":
        return re.sub(r"\$\{([^}]+)\}", lambda found: _named(found[1]), argument)
    if function == "Fn::GetAtt":
        return _named(".".join(_listed(argument)))
    if function == "Fn::Join":
        return str(argument[0]).join(_resolved(each) for each in argument[1])
    assert function == "Ref", value
    return _named(argument)


def _named(name: str) -> str:
    if name in _PSEUDO:
        return _PSEUDO[name]
    logical_id, _, attribute = name.partition(".")
    kind = template()["Resources"][logical_id]["Type"]
    if kind == "AWS::S3::Bucket":
        bucket = environment()["BUCKET"]
        return f"arn:aws:s3:::{bucket}" if attribute == "Arn" else bucket
    service, form = _ARNS[kind]
    assert attribute in ("Arn", "Id"), name
    return arn(service, form.format(logical_id))


def differing_policies(function: str, role: Role) -> frozenset[str]:
    """Return the managed policies that a role lacks, or has and has no need of.

    By them Lambda itself works for a function: it writes the logs and traces, polls the queues and
    attaches the function to its subnet.
    """
    properties = (resources("AWS::Serverless::Function") | resources("AWS::Lambda::Function"))[
        function
    ]
    needed = {_LOGS}
    if "VpcConfig" in properties:
        # This one allows logs, too. SAM attaches both.
        needed = {"AWSLambdaVPCAccessExecutionRole"} | (role.managed & {_LOGS})
    needed |= role.managed & _TRACES or _TRACES
    if any(each["Type"] == "SQS" for each in properties.get("Events", {}).values()):
        needed.add("AWSLambdaSQSQueueExecutionRole")
    return role.managed ^ needed
