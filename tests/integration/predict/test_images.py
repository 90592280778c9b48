"""Images in requests for predictions: one, many, beside other inputs, through every route."""

import json
from typing import Any

import pytest

from tests.support import stored_models
from tests.support.pictures import coloured, encoded, grey, image_and_age, image_signature
from tests.support.prediction import Server
from tools import onnx_models

PIXELS = [[[0.0], [1.0], [2.0]], [[3.0], [4.0], [5.0]]]


@pytest.fixture
def pixels(server: Server) -> str:
    """Return the id of a model that gives back the pixels it gets."""
    return stored_models.store(server.owner, onnx_models.echo(image_signature()))


def test_an_image_is_one_row(server: Server, pixels: str) -> None:
    response = server.predict(pixels, encoded(grey()))

    assert response.status == 200, response.content
    assert response.json()["prediction"] == PIXELS


def test_a_list_of_images_is_a_batch(server: Server, pixels: str) -> None:
    response = server.predict(pixels, [encoded(grey()), f"data:image/png;base64,{encoded(grey())}"])

    assert response.json()["prediction"] == [PIXELS, PIXELS]


def test_numbers_are_still_taken(server: Server, pixels: str) -> None:
    assert server.predict(pixels, PIXELS).json()["prediction"] == PIXELS


def test_images_go_beside_other_inputs(server: Server) -> None:
    model = stored_models.store(server.owner, image_and_age())

    one = server.predict(model, {"image": encoded(grey()), "age": [3.0]})
    both = server.predict(model, {"image": [encoded(grey())] * 2, "age": [[3.0], [4.0]]})

    assert one.json()["prediction"] == [3, 4, 5, 6, 7, 8]
    assert both.json()["prediction"] == [[3, 4, 5, 6, 7, 8], [4, 5, 6, 7, 8, 9]]


def test_fewer_images_than_other_rows_are_refused(server: Server) -> None:
    model = stored_models.store(server.owner, image_and_age())

    given = {"image": [encoded(grey())] * 2, "age": [[3.0]] * 3}

    response = server.predict(model, given)

    assert response.status == 400
    assert "image [2, 2, 3, 1], age [3, 1]" in response.json()["detail"]


def test_a_truncated_image_is_400_with_its_row(server: Server, pixels: str) -> None:
    damaged = encoded(coloured(20, 20), "JPEG")[:-400]

    response = server.predict(pixels, [encoded(grey()), damaged])

    assert response.status == 400
    assert response.json()["detail"] == (
        "Row 2 (input[1]): Input image: the image is damaged or ends early; send the whole file."
    )


def test_too_many_images_are_413(server: Server, pixels: str) -> None:
    assert server.predict(pixels, [encoded(grey())] * 10_001).status == 413


def test_the_protocol_takes_tensors_and_no_images(server: Server, pixels: str) -> None:
    stored_models.point(server.owner, (pixels, 1))
    tensor = {"name": "image", "shape": [1, 2, 3, 1]}
    route = "POST /v2/models/{name}/infer"

    def infer(content: Any) -> Any:
        body = json.dumps({"inputs": [tensor | content]})
        return server.call(route, {"name": "iris"}, body)

    raw = infer({"datatype": "FP32", "data": PIXELS})
    images = infer({"datatype": "BYTES", "data": [encoded(grey())], "shape": [1]})

    assert raw.json()["outputs"][0]["data"] == [0, 1, 2, 3, 4, 5]
    assert images.status == 400
