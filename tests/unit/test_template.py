"""The template's promises, read from the template."""

import json

import pytest

from inferx.conversion.invocation import HANDED_ON_SECONDS, URL_SECONDS
from inferx.registry.lifetimes import CLAIM_LIFETIME
from tools.template import function_folders, resources, routes, template

_STATE = ("AWS::DynamoDB::Table", "AWS::S3::Bucket")


def test_every_function_has_a_folder_with_a_handler() -> None:
    for folder in function_folders().values():
        assert (folder / "app.py").is_file(), folder


def test_every_function_has_logs_that_end() -> None:
    named = {str(logs.get("LogGroupName")) for logs in resources("AWS::Logs::LogGroup").values()}

    for function in function_folders():
        assert any(f"${{{function}}}" in name for name in named), function


def test_no_two_routes_are_the_same() -> None:
    keys = [route.key for route in routes()]

    assert len(keys) == len(set(keys))


def test_only_these_routes_are_public() -> None:
    public = {route.key for route in routes() if route.public}

    assert public == {
        "POST /api/v1/auth/register",
        "POST /api/v1/auth/verify",
        "POST /api/v1/auth/forgot",
        "POST /api/v1/auth/reset",
        "POST /api/v1/auth/login",
        "POST /api/v1/auth/refresh",
        "POST /api/v1/auth/logout",
        "GET /api/v1/health",
        "GET /openapi.json",
        "GET /docs",
        "GET /docs/{asset}",
        "GET /v2",
        "GET /v2/health/live",
        "GET /v2/health/ready",
        "$default",
    }


@pytest.mark.parametrize("kind", _STATE)
def test_what_holds_data_outlives_the_stack(kind: str) -> None:
    held = [each for each in template()["Resources"].values() if each["Type"] == kind]

    assert held
    assert all(each["DeletionPolicy"] == "RetainExceptOnCreate" for each in held)
    assert all(each["UpdateReplacePolicy"] == "Retain" for each in held)


def test_every_table_bills_by_request_and_can_be_restored() -> None:
    for name, table in resources("AWS::DynamoDB::Table").items():
        assert table["BillingMode"] == "PAY_PER_REQUEST", name
        recovery = table["PointInTimeRecoverySpecification"]
        assert recovery["PointInTimeRecoveryEnabled"] is True, name


def test_every_queue_with_a_consumer_has_dead_letters_and_time_to_be_handled() -> None:
    queues = resources("AWS::SQS::Queue")
    for name, function in resources("AWS::Serverless::Function").items():
        for event in function.get("Events", {}).values():
            if event["Type"] != "SQS":
                continue
            queue = queues[event["Properties"]["Queue"]["Fn::GetAtt"][0]]
            assert "deadLetterTargetArn" in queue["RedrivePolicy"], name
            assert queue["VisibilityTimeout"] >= 2 * function.get("Timeout", 29), name
            assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def queues_of_dead_letters() -> set[str]:
    redrives = (queue.get("RedrivePolicy") for queue in resources("AWS::SQS::Queue").values())
    found = {redrive["deadLetterTargetArn"]["Fn::GetAtt"][0] for redrive in redrives if redrive}
    for function in resources("AWS::Serverless::Function").values():
        outcomes = function.get("EventInvokeConfig", {}).get("DestinationConfig", {})
        if failure := outcomes.get("OnFailure"):
            found.add(failure["Destination"]["Fn::GetAtt"][0])
        for event in function.get("Events", {}).values():
            if letters := event["Properties"].get("DeadLetterConfig"):
                found.add(letters["Arn"]["Fn::GetAtt"][0])
    return found


def test_dead_letters_are_named_so() -> None:
    named = {name for name in resources("AWS::SQS::Queue") if name.endswith("DeadLetters")}

    assert queues_of_dead_letters() == named


