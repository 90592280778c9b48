"""Keras and PyTorch files on the deployed stack, with and without their converter."""

from typing import Any

import pytest
import requests

from local import deep_environment
from local.deployed import Deployed
from tests.e2e.conftest import TIMEOUT_S, Http
from tests.e2e.test_permissions import attempt, is_denied
from tests.support.deep_files import NAMES, DeepFile, write_files

pytestmark = pytest.mark.slow

HDF5 = b"\x89HDF\r\n\x1a\n" + bytes(64)


def upload(user: Http, name: str, model_type: str, content: bytes, **fields: Any) -> Any:
    """Upload a file by a form and return the model when its conversion has ended."""
    reserved = user.post(
        "/api/v1/models/upload",
        json={"name": "digits", "model_type": model_type, "file_name": name, **fields},
    )
    assert reserved.status_code == 201, reserved.text
    data = reserved.json()["data"]
    form = data["upload"]
    stored = requests.post(
        form["url"], data=form["fields"], files={"file": content}, timeout=TIMEOUT_S
    )
    assert stored.ok, stored.text
    model = data["model"]
    while model["status"] in ("pending_upload", "converting"):
        shown = user.get(f"/api/v1/models/{model['id']}", params={"wait": 20})
        model = shown.json()["data"]["model"]
    return model


def labels(prediction: list[Any]) -> list[int]:
    """Return the class with the largest probability in each row; by name, of the digit."""
    rows = [row["digit"] if isinstance(row, dict) else row for row in prediction]
    return [row.index(max(row)) for row in rows]


def numbers(prediction: Any) -> list[float]:
    """Return all numbers of a prediction, in order."""
    if isinstance(prediction, dict):
        prediction = [prediction[name] for name in sorted(prediction)]
    if isinstance(prediction, list):
        return [number for item in prediction for number in numbers(item)]
    return [prediction]


if deep_environment.is_there():

    @pytest.fixture(scope="module")
    def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, DeepFile]:
        """Train and save the networks, once."""
        return write_files(tmp_path_factory.mktemp("deep"))

    @pytest.mark.parametrize("name", NAMES)
    def test_a_network_predicts_as_its_framework_does(
        user_http: Http, files: dict[str, DeepFile], name: str
    ) -> None:
        file = files[name]
        model = upload(user_http, name, file.model_type, file.path.read_bytes())
        assert model["status"] == "ready", model["error"]

        response = user_http.post(f"/api/v1/predict/{model['id']}", json={"input": file.input})

        assert response.status_code == 200, response.text
        predicted = response.json()["prediction"]
        assert labels(predicted) == labels(file.prediction)
        assert numbers(predicted) == pytest.approx(numbers(file.prediction), rel=1e-4, abs=1e-5)

    def test_a_network_of_images_takes_a_png(user_http: Http, files: dict[str, DeepFile]) -> None:
        content = files["digits.keras"].path.read_bytes()
        kind = {"kind": "image", "scale": 1 / 16}
        model = upload(user_http, "digits.keras", "tensorflow", content, input_kind=kind)
        assert model["status"] == "ready", model["error"]

        response = user_http.post(f"/api/v1/predict/{model['id']}", json=model["example"])

        assert isinstance(model["example"]["input"], str)
        assert response.status_code == 200, response.text
        assert sum(response.json()["prediction"]) == pytest.approx(1, abs=1e-5)

    def test_a_damaged_file_is_refused_by_the_converter_of_networks(user_http: Http) -> None:
        model = upload(user_http, "model.h5", "tensorflow", HDF5)

        assert model["status"] == "failed"
        assert "make deploy-image" not in model["error"]

    @pytest.mark.parametrize("key", ["uploads/probe", "models/probe"])
    def test_its_role_reads_no_object(deployed: Deployed, key: str) -> None:
        bucket = deployed.resource("Bucket")

        said = attempt(
            deployed,
            "ConvertDeepFunction",
            "s3",
            lambda s3: s3.get_object(Bucket=bucket, Key=key),
        )

        assert is_denied(said)

else:

    def test_without_a_converter_the_owner_reads_how_to_export_to_onnx(user_http: Http) -> None:
        model = upload(user_http, "model.h5", "tensorflow", HDF5)

        assert model["status"] == "failed"
        assert model["error"].startswith("This service has no converter for Keras and PyTorch")
        assert "model.export('model.onnx', format='onnx')" in model["error"]
