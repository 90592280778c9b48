"""Bodies of requests and responses through the function: how large, and how encoded."""

import gzip
import json
import zlib
from typing import Any

import pytest

from inferx.http.payload import PAYLOAD_BYTES
from tests.support import stored_models
from tests.support.prediction import Response, Server
from tools import onnx_models

PREDICT = "POST /api/v1/predict/{id}"
INFER = "POST /v2/models/{name}/infer"
ENCODE: dict[str, Any] = {"gzip": gzip.compress, "deflate": zlib.compress}


@pytest.fixture
def texts(server: Server) -> str:
    """Return a model that returns the texts that it is given."""
    about = onnx_models.signature(
        inputs=[onnx_models.tensor("X", "string", (None,))],
        outputs=[onnx_models.tensor("variable", "string", (None,))],
        features=None,
    )
    return stored_models.store(server.owner, onnx_models.echo(about))


@pytest.fixture
def numbers(server: Server) -> str:
    """Return the name of a model that returns the numbers that it is given."""
    about = onnx_models.signature(
        inputs=[onnx_models.tensor("X", shape=(None, None))],
        outputs=[onnx_models.tensor("variable", shape=(None, None))],
        features=None,
    )
    model_id = stored_models.store(server.owner, onnx_models.echo(about))
    stored_models.point(server.owner, (model_id, 1))
    return "iris"


def echoed(server: Server, model_id: str, text: str) -> Response:
    """Have the model return one text, compressed on its way in."""
    body = json.dumps({"input": [text]}, ensure_ascii=False).encode()
    headers = {"content-encoding": "gzip"}
    return server.call(PREDICT, {"id": model_id}, gzip.compress(body, mtime=0), headers=headers)


@pytest.mark.parametrize(("character", "each"), [('"', 4), ("\\", 4)])
def test_a_response_over_lambdas_limit_is_too_large_and_one_under_it_is_sent(
    server: Server, texts: str, character: str, each: int
) -> None:
    largest = (PAYLOAD_BYTES - 5_000) // each

    fitting = echoed(server, texts, character * largest)
    larger = echoed(server, texts, character * (PAYLOAD_BYTES // each))

    assert fitting.status == 200
    assert fitting.json()["prediction"] == [character * largest]
    assert PAYLOAD_BYTES - 5_000 < fitting.payload_bytes <= PAYLOAD_BYTES
    assert larger.status == 413
    assert "too large" in larger.json()["detail"]


@pytest.mark.parametrize(("columns", "status"), [(1_178_000, 200), (1_180_000, 413)])
def test_a_binary_response_is_bounded_by_its_base64(
    server: Server, numbers: str, columns: int, status: int
) -> None:
    raw = bytes(4 * columns)
    about = {"name": "X", "shape": [1, columns], "datatype": "FP32"}
    given = about | {"parameters": {"binary_data_size": len(raw)}}
    head = json.dumps({"inputs": [given], "parameters": {"binary_data_output": True}}).encode()
    headers = {
        "content-encoding": "gzip",
        "inference-header-content-length": str(len(head)),
    }

    body = gzip.compress(head + raw, mtime=0)
    response = server.call(INFER, {"name": numbers}, body, headers=headers)

    assert response.status == status


@pytest.mark.parametrize("coding", ENCODE)
def test_a_prediction_takes_a_compressed_body(server: Server, numbers: str, coding: str) -> None:
    body = ENCODE[coding](b'{"input": [[1, 2]]}')

    response = server.call(PREDICT, {"id": "iris"}, body, headers={"content-encoding": coding})

    assert response.status == 200
    assert response.json()["prediction"] == [[1, 2]]


@pytest.mark.parametrize("coding", ENCODE)
def test_the_length_of_the_json_part_counts_in_the_decompressed_body(
    server: Server, numbers: str, coding: str
) -> None:
    given = {"name": "X", "shape": [1, 2], "datatype": "FP32"}
    head = json.dumps({"inputs": [given | {"parameters": {"binary_data_size": 8}}]}).encode()
    headers = {"content-encoding": coding, "inference-header-content-length": str(len(head))}

    body = ENCODE[coding](head + bytes(8))
    response = server.call(INFER, {"name": numbers}, body, headers=headers)

    assert response.json()["outputs"][0]["data"] == [0, 0]


@pytest.mark.parametrize(("route", "field"), [(PREDICT, "detail"), (INFER, "error")])
def test_another_encoding_is_an_unsupported_media_type(
    server: Server, numbers: str, route: str, field: str
) -> None:
    parameters = {"id": numbers, "name": numbers}

    response = server.call(route, parameters, b"{}", headers={"content-encoding": "br"})

    assert response.status == 415
    assert "gzip" in response.json()[field]


@pytest.mark.parametrize("body", [b"{}", gzip.compress(b"{}", mtime=0)[:-3]])
def test_a_broken_compressed_body_is_a_bad_request(
    server: Server, numbers: str, body: bytes
) -> None:
    response = server.call(PREDICT, {"id": "iris"}, body, headers={"content-encoding": "gzip"})

    assert response.status == 400
    assert "gzip" in response.json()["detail"]


def test_a_compressed_bomb_is_too_large(server: Server, numbers: str) -> None:
    body = gzip.compress(b"[" * 100_000_000, mtime=0)

    response = server.call(PREDICT, {"id": "iris"}, body, headers={"content-encoding": "gzip"})

    assert response.status == 413


def test_fp64_data_that_fp32_cannot_hold_is_refused_with_both_datatypes(
    server: Server, numbers: str
) -> None:
    def infer(data: list[float]) -> Response:
        given = {"name": "X", "shape": [1, 2], "datatype": "FP64", "data": data}
        return server.call(INFER, {"name": numbers}, json.dumps({"inputs": [given]}))

    assert infer([0.5, 2]).json()["outputs"][0]["data"] == [0.5, 2]
    refused = infer([0.1, 2])
    assert refused.status == 400
    assert "FP64, the model takes FP32" in refused.json()["error"]
