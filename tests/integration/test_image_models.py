"""A graph of images, from its upload to its predictions, by the API alone."""

from typing import Any

import pytest
import requests
from onnx import TensorProto, helper

from inferx.storage import functions
from tests.support.gateway import Client
from tests.support.pictures import encoded, grey
from tests.support.real_converter import convert_in_process
from tools.cloud import Cloud

type Json = dict[str, Any]


def brightness(*shape: int | None) -> bytes:
    """Return a graph that gives the mean of each image, and each image's darkest value."""
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("ReduceMin", ["image"], ["darkest"], axes=[1, 2, 3], keepdims=0),
    ]
    body = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [None])
            for name in ("mean", "darkest")
        ],
    )
    opsets = [helper.make_opsetid("", 17)]
    content: bytes = helper.make_model(body, opset_imports=opsets, ir_version=8).SerializeToString()
    return content


@pytest.fixture
def ingested(
    client: Client, db: Cloud, auth_headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Uploads a graph with these fields, converts it and returns the model."""
    monkeypatch.setattr(functions, "invoke", convert_in_process)

    def call(content: bytes, **fields: Any) -> Json:
        given = {"name": "pictures", "model_type": "onnx", "file_name": "pictures.onnx", **fields}
        reserved = client.post("/api/v1/models/upload", json=given, headers=auth_headers)
        assert reserved.status_code == 201, reserved.text
        data = reserved.json()["data"]
        form = data["upload"]
        requests.post(form["url"], data=form["fields"], files={"file": content}, timeout=5)
        db.deliver("IngestQueue", "IngestFunction")
        shown = client.get(f"/api/v1/models/{data['model']['id']}", headers=auth_headers)
        model: Json = shown.json()["data"]["model"]
        return model

    return call


def test_a_graph_of_images_predicts_for_files(
    ingested: Any, client: Client, auth_headers: dict[str, str]
) -> None:
    model = ingested(brightness(None, 1, 4, 5), input_kind={"kind": "image", "scale": 1})
    assert (model["status"], model["error"], model["warnings"]) == ("ready", None, [])

    given = {"input": [encoded(grey(4, 5)), encoded(grey(4, 5, first=100))]}
    response = client.post(f"/api/v1/predict/{model['name']}", json=given, headers=auth_headers)

    assert response.status_code == 200, response.text
    assert response.json()["prediction"] == [
        {"mean": 9.5, "darkest": 0.0},
        {"mean": 109.5, "darkest": 100.0},
    ]


def test_its_example_and_snippets_have_an_image(
    ingested: Any, client: Client, auth_headers: dict[str, str]
) -> None:
    model = ingested(brightness(None, 4, 5, 3), input_kind="image")

    example = model["example"]
    predicted = client.post(f"/api/v1/predict/{model['id']}", json=example, headers=auth_headers)
    snippets = client.get(f"/api/v1/models/{model['id']}/snippets", headers=auth_headers)

    assert example["input"].startswith("iVBOR")
    assert predicted.status_code == 200, predicted.text
    assert (
        example["input"] in snippets.json()["data"]["curl"] if "data" in snippets.json() else True
    )


def test_a_graph_without_such_an_input_fails_with_what_to_do(ingested: Any) -> None:
    model = ingested(brightness(None, 4, 5, 6), input_kind="image")

    assert model["status"] == "failed"
    assert "add layout, channels_last or channels_first" in model["error"]


def test_shapes_change_nothing_for_a_graph(ingested: Any) -> None:
    model = ingested(brightness(None, 4, 5, 3), input_shape=[4, 5, 3])

    assert "they changed nothing here" in model["warnings"][0]
