"""Images in jobs: the reader of requests reads them there too."""

import json
from typing import Any

import pytest

from tests.support import stored_models
from tests.support.batches import Batches
from tests.support.jobs import Jobs
from tests.support.pictures import encoded, grey, image_and_age, image_signature
from tools import onnx_models

PIXELS = [[[0.0], [1.0], [2.0]], [[3.0], [4.0], [5.0]]]


@pytest.fixture
def pixels(test_user: dict[str, Any]) -> str:
    """Return the id of the test user's model that gives back the pixels it gets."""
    return stored_models.store(test_user["id"], onnx_models.echo(image_signature()))


def test_an_asynchronous_prediction_takes_images(working: Jobs, pixels: str) -> None:
    response = working.submit(pixels, encoded(grey()), headers={})

    assert response.status_code == 200, response.text
    assert response.json()["prediction"] == PIXELS


def test_a_batch_takes_an_image_on_each_line(batches: Batches, pixels: str) -> None:
    lines = [{"image": encoded(grey())}, {"image": "AAAA"}, {"image": encoded(grey(first=6))}]
    content = "".join(json.dumps(line) + "\n" for line in lines).encode()

    job = batches.run(batches.submit(pixels, content, "jsonl"))

    good, bad, other = map(json.loads, batches.result(job).splitlines())
    assert good["prediction"] == PIXELS
    assert bad["prediction"] is None
    assert "neither PNG nor JPEG" in bad["error"]
    assert other["prediction"][0][0] == [6]
    assert job["progress"]["rows_failed"] == 1


def test_a_batch_takes_images_beside_other_inputs(
    batches: Batches, test_user: dict[str, Any]
) -> None:
    model = stored_models.store(test_user["id"], image_and_age())
    content = json.dumps({"image": encoded(grey()), "age": [1.0]}).encode() + b"\n"

    job = batches.run(batches.submit(model, content, "jsonl"))

    (row,) = map(json.loads, batches.result(job).splitlines())
    assert row["prediction"] == [1, 2, 3, 4, 5, 6]
