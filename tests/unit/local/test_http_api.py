"""The rewriting of HTTP APIs for the emulator."""

import copy
from typing import Any

import pytest

from local.http_api import expand_http_apis

FUNCTION_URI = {"Fn::Sub": "arn:aws:apigateway:…:${DocsFunction.Arn}/invocations"}
OTHER_URI = {"Fn::Sub": "arn:aws:apigateway:…:${ModelsFunction.Arn}/invocations"}
AUTHORIZER_URI = {"Fn::Sub": "arn:aws:apigateway:…:${AuthorizerFunction.Arn}/invocations"}


def operation(uri: Any, **extra: Any) -> dict[str, Any]:
    integration = {"type": "aws_proxy", "uri": uri, "payloadFormatVersion": "2.0"}
    return {"x-amazon-apigateway-integration": integration, "responses": {}, **extra}


def template_with(**body: Any) -> dict[str, Any]:
    properties = {"Body": {"openapi": "3.0.1", **body}, "FailOnWarnings": True}
    return {"Resources": {"HttpApi": {"Type": "AWS::ApiGatewayV2::Api", "Properties": properties}}}


def properties_of(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == f"AWS::ApiGatewayV2::{kind}"
    ]


def test_the_given_template_stays_as_it_was() -> None:
    template = template_with(paths={"/health": {"get": operation(FUNCTION_URI)}})
    before = copy.deepcopy(template)

    expand_http_apis(template)

    assert template == before


def test_an_api_is_left_without_what_only_a_body_needs() -> None:
    expanded = expand_http_apis(template_with(paths={}))

    assert properties_of(expanded, "Api") == [{"Name": "HttpApi", "ProtocolType": "HTTP"}]


def test_an_api_without_a_body_and_other_resources_are_untouched() -> None:
    template = {
        "Resources": {
            "Plain": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP"}},
            "Queue": {"Type": "AWS::SQS::Queue"},
        }
    }

    assert expand_http_apis(template) == template


def test_each_method_of_each_path_becomes_a_route() -> None:
    paths = {
        "/models/{id}": {"get": operation(OTHER_URI), "delete": operation(OTHER_URI)},
        "/docs": {"get": operation(FUNCTION_URI)},
    }

    routes = properties_of(expand_http_apis(template_with(paths=paths)), "Route")

    assert [route["RouteKey"] for route in routes] == [
        "GET /models/{id}",
        "DELETE /models/{id}",
        "GET /docs",
    ]


@pytest.mark.parametrize("default", ["$default", "/$default"])
def test_the_any_method_and_the_default_path_have_keys_of_their_own(default: str) -> None:
    any_method = {"x-amazon-apigateway-any-method": operation(FUNCTION_URI)}

    routes = properties_of(
        expand_http_apis(template_with(paths={"/all": any_method, default: any_method})),
        "Route",
    )

    assert [route["RouteKey"] for route in routes] == ["ANY /all", "$default"]


def test_routes_to_one_function_share_its_integration() -> None:
    paths = {
        "/a": {"get": operation(OTHER_URI), "post": operation(OTHER_URI)},
        "/b": {"get": operation(FUNCTION_URI)},
    }

    expanded = expand_http_apis(template_with(paths=paths))

    integrations = properties_of(expanded, "Integration")
    assert [integration["IntegrationUri"] for integration in integrations] == [
        OTHER_URI,
        FUNCTION_URI,
    ]
    assert [route["Target"] for route in properties_of(expanded, "Route")] == [
        {"Fn::Sub": "integrations/${HttpApiIntegration0}"},
        {"Fn::Sub": "integrations/${HttpApiIntegration0}"},
        {"Fn::Sub": "integrations/${HttpApiIntegration1}"},
    ]


def test_only_a_route_with_security_asks_the_authorizer() -> None:
    authorizer = {
        "type": "request",
        "authorizerUri": AUTHORIZER_URI,
        "authorizerPayloadFormatVersion": "2.0",
        "authorizerResultTtlInSeconds": 60,
        "enableSimpleResponses": True,
        "identitySource": "$request.header.Authorization",
    }
    scheme = {"type": "apiKey", "x-amazon-apigateway-authorizer": authorizer}
    paths = {
        "/models": {"get": operation(OTHER_URI, security=[{"Bearer": []}])},
        "/health": {"get": operation(FUNCTION_URI, security=[{"NONE": []}])},
        "/docs": {"get": operation(FUNCTION_URI)},
    }

    expanded = expand_http_apis(
        template_with(paths=paths, components={"securitySchemes": {"Bearer": scheme}})
    )

    assert properties_of(expanded, "Authorizer") == [
        {
            "ApiId": {"Ref": "HttpApi"},
            "Name": "Bearer",
            "AuthorizerType": "REQUEST",
            "AuthorizerUri": AUTHORIZER_URI,
            "AuthorizerPayloadFormatVersion": "2.0",
            "AuthorizerResultTtlInSeconds": 60,
            "EnableSimpleResponses": True,
            "IdentitySource": ["$request.header.Authorization"],
        }
    ]
    protected, public, plain = properties_of(expanded, "Route")
    assert protected["AuthorizerId"] == {"Ref": "HttpApiBearerAuthorizer"}
    assert protected["AuthorizationType"] == "CUSTOM"
    assert "AuthorizerId" not in public
    assert "AuthorizerId" not in plain


def test_the_apis_own_security_holds_for_routes_that_say_nothing() -> None:
    paths = {"/models": {"get": operation(OTHER_URI)}}

    expanded = expand_http_apis(template_with(paths=paths, security=[{"Bearer": []}]))

    [route] = properties_of(expanded, "Route")
    assert route["AuthorizerId"] == {"Ref": "HttpApiBearerAuthorizer"}


def test_cors_stays_with_the_api() -> None:
    cors = {"allowOrigins": ["*"], "allowMethods": ["GET"]}

    expanded = expand_http_apis(template_with(paths={}, **{"x-amazon-apigateway-cors": cors}))

    [api] = properties_of(expanded, "Api")
    assert api["CorsConfiguration"] == cors


def test_names_that_the_template_has_taken_are_left_alone() -> None:
    template = template_with(paths={"/a": {"get": operation(FUNCTION_URI)}})
    template["Resources"]["HttpApiRoute0"] = {"Type": "AWS::SQS::Queue"}

    expanded = expand_http_apis(template)

    assert expanded["Resources"]["HttpApiRoute0"] == {"Type": "AWS::SQS::Queue"}
    assert expanded["Resources"]["HttpApiRoute1"]["Type"] == "AWS::ApiGatewayV2::Route"
