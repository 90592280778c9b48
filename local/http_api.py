"""An HTTP API written as one OpenAPI document, rewritten as a resource for each route.

SAM puts an HTTP API's routes, integrations and authorizers into the `Body` of its
`AWS::ApiGatewayV2::Api`. CloudFormation reads that on AWS; the emulator ignores it. It does
know the same things as resources of their own, so the template gets them in that form.
"""

import copy
import json
from typing import Any

Template = dict[str, Any]
Resources = dict[str, dict[str, Any]]


def expand_http_apis(template: Template) -> Template:
    """Rewrite each HTTP API of a CloudFormation template that has a `Body`.

    The result is a new template; APIs without a `Body` and all other resources are as before.
    OpenAPI extensions: API Gateway Developer Guide, "OpenAPI extensions for API Gateway".
    """
    expanded = copy.deepcopy(template)
    resources: Resources = expanded["Resources"]
    for name, resource in list(resources.items()):
        if resource["Type"] == "AWS::ApiGatewayV2::Api" and "Body" in resource["Properties"]:
            _expand(name, resource["Properties"], resources)
    return expanded


def _expand(name: str, properties: dict[str, Any], resources: Resources) -> None:
    body = properties.pop("Body")
    properties.pop("FailOnWarnings", None)  # says how to read a Body
    properties.setdefault("Name", name)
    properties["ProtocolType"] = "HTTP"
    if cors := body.get("x-amazon-apigateway-cors"):
        # In camelCase on purpose: the emulator keeps what it is given and reads it so.
        properties["CorsConfiguration"] = cors
    schemes = body.get("components", {}).get("securitySchemes", {})
    for scheme, definition in schemes.items():
        if authorizer := definition.get("x-amazon-apigateway-authorizer"):
            resources[_authorizer_id(name, scheme)] = _authorizer(name, scheme, authorizer)
    for path, methods in body["paths"].items():
        for method, operation in methods.items():
            if integration := operation.get("x-amazon-apigateway-integration"):
                target = _integration_id(name, integration, resources)
                key = _route_key(path, method)
                security = operation.get("security", body.get("security", []))
                resources[_unused(f"{name}Route", resources)] = _route(name, key, target, security)


def _authorizer(api: str, scheme: str, definition: dict[str, Any]) -> dict[str, Any]:
    source = definition.get("identitySource", [])
    properties = {
        "ApiId": {"Ref": api},
        "Name": scheme,
        "AuthorizerType": "REQUEST",
        "AuthorizerUri": definition["authorizerUri"],
        "AuthorizerCredentialsArn": definition.get("authorizerCredentials"),
        "AuthorizerPayloadFormatVersion": str(definition["authorizerPayloadFormatVersion"]),
        "AuthorizerResultTtlInSeconds": definition.get("authorizerResultTtlInSeconds"),
        "EnableSimpleResponses": definition.get("enableSimpleResponses", False),
        "IdentitySource": [part.strip() for part in source.split(",")]
        if isinstance(source, str)
        else source,
    }
    given = {key: value for key, value in properties.items() if value is not None}
    return {"Type": "AWS::ApiGatewayV2::Authorizer", "Properties": given}


def _integration_id(api: str, definition: dict[str, Any], resources: Resources) -> str:
    """Return the id of the integration of `definition`: one, however many routes share it."""
    wanted = {
        "Type": "AWS::ApiGatewayV2::Integration",
        "Properties": {
            "ApiId": {"Ref": api},
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": definition["uri"],
            "PayloadFormatVersion": str(definition.get("payloadFormatVersion", "2.0")),
        },
    }
    for resource_id, resource in resources.items():
        if json.dumps(resource, sort_keys=True) == json.dumps(wanted, sort_keys=True):
            return resource_id
    resource_id = _unused(f"{api}Integration", resources)
    resources[resource_id] = wanted
    return resource_id


def _route(api: str, key: str, target: str, security: list[dict[str, Any]]) -> dict[str, Any]:
    properties = {
        "ApiId": {"Ref": api},
        "RouteKey": key,
        "Target": {"Fn::Sub": f"integrations/${{{target}}}"},
    }
    schemes = [scheme for requirement in security for scheme in requirement if scheme != "NONE"]
    if schemes:
        properties["AuthorizationType"] = "CUSTOM"
        properties["AuthorizerId"] = {"Ref": _authorizer_id(api, schemes[0])}
    return {"Type": "AWS::ApiGatewayV2::Route", "Properties": properties}


def _route_key(path: str, method: str) -> str:
    if path in {"$default", "/$default"}:  # as SAM writes it, and as API Gateway exports it
        return "$default"
    verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
    return f"{verb} {path}"


def _authorizer_id(api: str, scheme: str) -> str:
    return f"{api}{scheme}Authorizer"


def _unused(prefix: str, resources: Resources) -> str:
    number = 0
    while f"{prefix}{number}" in resources:
        number += 1
    return f"{prefix}{number}"
