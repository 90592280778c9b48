"""What an upload says of a deep model's inputs: checked, stored, passed to the converter."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from inferx.input_hints import ImageHint, InputHints
from tests.integration.models.conftest import FILE, Api, Upload
from tests.support.fake_converter import FakeConverter, manifest
from tests.support.gateway import Client

FIELDS = {"name": "digits", "model_type": "pytorch", "file_name": "digits.pt"}
FORM = {"name": "digits", "model_type": "pytorch"}
WARNING = (
    "input_shape, input_dtype and input_kind are for Keras and PyTorch files; they changed "
    "nothing here."
)

type Deliver = Callable[[], list[Any]]
type Declared = Callable[..., InputHints | None]


def faults(response: requests.Response) -> list[tuple[list[Any], str]]:
    assert response.status_code == 422, response.text
    return [(fault["loc"], fault["msg"]) for fault in response.json()["detail"]]


@pytest.fixture
def declared(upload: Upload, sandbox: FakeConverter) -> Declared:
    """Return what the converter gets for these fields of an upload by JSON."""

    def call(**fields: Any) -> InputHints | None:
        upload(**FIELDS, **fields)
        return sandbox.requests[-1].input_hints

    return call


@pytest.fixture
def by_form(
    client: Client,
    auth_headers: dict[str, str],
    sandbox: FakeConverter,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
) -> Declared:
    """Return what the converter gets for these fields of a form."""
    monkeypatch.setattr("inferx.registry.uploads.wait_until_settled", lambda model, _: model)

    def call(**fields: Any) -> InputHints | None:
        file = {"file": ("digits.pt", FILE)}
        response = client.post(
            "/api/v1/models/upload", data=FORM | fields, files=file, headers=auth_headers
        )
        assert response.status_code == 201, response.text
        deliver()
        return sandbox.requests[-1].input_hints

    return call


@pytest.mark.parametrize(
    ("fields", "hints"),
    [
        ({}, None),
        ({"input_shape": None, "input_dtype": None, "input_kind": None}, None),
        ({"input_shape": [28, 28, 1]}, InputHints(((28, 28, 1),))),
        ({"input_shape": [None, 12]}, InputHints(((None, 12),))),
        ({"input_shape": []}, InputHints(((),))),
        ({"input_shape": [[3], [None]]}, InputHints(((3,), (None,)))),
        ({"input_dtype": "int64"}, InputHints((), ("int64",))),
        ({"input_dtype": ["int64", "bool"]}, InputHints((), ("int64", "bool"))),
        (
            {"input_shape": [[3], [4]], "input_dtype": "float32"},
            InputHints(((3,), (4,)), ("float32", "float32")),
        ),
        ({"input_kind": "image"}, InputHints(image=ImageHint())),
        (
            {
                "input_shape": [3, None, None],
                "input_kind": {
                    "kind": "image",
                    "input": "x",
                    "size": [224, 192],
                    "channels": 3,
                    "layout": "channels_first",
                    "scale": 1,
                    "mean": 127.5,
                    "std": [1, 2, 3],
                },
            },
            InputHints(
                ((3, None, None),),
                (),
                ImageHint("x", (224, 192), 3, "channels_first", 1.0, (127.5,), (1.0, 2.0, 3.0)),
            ),
        ),
    ],
)
def test_the_converter_gets_what_was_declared(
    fields: dict[str, Any], hints: InputHints | None, declared: Declared
) -> None:
    assert declared(**fields) == hints


@pytest.mark.parametrize(
    ("fields", "hints"),
    [
        ({"input_shape": "[28, 28, 1]"}, InputHints(((28, 28, 1),))),
        ({"input_shape": " [[2], [null]] "}, InputHints(((2,), (None,)))),
        ({"input_dtype": "float32"}, InputHints((), ("float32",))),
        ({"input_dtype": '["int64", "bool"]'}, InputHints((), ("int64", "bool"))),
        ({"input_kind": "image"}, InputHints(image=ImageHint())),
        ({"input_kind": '"image"'}, InputHints(image=ImageHint())),
        (
            {"input_kind": '{"kind": "image", "size": [8, 9]}'},
            InputHints(image=ImageHint(size=(8, 9))),
        ),
        ({"input_shape": "", "input_dtype": "", "input_kind": ""}, None),
    ],
)
def test_a_form_has_them_as_text(
    fields: dict[str, str], hints: InputHints | None, by_form: Declared
) -> None:
    assert by_form(**fields) == hints


@pytest.mark.parametrize(
    ("fields", "loc", "words"),
    [
        ({"input_shape": 28}, ["input_shape"], "such as [28, 28, 1]"),
        ({"input_shape": [28, 0]}, ["input_shape"], "whole numbers from 1"),
        ({"input_shape": [28.0]}, ["input_shape"], "whole numbers from 1"),
        ({"input_shape": [True]}, ["input_shape"], "whole numbers from 1"),
        ({"input_shape": [[1], 2]}, ["input_shape"], "list of such lists"),
        ({"input_shape": [1] * 9}, ["input_shape"], "at most 8"),
        ({"input_shape": "[1,"}, ["input_shape"], "no valid JSON"),
        ({"input_dtype": "float"}, ["input_dtype"], "Send one of float32"),
        ({"input_dtype": []}, ["input_dtype"], "Send one of float32"),
        ({"input_dtype": ["int64", 1]}, ["input_dtype"], "Send one of float32"),
        ({"input_kind": "picture"}, ["input_kind"], 'Send "image"'),
        ({"input_kind": ["image"]}, ["input_kind"], 'Send "image"'),
        ({"input_kind": {}}, ["input_kind", "kind"], "required"),
        ({"input_kind": {"kind": "text"}}, ["input_kind", "kind"], "'image'"),
        ({"input_kind": {"kind": "image", "width": 3}}, ["input_kind", "width"], "not permitted"),
        ({"input_kind": {"kind": "image", "size": [3]}}, ["input_kind", "size"], "at least 2"),
        (
            {"input_kind": {"kind": "image", "size": [3, 0]}},
            ["input_kind", "size", 1],
            "greater than or equal to 1",
        ),
        ({"input_kind": {"kind": "image", "channels": 2}}, ["input_kind", "channels"], "1, 3 or 4"),
        ({"input_kind": {"kind": "image", "scale": 0}}, ["input_kind", "scale"], "not be 0"),
        (
            {"input_kind": {"kind": "image", "std": [1, 0]}},
            ["input_kind", "std", 1],
            "greater than or equal",
        ),
        (
            {"input_shape": [[1], [2]], "input_dtype": ["bool", "bool", "bool"]},
            ["input_dtype"],
            "Lists 3 types, and input_shape 2 shapes",
        ),
        (
            {"input_kind": "image", "input_dtype": "string"},
            ["input_kind"],
            "and input_dtype is string",
        ),
        ({"input_kind": "image", "input_shape": [784]}, ["input_kind"], "Does not fit input_shape"),
        (
            {"input_kind": {"kind": "image", "size": [32, 32]}, "input_shape": [28, 28, 1]},
            ["input_kind"],
            "Does not fit input_shape",
        ),
        (
            {"input_kind": {"kind": "image", "mean": [0, 0]}},
            ["input_kind"],
            "2 numbers as mean",
        ),
        (
            {"input_kind": {"kind": "image", "scale": 0.5}, "input_dtype": "uint8"},
            ["input_kind"],
            "leave out scale",
        ),
    ],
)
def test_anything_else_is_refused_by_name(
    fields: dict[str, Any], loc: list[Any], words: str, api: Api
) -> None:
    response = api("POST", "/upload", json=FIELDS | fields)

    ((found, sentence),) = faults(response)
    assert found == ["body", *loc]
    assert words in sentence


def test_both_ways_of_uploading_refuse_alike(api: Api) -> None:
    wrong = {"input_kind": {"kind": "image", "size": [1, 2, 3]}}
    text = {name: json.dumps(value) for name, value in wrong.items()}
    file = {"file": ("digits.pt", FILE)}

    by_json = faults(api("POST", "/upload", json=FIELDS | wrong))

    assert faults(api("POST", "/upload", data=FORM | text, files=file)) == by_json


def test_what_was_declared_is_not_shown(upload: Upload) -> None:
    model = upload(**FIELDS, input_shape=[4], input_kind=None)

    assert not [name for name in model if name.startswith("input_")]


@pytest.mark.parametrize("framework", ["sklearn", "onnx"])
def test_a_file_that_needs_none_of_it_is_served_with_a_warning(
    framework: str, upload: Upload, sandbox: FakeConverter
) -> None:
    sandbox.outcome = {"status": "converted", "manifest": manifest(framework=framework)}

    model = upload(**FIELDS, input_shape=[4])

    assert model["status"] == "ready"
    assert WARNING in model["warnings"]


def test_a_network_is_served_without_that_warning(upload: Upload, sandbox: FakeConverter) -> None:
    sandbox.outcome = {"status": "converted", "manifest": manifest(framework="keras")}

    assert WARNING not in upload(**FIELDS, input_shape=[4])["warnings"]
