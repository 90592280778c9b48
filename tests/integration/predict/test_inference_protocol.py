"""The routes of the Open Inference Protocol."""

import json
import struct
from typing import Any

import numpy as np
import pytest

import inferx
from tests.support import stored_models
from tests.support.prediction import Response, Server
from tools import onnx_models

INFER = "POST /v2/models/{name}/infer"
ROWS = [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]
NUMBERS = {"name": "X", "shape": [2, 4], "datatype": "FP64"}


@pytest.fixture
def iris(server: Server) -> str:
    """Return a name that points to a ready model."""
    _, _, content = onnx_models.iris()
    about = {"signature": onnx_models.iris_signature()}
    model_id = stored_models.store(server.owner, content, version=3, manifest=about)
    stored_models.point(server.owner, (model_id, 3))
    return "iris"


def ask(server: Server, name: str, request: dict[str, Any], **options: Any) -> Response:
    """Send an inference request as JSON."""
    return server.call(INFER, {"name": name}, json.dumps(request), **options)


def test_the_server_describes_itself(server: Server) -> None:
    responses = {
        path: server.call(f"GET {path}", user=None).json()
        for path in ("/v2", "/v2/health/live", "/v2/health/ready")
    }

    assert responses == {
        "/v2": {
            "name": "inferx",
            "version": inferx.__version__,
            "extensions": ["binary_tensor_data"],
        },
        "/v2/health/live": {"live": True},
        "/v2/health/ready": {"ready": True},
    }


@pytest.mark.parametrize("version", [None, "3"])
def test_a_model_lists_its_tensors(server: Server, iris: str, version: str | None) -> None:
    route = "GET /v2/models/{name}" + ("/versions/{version}" if version else "")
    parameters = {"name": iris} | ({"version": version} if version else {})

    response = server.call(route, parameters)

    assert response.json() == {
        "name": "iris",
        "versions": ["3"],
        "platform": "onnxruntime_onnx",
        "inputs": [{"name": "X", "datatype": "FP64", "shape": [-1, 4]}],
        "outputs": [
            {"name": "label", "datatype": "BYTES", "shape": [-1]},
            {"name": "probabilities", "datatype": "FP64", "shape": [-1, 3]},
        ],
    }


def test_a_ready_model_is_reported_ready(server: Server, iris: str) -> None:
    response = server.call("GET /v2/models/{name}/ready", {"name": iris})

    assert response.json() == {"name": "iris", "version": "3", "ready": True}


@pytest.mark.parametrize("data", [ROWS, [value for row in ROWS for value in row]])
def test_data_may_be_nested_or_flat(server: Server, iris: str, data: list[Any]) -> None:
    response = ask(server, iris, {"id": "42", "inputs": [NUMBERS | {"data": data}]})

    label, probabilities = response.json().pop("outputs")
    assert response.json() | {"outputs": 0} == {
        "id": "42",
        "model_name": "iris",
        "model_version": "3",
        "outputs": 0,
    }
    assert label == {
        "name": "label",
        "shape": [2],
        "datatype": "BYTES",
        "data": ["setosa", "virginica"],
    }
    assert probabilities["shape"] == [2, 3]
    assert len(probabilities["data"]) == 6


def test_only_requested_outputs_are_returned(server: Server, iris: str) -> None:
    request = {"inputs": [NUMBERS | {"data": ROWS}], "outputs": [{"name": "label"}]}

    outputs = ask(server, iris, request).json()["outputs"]

    assert [output["name"] for output in outputs] == ["label"]


def test_binary_data_goes_both_ways(server: Server, iris: str) -> None:
    raw = np.array(ROWS, "<f8").tobytes()
    head = json.dumps(
        {
            "inputs": [NUMBERS | {"parameters": {"binary_data_size": len(raw)}}],
            "parameters": {"binary_data_output": True},
        }
    ).encode()
    headers = {"inference-header-content-length": str(len(head))}

    response = server.call(INFER, {"name": iris}, head + raw, headers=headers)

    assert response.headers["content-type"] == "application/octet-stream"
    length = int(response.headers["inference-header-content-length"])
    label, probabilities = json.loads(response.content[:length])["outputs"]
    tail = response.content[length:]
    first = label["parameters"]["binary_data_size"]
    assert tail[:first] == b"".join(
        struct.pack("<I", len(text)) + text for text in (b"setosa", b"virginica")
    )
    assert len(tail) - first == probabilities["parameters"]["binary_data_size"] == 48


