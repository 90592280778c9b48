"""The converter of deep networks in the template that the emulator gets."""

import copy

import pytest

from local import deep_converter, deep_environment
from local.differences import with_deep_doorway

TEMPLATE = {
    "Resources": {
        "ConvertFunction": {"Properties": {"Runtime": "python3.13"}},
        "ConvertDeepFunction": {
            "Type": "AWS::Lambda::Function",
            "Condition": "ConvertsDeepNetworks",
            "Properties": {
                "PackageType": {"Fn::Select": [0, ["Image"]]},
                "Code": {"ImageUri": {"Ref": "ConvertDeepImageUri"}},
                "Timeout": 300,
                "Environment": {"Variables": {"LOG_LEVEL": "INFO"}},
            },
        },
    }
}


def test_the_image_becomes_a_function_of_one_module_with_the_same_limits() -> None:
    before = copy.deepcopy(TEMPLATE)

    changed = with_deep_doorway(TEMPLATE, "the module", {"PYTHON": "/python"})

    assert changed["Resources"]["ConvertDeepFunction"]["Properties"] == {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Code": {"ZipFile": "the module"},
        "Timeout": 300,
        "Environment": {"Variables": {"LOG_LEVEL": "INFO", "PYTHON": "/python"}},
    }
    assert before == TEMPLATE


def test_without_the_environment_the_template_stays_and_the_function_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deep_environment, "is_there", lambda: False)

    assert deep_converter.deployed(TEMPLATE) is TEMPLATE
    assert deep_converter.parameters() == {}


def test_with_the_environment_the_function_runs_the_checkouts_converter_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deep_environment, "is_there", lambda: True)

    changed = deep_converter.deployed(TEMPLATE)

    properties = changed["Resources"]["ConvertDeepFunction"]["Properties"]
    variables = properties["Environment"]["Variables"]
    assert variables["DEEP_PYTHON"] == str(deep_environment.PYTHON)
    assert variables["DEEP_PATHS"].split(":")[0].endswith("functions/convert_deep")
    assert "def handler(" in properties["Code"]["ZipFile"]
    assert deep_converter.parameters() == {"ConvertDeepImageUri": "local"}
