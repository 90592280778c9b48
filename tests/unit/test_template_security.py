"""What docs/security.md says of the deployment, read from the template."""

import pytest

from tools.template import resources, template

KINDS = {each["Type"] for each in template()["Resources"].values()}
BUCKET = {"Fn::GetAtt": ["Bucket", "Arn"]}


def test_the_bucket_is_private_and_encrypted() -> None:
    (bucket,) = resources("AWS::S3::Bucket").values()

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]


def test_the_bucket_refuses_plain_http_unless_the_operator_allows_it() -> None:
    (statement,) = resources("AWS::S3::BucketPolicy")["BucketPolicy"]["PolicyDocument"]["Statement"]

    assert (statement["Effect"], statement["Principal"], statement["Action"]) == (
        "Deny",
        "*",
        "s3:*",
    )
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert template()["Parameters"]["TlsOnly"]["Default"] == "true"


def test_every_table_and_every_queue_is_encrypted() -> None:
    for name, table in resources("AWS::DynamoDB::Table").items():
        assert table["SSESpecification"] == {"SSEEnabled": True}, name
    for name, queue in resources("AWS::SQS::Queue").items():
        assert queue["SqsManagedSseEnabled"] is True, name


def test_an_uploaded_file_is_removed_after_a_day() -> None:
    rules = resources("AWS::S3::Bucket")["Bucket"]["LifecycleConfiguration"]["Rules"]
    ends = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule}

    assert (ends["uploads/"], ends["samples/"]) == (1, 1)
    assert any(rule.get("NoncurrentVersionExpiration") == {"NoncurrentDays": 1} for rule in rules)


def test_the_sandboxes_network_has_no_way_out_but_to_this_bucket() -> None:
    (endpoint,) = resources("AWS::EC2::VPCEndpoint").values()
    (group,) = resources("AWS::EC2::SecurityGroup").values()
    reached = [
        str(resource)
        for statement in endpoint["PolicyDocument"]["Statement"]
        for resource in (
            statement["Resource"]
            if isinstance(statement["Resource"], list)
            else [statement["Resource"]]
        )
    ]

    assert not KINDS & {
        "AWS::EC2::Route",
        "AWS::EC2::InternetGateway",
        "AWS::EC2::NatGateway",
        "AWS::EC2::EgressOnlyInternetGateway",
        "AWS::EC2::VPCPeeringConnection",
    }
    assert endpoint["VpcEndpointType"] == "Gateway"
    assert all("${Bucket.Arn}/" in each for each in reached)
    assert "SecurityGroupIngress" not in group
    assert [each["ToPort"] for each in group["SecurityGroupEgress"]] == [443]


def test_the_converters_alone_are_in_that_network_and_serve_one_owner_each() -> None:
    functions = resources("AWS::Serverless::Function") | resources("AWS::Lambda::Function")

    inside = {name for name, function in functions.items() if "VpcConfig" in function}

    assert inside == {"ConvertFunction", "ConvertDeepFunction"}
    for name in inside:
        assert functions[name]["TenancyConfig"] == {"TenantIsolationMode": "PER_TENANT"}


@pytest.mark.parametrize("layer", ["OnnxLayer", "SandboxLayer"])
def test_onnxruntime_sends_no_telemetry_from_any_function_that_has_it(layer: str) -> None:
    having = {
        name: function
        for name, function in resources("AWS::Serverless::Function").items()
        if {"Ref": layer} in function.get("Layers", [])
    }

    assert having
    for name, function in having.items():
        assert function["Environment"]["Variables"]["ORT_DISABLE_TELEMETRY"] == "1", name


def test_webhooks_do_not_go_to_loopback_unless_the_operator_allows_it() -> None:
    assert template()["Parameters"]["WebhookLoopback"]["Default"] == "false"
