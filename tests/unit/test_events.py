"""The sample events in `events/`: made by one tool, one for each function, and never stale."""

import json

import pytest

from tools.events.__main__ import FOLDER, contents
from tools.events.placeholders import Placeholders, filled
from tools.events.samples import Sample, function_of, samples
from tools.http_events import match
from tools.template import function_folders, resources

SAMPLES = {sample.name: sample for sample in samples()}


def test_making_the_events_again_gives_the_same_files() -> None:
    kept = {path: path.read_text() for path in FOLDER.iterdir()}

    assert kept == contents(), "run `make events`"


def test_every_function_has_an_event_of_its_own_name() -> None:
    assert {function_of(name) for name in SAMPLES if "-" not in name} == set(function_folders())


@pytest.mark.parametrize("kind", ["HttpApi", "SQS", "Schedule"])
def test_every_function_has_an_event_of_each_kind_that_the_template_sends_it(kind: str) -> None:
    functions = resources("AWS::Serverless::Function").items()
    sent = {
        name
        for name, function in functions
        if kind in {each["Type"] for each in function.get("Events", {}).values()}
    }

    assert {sample.function for sample in SAMPLES.values() if _kind(sample) == kind} == sent


def _kind(sample: Sample) -> str:
    if "routeKey" in sample.event and "type" not in sample.event:
        return "HttpApi"
    if "Records" in sample.event:
        return "SQS"
    return "Schedule" if "detail-type" in sample.event else "Invocation"


def test_every_queue_that_a_function_reads_has_an_event() -> None:
    read = {
        event["Properties"]["Queue"]["Fn::GetAtt"][0]
        for function in resources("AWS::Serverless::Function").values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "SQS"
    }
    sent = {
        record["eventSourceARN"].rpartition(":")[2]
        for sample in SAMPLES.values()
        for record in sample.event.get("Records", [])
    }

    assert sent == read


@pytest.mark.parametrize("name", [name for name in SAMPLES if _kind(SAMPLES[name]) == "HttpApi"])
def test_a_request_takes_the_route_of_its_function_with_a_caller_unless_it_is_public(
    name: str,
) -> None:
    event = SAMPLES[name].event

    route, parameters = match(event["requestContext"]["http"]["method"], event["rawPath"])

    assert (route.key, route.function) == (event["routeKey"], SAMPLES[name].function)
    assert parameters == event.get("pathParameters", {})
    assert ("authorizer" in event["requestContext"]) != route.public


def test_what_a_stack_has_takes_the_place_of_each_placeholder() -> None:
    real = Placeholders(
        user_id="u1",
        model_id="m1",
        bucket="b1",
        object_version="v1",
        source_size=10,
        source_url="http://s3/b1/in?a=1&b=2",
        result_url="http://s3/b1/out",
    )

    ingested = filled(SAMPLES["ingest"].event, real)
    asked = filled(SAMPLES["convert"].event, real)

    (record,) = ingested["Records"]
    (stored,) = json.loads(record["body"])["Records"]
    assert stored["s3"] == {
        "bucket": {"name": "b1"},
        "object": {"key": "uploads/u1/m1/model.pkl", "size": 10, "versionId": "v1"},
    }
    assert asked == {
        "source_url": "http://s3/b1/in?a=1&b=2",
        "source_size": 10,
        "result_url": "http://s3/b1/out",
    }


def test_the_files_as_they_are_have_every_placeholder() -> None:
    written = "".join(path.read_text() for path in FOLDER.iterdir())

    missing = [name for name, value in vars(Placeholders()).items() if str(value) not in written]

    assert missing == []


def test_a_response_is_expected_only_with_all_that_the_sample_names() -> None:
    authorizer, real = SAMPLES["authorizer"], Placeholders(user_id="u1")
    context = {"user_id": "u1", "kind": "api_key", "scopes": "predict"}

    assert authorizer.is_expected({"isAuthorized": True, "context": context}, real)
    assert not authorizer.is_expected({"isAuthorized": True, "context": {}}, real)
    assert not authorizer.is_expected({"errorType": "KeyError"}, real)
