"""Roles and calls must be the same: each difference is found, of either kind."""

import pytest

from tools.permissions.__main__ import differences
from tools.permissions.calls import Call, arn
from tools.permissions.roles import Role, roles
from tools.template import function_folders

GET = Call("dynamodb:GetItem", arn("dynamodb", "table/ModelsTable"))
READ = Call("s3:GetObject", "arn:aws:s3:::inferx-test-bucket/models/*")
MADE = Call("s3:GetObject", "arn:aws:s3:::inferx-test-bucket/models/owner/model/model.onnx")
MANAGED = frozenset({"AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess"})


def found(*made: Call, allowed: set[Call], managed: frozenset[str] = MANAGED) -> list[str]:
    calls = frozenset(("DocsFunction", call) for call in made)
    return list(differences(calls, {"DocsFunction": Role(managed, frozenset(allowed))}))


def test_calls_that_are_allowed_and_needed_are_no_difference() -> None:
    assert found(GET, MADE, allowed={GET, READ}) == []


def test_a_call_without_a_permission_is_one() -> None:
    assert found(GET, MADE, allowed={GET}) == [
        f"DocsFunction calls s3:GetObject on {MADE.resource}, and may not"
    ]


def test_a_permission_without_a_call_is_one() -> None:
    assert found(GET, allowed={GET, READ}) == [
        f"DocsFunction may s3:GetObject on {READ.resource}, and never does"
    ]


def test_a_managed_policy_too_many_or_too_few_is_one() -> None:
    managed = frozenset({"AWSLambdaVPCAccessExecutionRole", "AWSXrayWriteOnlyAccess"})

    assert found(allowed=set(), managed=managed) == [
        "DocsFunction lacks AWSLambdaBasicExecutionRole",
        "DocsFunction has no need of AWSLambdaVPCAccessExecutionRole",
    ]


@pytest.mark.process
def test_the_roles_are_those_that_sam_makes_of_the_template() -> None:
    made = roles()

    assert made.keys() == function_folders().keys()
    assert "AWSLambdaSQSQueueExecutionRole" in made["IngestFunction"].managed
    assert not made["ConvertFunction"].allowed
    sent_by_lambda = Call("sqs:SendMessage", arn("sqs", "ReconcileDeadLetters"))
    assert sent_by_lambda in made["ReconcileFunction"].allowed