def test_one_output_may_be_binary_and_another_not(server: Server, iris: str) -> None:
    wanted = [{"name": "label"}, {"name": "probabilities", "parameters": {"binary_data": True}}]

    response = ask(server, iris, {"inputs": [NUMBERS | {"data": ROWS}], "outputs": wanted})

    length = int(response.headers["inference-header-content-length"])
    label, probabilities = json.loads(response.content[:length])["outputs"]
    assert label["data"] == ["setosa", "virginica"]
    assert "data" not in probabilities


@pytest.mark.parametrize(
    "request_body",
    [
        {},
        [],
        {"inputs": {}},
        {"inputs": []},
        {"inputs": [7]},
        {"inputs": [{"shape": [2, 4], "datatype": "FP64", "data": ROWS}]},
        {"inputs": [NUMBERS | {"name": "Y", "data": ROWS}]},
        {"inputs": [NUMBERS | {"data": ROWS}] * 2},
        {"inputs": [NUMBERS | {"shape": [3, 4], "data": ROWS}]},
        {"inputs": [NUMBERS | {"shape": [4, 2], "data": ROWS}]},
        {"inputs": [NUMBERS | {"shape": [2, -4], "data": ROWS}]},
        {"inputs": [NUMBERS | {"shape": [0, 4], "data": []}]},
        {"inputs": [NUMBERS | {"shape": [8], "data": ROWS}]},
        {"inputs": [NUMBERS | {"datatype": "FP31", "data": ROWS}]},
        {"inputs": [NUMBERS | {"datatype": "BYTES", "data": ["x"] * 8}]},
        {"inputs": [NUMBERS | {"data": ["5.1"] * 8}]},
        {"inputs": [NUMBERS | {"data": [1, [2]] * 4}]},
        {"inputs": [NUMBERS | {"data": [float("nan")] * 8}]},
        {"inputs": [NUMBERS | {"datatype": "UINT64", "data": [2**64 - 1] * 8}]},
        {"inputs": [NUMBERS | {"parameters": {"binary_data_size": 32}}]},
        {"inputs": [NUMBERS | {"data": ROWS}], "outputs": [{"name": "nothing"}]},
        {"inputs": [NUMBERS | {"data": ROWS}], "outputs": [{}]},
        {"inputs": [NUMBERS | {"data": ROWS}], "outputs": {}},
        {"inputs": [NUMBERS | {"data": ROWS}], "id": 7},
        {"inputs": [NUMBERS | {"data": ROWS}], "parameters": []},
        {"inputs": [NUMBERS | {"data": ROWS, "parameters": False}]},
        {"inputs": [NUMBERS | {"data": ROWS}], "parameters": {"binary_data_output": 1}},
    ],
)
def test_a_malformed_request_is_a_bad_request(
    server: Server, iris: str, request_body: dict[str, Any]
) -> None:
    response = ask(server, iris, request_body)

    assert response.status == 400
    assert list(response.json()) == ["error"]


@pytest.mark.parametrize("length", ["-1", "9999", "x", ""])
def test_a_wrong_json_length_is_a_bad_request(server: Server, iris: str, length: str) -> None:
    headers = {"inference-header-content-length": length}

    assert ask(server, iris, {"inputs": []}, headers=headers).status == 400


def test_more_binary_data_than_announced_is_a_bad_request(server: Server, iris: str) -> None:
    head = json.dumps({"inputs": [NUMBERS | {"data": ROWS}]}).encode()
    headers = {"inference-header-content-length": str(len(head))}

    assert server.call(INFER, {"name": iris}, head + b"more", headers=headers).status == 400


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"name": "unknown's"}, 404),
        ({"name": "iris", "version": "4"}, 404),
        ({"name": "iris", "version": "x"}, 404),
        ({"name": "iris", "version": "3"}, 200),
    ],
)
def test_versions_are_found_or_not(
    server: Server, iris: str, parameters: dict[str, str], status: int
) -> None:
    route = "POST /v2/models/{name}" + ("/versions/{version}" * ("version" in parameters))

    response = server.call(
        f"{route}/infer", parameters, json.dumps({"inputs": [NUMBERS | {"data": ROWS}]})
    )

    assert response.status == status


def test_errors_have_the_protocols_shape_also_without_a_credential(
    server: Server, iris: str
) -> None:
    response = ask(server, iris, {}, user=None)

    assert response.status == 401
    assert list(response.json()) == ["error"]