def test_an_alarm_fires_at_the_first_message_of_every_queue_of_dead_letters() -> None:
    watched = {
        alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in resources("AWS::CloudWatch::Alarm").values()
        if alarm.get("MetricName") == "ApproximateNumberOfMessagesVisible"
        and (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
        and alarm["AlarmActions"]
    }

    assert watched == queues_of_dead_letters()


def test_the_dashboard_shows_every_queue() -> None:
    body = resources("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]["Fn::Sub"]

    for name in resources("AWS::SQS::Queue"):
        assert f"${{{name}.QueueName}}" in body


def test_ingest_gives_up_at_the_receive_after_which_its_queue_does() -> None:
    queue = resources("AWS::SQS::Queue")["IngestQueue"]
    ingest = resources("AWS::Serverless::Function")["IngestFunction"]

    given = ingest["Environment"]["Variables"]["INGEST_RECEIVES"]

    assert given == queue["RedrivePolicy"]["maxReceiveCount"]
    (mapping, first, second) = given["Fn::FindInMap"]
    assert int(template()["Mappings"][mapping][first][second]) > 1


def test_verification_without_a_sender_is_refused_at_the_deployment() -> None:
    (rule,) = template()["Rules"].values()

    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "RequireVerifiedEmail"}, "true"]}
    (assertion,) = rule["Assertions"]
    assert assertion["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "MailSender"}, ""]}]}


def test_no_role_allows_everything() -> None:
    for name, function in resources("AWS::Serverless::Function").items():
        for policy in function.get("Policies", []):
            for statement in policy["Statement"]:
                if statement["Effect"] == "Allow":
                    assert statement["Resource"] != "*", name
                    assert "*" not in str(statement["Action"]), name


def test_the_sandbox_is_allowed_nothing() -> None:
    convert = resources("AWS::Serverless::Function")["ConvertFunction"]

    statements = [each for policy in convert["Policies"] for each in policy["Statement"]]
    assert {each["Effect"] for each in statements} == {"Deny"}
    assert convert["TenancyConfig"] == {"TenantIsolationMode": "PER_TENANT"}
    assert "SnapStart" not in convert


def test_the_sandbox_of_deep_networks_is_allowed_nothing_more() -> None:
    convert = resources("AWS::Serverless::Function")["ConvertFunction"]
    deep = resources("AWS::Lambda::Function")["ConvertDeepFunction"]
    (policy,) = resources("AWS::IAM::Role")["ConvertDeepRole"]["Policies"]

    assert policy["PolicyDocument"]["Statement"] == convert["Policies"][0]["Statement"]
    for shared in ("TenancyConfig", "VpcConfig", "Timeout", "MemorySize"):
        assert deep[shared] == convert[shared]


def test_without_an_image_the_stack_has_nothing_of_the_converter_of_deep_networks() -> None:
    has_image = "ConvertsDeepNetworks"
    own = {name for name in template()["Resources"] if name.startswith("ConvertDeep")}

    conditions = {name: template()["Resources"][name].get("Condition") for name in own}

    assert template()["Parameters"]["ConvertDeepImageUri"]["Default"] == ""
    assert conditions == dict.fromkeys(own, has_image)
    assert len(own) == 3


@pytest.mark.parametrize(
    ("function", "parameter"),
    [("AuthorizerFunction", "AuthorizerConcurrency"), ("AuthFunction", "AuthConcurrency")],
)
def test_concurrency_is_reserved_where_the_operator_asks_for_it(
    function: str, parameter: str
) -> None:
    reserved = resources("AWS::Serverless::Function")[function]["ReservedConcurrentExecutions"]
    condition, asked, otherwise = reserved["Fn::If"]

    assert (asked, otherwise) == ({"Ref": parameter}, {"Ref": "AWS::NoValue"})
    unequal = template()["Conditions"][condition]["Fn::Not"]
    assert unequal == [{"Fn::Equals": [{"Ref": parameter}, 0]}]
    assert template()["Parameters"][parameter]["Default"] == 0


def test_the_buckets_accesses_are_logged_where_the_operator_names_a_bucket() -> None:
    condition, asked, otherwise = resources("AWS::S3::Bucket")["Bucket"]["LoggingConfiguration"][
        "Fn::If"
    ]

    assert asked["DestinationBucketName"] == {"Ref": "AccessLogsBucket"}
    assert otherwise == {"Ref": "AWS::NoValue"}
    unequal = template()["Conditions"][condition]["Fn::Not"]
    assert unequal == [{"Fn::Equals": [{"Ref": "AccessLogsBucket"}, ""]}]
    assert template()["Parameters"]["AccessLogsBucket"]["Default"] == ""


def test_what_waits_for_its_turn_goes_back_to_the_queue_that_ingest_reads() -> None:
    ingest = resources("AWS::Serverless::Function")["IngestFunction"]
    read = [each["Properties"]["Queue"] for each in ingest["Events"].values()]

    assert read == [{"Fn::GetAtt": ["IngestQueue", "Arn"]}]
    assert ingest["Environment"]["Variables"]["INGEST_QUEUE_URL"] == {"Ref": "IngestQueue"}


def test_ingest_has_a_minute_to_hand_a_file_to_the_second_converter() -> None:
    ingest = resources("AWS::Serverless::Function")["IngestFunction"]
    deep = resources("AWS::Lambda::Function")["ConvertDeepFunction"]

    assert ingest["Timeout"] >= 60 + deep["Timeout"] + 30
    assert deep["Timeout"] < HANDED_ON_SECONDS


def test_a_claim_outlives_ingest_and_what_it_presigns_and_ends_before_the_next_receive() -> None:
    ingest = resources("AWS::Serverless::Function")["IngestFunction"]["Timeout"]
    hidden = resources("AWS::SQS::Queue")["IngestQueue"]["VisibilityTimeout"]
    last_presigned = ingest - HANDED_ON_SECONDS

    assert last_presigned + URL_SECONDS <= CLAIM_LIFETIME.total_seconds()
    assert ingest < CLAIM_LIFETIME.total_seconds() < hidden


def test_the_dashboard_is_json_with_a_title_on_every_widget() -> None:
    body = resources("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]["Fn::Sub"]

    widgets = json.loads(body)["widgets"]

    assert widgets
    assert all(widget["properties"]["title"] for widget in widgets)


def test_predict_logs_lambdas_own_lines_only_where_everything_is_logged() -> None:
    logging = resources("AWS::Serverless::Function")["PredictFunction"]["LoggingConfig"]

    assert logging["LogFormat"] == "JSON"
    assert logging["SystemLogLevel"] == {"Fn::If": ["LogsEverything", "INFO", "WARN"]}


def test_functions_that_measure_models_know_whether_each_is_a_metric() -> None:
    functions = resources("AWS::Serverless::Function")

    for name in ("PredictFunction", "JobsWorkerFunction"):
        variables = functions[name]["Environment"]["Variables"]
        assert variables["MODEL_METRICS"] == {"Ref": "ModelMetrics"}
