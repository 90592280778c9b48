"""Alarms that the emulator cannot make."""

from local.alarms import without_metric_math


def test_only_alarms_on_expressions_are_taken_out() -> None:
    simple = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "Errors"}}
    expression = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": [{"Id": "rate"}]}}
    queue = {"Type": "AWS::SQS::Queue"}
    template = {"Resources": {"Simple": simple, "Expression": expression, "Queue": queue}}

    assert without_metric_math(template) == {"Resources": {"Simple": simple, "Queue": queue}}
