"""What the emulator cannot take."""

import copy
from typing import Any

from local.differences import (
    with_mail_from_any_sender,
    with_numbers_for_pollers,
    without_metric_math,
)


def role_with(*statements: dict[str, Any]) -> dict[str, Any]:
    policy = {"PolicyName": "own", "PolicyDocument": {"Statement": list(statements)}}
    return {"Type": "AWS::IAM::Role", "Properties": {"Policies": [policy]}}


def test_only_alarms_on_expressions_are_taken_out() -> None:
    simple = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "Errors"}}
    expression = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": [{"Id": "rate"}]}}
    queue = {"Type": "AWS::SQS::Queue"}
    template = {"Resources": {"Simple": simple, "Expression": expression, "Queue": queue}}

    assert without_metric_math(template) == {"Resources": {"Simple": simple, "Queue": queue}}


def test_only_the_permission_to_send_mail_is_widened() -> None:
    scoped = {"Resource": "arn:aws:ses:…:identity/*", "Condition": {"StringEquals": {}}}
    mail = {"Effect": "Allow", "Action": "ses:SendEmail", **scoped}
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}
    template = {"Resources": {"Role": role_with(mail, read), "Queue": {"Type": "AWS::SQS::Queue"}}}
    before = copy.deepcopy(template)

    changed = with_mail_from_any_sender(template)

    widened = {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*"}
    assert changed["Resources"]["Role"] == role_with(widened, read)
    assert template == before


def test_limits_of_pollers_are_numbers() -> None:
    limits = [20, "20", {"Ref": "Most"}]
    template = {
        "Parameters": {"Most": {"Type": "Number", "Default": 20}},
        "Resources": {
            "Plain": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {}},
            **{f"Limited{number}": poller(limit) for number, limit in enumerate(limits)},
        },
    }

    changed = with_numbers_for_pollers(template)

    assert changed["Resources"] == {
        "Plain": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {}},
        **{f"Limited{number}": poller(20) for number in range(3)},
    }


def poller(limit: Any) -> dict[str, Any]:
    properties = {"ScalingConfig": {"MaximumConcurrency": limit}}
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties}
