"""The template as `sam local` gets it: what CloudFormation would fill in is there in plain text.

`sam local` knows no deployed resource: `!Ref UsersTable` would be the word "UsersTable".
"""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Template = dict[str, Any]


def with_environments(template: Template, variables: Mapping[str, Mapping[str, str]]) -> Template:
    """Return the template with each function's whole environment, as the stack has it.

    Args:
        template: SAM's, its code built.
        variables: each function's environment, by logical id; functions without one are left out.
    """
    changed = copy.deepcopy(template)
    changed.get("Globals", {}).get("Function", {}).pop("Environment", None)
    for name, resource in list(changed["Resources"].items()):
        if resource["Type"] not in ("AWS::Serverless::Function", "AWS::Lambda::Function"):
            continue
        if name not in variables:
            del changed["Resources"][name]
            continue
        resource["Properties"]["Environment"] = {"Variables": dict(variables[name])}
    return changed


def with_image(template: Template, function: str, uri: str) -> Template:
    """Return the template with a function of one image of this machine.

    Args:
        template: SAM's.
        function: its logical id.
        uri: the image's name.
    """
    changed = copy.deepcopy(template)
    resource = changed["Resources"][function]
    resource.pop("Condition", None)  # it is asked for by its name
    resource["Properties"] |= {"PackageType": "Image", "Code": {"ImageUri": uri}}
    return changed


def with_authorizers_by_function(template: Template) -> Template:
    """Return the template with authorizers named by function: `sam local` knows of no alias.

    It would leave the authorizer out, and every request would be without a caller.
    """
    changed = copy.deepcopy(template)
    for resource in changed["Resources"].values():
        if resource["Type"] == "AWS::Serverless::HttpApi":
            for authorizer in resource["Properties"]["Auth"]["Authorizers"].values():
                function = authorizer["FunctionArn"]["Ref"].removesuffix(".Alias")
                authorizer["FunctionArn"] = {"Fn::GetAtt": [function, "Arn"]}
    return changed


def with_lower_case_headers(template: Template, layer: Path) -> Template:
    """Return the template with a layer between `sam local start-api` and each function.

    Args:
        template: SAM's, with no functions but those of routes and their authorizer.
        layer: its folder.
    """
    changed = copy.deepcopy(template)
    properties = {"ContentUri": str(layer), "RetentionPolicy": "Delete"}
    changed["Resources"]["GatewayLayer"] = {
        "Type": "AWS::Serverless::LayerVersion",
        "Properties": properties,
    }
    for resource in changed["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["Layers"].append({"Ref": "GatewayLayer"})
            resource["Properties"]["Handler"] = "as_gateway.handler"
    return changed
