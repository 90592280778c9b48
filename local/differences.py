"""Changes to the CloudFormation template for what the emulator does not support."""

import copy
from collections.abc import Mapping
from typing import Any

Template = dict[str, Any]


def without_metric_math(template: Template) -> Template:
    """Return the template without alarms on expressions of several metrics.

    The emulator refuses the whole stack for one of them; no alarm ever fires there anyway.
    """
    kept = {
        name: resource
        for name, resource in template["Resources"].items()
        if not (
            resource["Type"] == "AWS::CloudWatch::Alarm"
            and "Metrics" in resource.get("Properties", {})
        )
    }
    return {**template, "Resources": kept}


def with_mail_from_any_sender(template: Template) -> Template:
    """Return the template with permissions to send mail that name no identity and no sender.

    The emulator evaluates SES's SendEmail by neither, and so would always deny it.
    """
    changed = copy.deepcopy(template)
    for resource in changed["Resources"].values():
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"].get("Policies", []):
                for statement in policy["PolicyDocument"]["Statement"]:
                    if statement["Action"] in ("ses:SendEmail", ["ses:SendEmail"]):
                        statement["Resource"] = "*"
                        statement.pop("Condition", None)
    return changed


def with_numbers_for_pollers(template: Template) -> Template:
    """Return the template with each limit of a queue's consumers as a number.

    A parameter's value is text, which CloudFormation turns into what the property takes. The
    emulator passes it on, and its poller fails on comparing it with a number.
    """
    changed = copy.deepcopy(template)
    parameters = changed.get("Parameters", {})
    for resource in changed["Resources"].values():
        if resource["Type"] == "AWS::Lambda::EventSourceMapping":
            scaling = resource["Properties"].get("ScalingConfig", {})
            limit = scaling.get("MaximumConcurrency")
            if isinstance(limit, dict):
                limit = parameters[limit["Ref"]]["Default"]
            if limit is not None:
                scaling["MaximumConcurrency"] = int(limit)
    return changed


def with_deep_doorway(template: Template, source: str, variables: Mapping[str, str]) -> Template:
    """Return the template with `convert_deep` as a function of one Python module.

    On AWS it is an image, and the emulator runs images in Docker alone.

    Args:
        template: CloudFormation, as the emulator gets it.
        source: the module's text; its `handler` is what Lambda calls.
        variables: what it needs in its environment, beside the image's own.
    """
    changed = copy.deepcopy(template)
    properties = changed["Resources"]["ConvertDeepFunction"]["Properties"]
    del properties["PackageType"]
    properties["Runtime"] = changed["Resources"]["ConvertFunction"]["Properties"]["Runtime"]
    properties["Handler"] = "index.handler"  # where CloudFormation puts a ZipFile's text
    properties["Code"] = {"ZipFile": source}
    properties["Environment"]["Variables"].update(variables)
    return changed
