"""Functions in containers: the template that `sam local` gets, its options, and the relay."""

import shutil
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from local import emulator
from local.containers import __main__ as commands
from local.containers import sam, stack
from local.containers.addresses import Addresses
from local.containers.relay import relay
from local.containers.template import (
    with_authorizers_by_function,
    with_environments,
    with_image,
    with_lower_case_headers,
)
from local.failure import Failure
from tools.template import resources, routes, template

FUNCTION = "AWS::Serverless::Function"


def function(**properties: Any) -> dict[str, Any]:
    return {"Type": FUNCTION, "Properties": {"Layers": [], **properties}}


def test_a_function_has_the_stacks_environment_and_nothing_of_the_templates() -> None:
    variables = {"Variables": {"USERS_TABLE": {"Ref": "UsersTable"}}}
    given = {
        "Globals": {"Function": {"Environment": {"Variables": {"LOG_LEVEL": {"Ref": "LogLevel"}}}}},
        "Resources": {"A": function(Environment=variables), "B": function(), "Table": {"Type": ""}},
    }

    changed = with_environments(given, {"A": {"USERS_TABLE": "inferx-users"}})

    properties = changed["Resources"]["A"]["Properties"]
    assert properties["Environment"] == {"Variables": {"USERS_TABLE": "inferx-users"}}
    assert changed["Globals"]["Function"] == {}
    assert changed["Resources"].keys() == {"A", "Table"}


def test_memory_and_time_stay_those_of_the_template() -> None:
    names = resources(FUNCTION)
    changed = with_environments(template(), {name: {} for name in names})

    for name, before in names.items():
        after = changed["Resources"][name]["Properties"]
        assert {**before, "Environment": {"Variables": {}}} == after


def test_the_authorizer_is_named_by_its_function_as_sam_local_needs_it() -> None:
    changed = with_authorizers_by_function(template())

    authorizers = changed["Resources"]["HttpApi"]["Properties"]["Auth"]["Authorizers"]
    assert authorizers["Bearer"]["FunctionArn"] == {"Fn::GetAtt": ["AuthorizerFunction", "Arn"]}


def test_the_image_of_this_machine_takes_the_place_of_the_one_in_ecr() -> None:
    changed = with_image(template(), "ConvertDeepFunction", "inferx-convert-deep:sam")

    resource = changed["Resources"]["ConvertDeepFunction"]
    assert "Condition" not in resource
    assert resource["Properties"]["Code"] == {"ImageUri": "inferx-convert-deep:sam"}
    assert resource["Properties"]["PackageType"] == "Image"


def test_a_layer_goes_between_the_gateway_and_each_handler(tmp_path: Path) -> None:
    given = {"Resources": {"A": function(Handler="app.handler")}}

    changed = with_lower_case_headers(given, tmp_path)

    properties = changed["Resources"]["A"]["Properties"]
    assert properties["Layers"] == [{"Ref": "GatewayLayer"}]
    assert properties["Handler"] == "as_gateway.handler"
    assert changed["Resources"]["GatewayLayer"]["Properties"]["ContentUri"] == str(tmp_path)


@pytest.mark.parametrize("is_there", [True, False])
def test_an_image_is_pulled_only_where_there_is_none(
    is_there: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[list[str]] = []

    def run(command: list[str], **_: Any) -> Any:
        asked.append(command)
        return subprocess.CompletedProcess(command, 0 if is_there else 1)

    monkeypatch.setattr(sam, "BUILD", tmp_path)
    monkeypatch.setattr(subprocess, "run", run)

    command = sam.command("invoke", template(), "PredictFunction")

    assert ("--skip-pull-image" in command) == is_there
    assert asked[0][-1].startswith("public.ecr.aws/lambda/python:3.13-")
    assert (tmp_path / "sam-local-invoke.json").is_file()


def test_sam_local_gets_no_credentials_of_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")

    environment = sam.environment()

    assert "AWS_PROFILE" not in environment
    assert "AWS_ACCESS_KEY_ID" not in environment
    assert environment["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"


def test_the_converter_of_networks_needs_nothing_of_the_stack() -> None:
    found = stack.plain_environment(template(), "ConvertDeepFunction")

    own = resources("AWS::Lambda::Function")["ConvertDeepFunction"]["Environment"]["Variables"]
    assert found == {**own, "LOG_LEVEL": "INFO"}


def test_every_function_of_a_route_is_one_that_the_api_serves() -> None:
    assert {route.function for route in routes()} <= set(resources(FUNCTION))


def test_a_function_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(Failure, match="There is no function 'nothing'; choose one of auth, auth"):
        commands._function("nothing")


def test_without_a_stack_the_sentence_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator, "record", dict)

    with pytest.raises(Failure, match="The local stack is not up: `make up` starts it"):
        commands._stack()


@pytest.mark.parametrize("command", [["require"], ["invoke", "predict"], ["api"]])
def test_without_docker_each_command_ends_with_one_sentence(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr("sys.argv", ["containers", *command])

    with pytest.raises(SystemExit, match="There is no `docker` on PATH: install Docker"):
        commands.main()


@pytest.fixture
def two_addresses() -> Addresses:
    """Return an address of this machine beside the one where the server listens."""
    return Addresses("127.0.0.2", "127.0.0.2")


def test_what_listens_on_the_loopback_is_reached_by_the_other_address(
    two_addresses: Addresses, socket_enabled: None
) -> None:
    with ExitStack() as open_ones:
        server = open_ones.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = server.getsockname()[1]
        url = open_ones.enter_context(relay(port, two_addresses))
        client = open_ones.enter_context(socket.create_connection((two_addresses.name, port)))
        served = open_ones.enter_context(server.accept()[0])

        client.sendall(b"asked")
        asked = served.recv(100)
        served.sendall(b"given")
        given = client.recv(100)

    assert url == f"http://127.0.0.2:{port}"
    assert (asked, given) == (b"asked", b"given")


def test_an_address_that_is_taken_has_a_sentence(
    two_addresses: Addresses, socket_enabled: None
) -> None:
    with socket.create_server((two_addresses.listening, 0)) as server:
        port = server.getsockname()[1]

        with (
            pytest.raises(Failure, match=f"Containers cannot reach port {port} of this machine"),
            relay(port, two_addresses),
        ):
            pass


def test_a_relay_of_another_command_is_used_as_well(
    two_addresses: Addresses, socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulator, "is_ready", lambda host, _: host == two_addresses.listening)
    with socket.create_server((two_addresses.listening, 0)) as other:
        port = other.getsockname()[1]

        with relay(port, two_addresses) as url:
            assert url == f"http://{two_addresses.name}:{port}"
