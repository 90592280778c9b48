"""Presigned uploads: S3 takes the file that was agreed on, where it was agreed, and no other."""

import base64
import hashlib
from typing import Any

import pytest
import requests

from local.deployed import Deployed
from tests.e2e.conftest import TIMEOUT_S, Http

CONTENT = b"not a model, but as many bytes as announced"


@pytest.fixture
def form(user_http: Http) -> Any:
    """Return a presigned form for `CONTENT`."""
    response = user_http.post(
        "/api/v1/models/upload",
        json={
            "name": "probe",
            "model_type": "sklearn",
            "file_name": "model.pkl",
            "file_size": len(CONTENT),
            "sha256": hashlib.sha256(CONTENT).hexdigest(),
        },
    )
    assert response.status_code == 201, response.text
    return response.json()["data"]["upload"]


def post(form: Any, changed: dict[str, str] | None = None, content: bytes = CONTENT) -> int:
    """S3's status for the form with some fields `changed`."""
    fields = form["fields"] | (changed or {})
    response = requests.post(form["url"], data=fields, files={"file": content}, timeout=TIMEOUT_S)
    return response.status_code


def test_the_agreed_file_is_taken(form: Any) -> None:
    assert post(form) in (200, 201, 204)


def test_another_key_is_refused(form: Any) -> None:
    assert post(form, {"key": "models/of-another-user/model.onnx"}) == 403


def test_a_file_above_the_agreed_size_is_refused(form: Any) -> None:
    assert post(form, content=CONTENT * 2) == 400


def test_another_checksum_is_refused(form: Any) -> None:
    other = base64.b64encode(hashlib.sha256(b"other").digest()).decode()

    assert post(form, {"x-amz-checksum-sha256": other}, content=b"other") == 403


def test_a_changed_signature_is_refused(form: Any) -> None:
    assert post(form, {"x-amz-signature": "0" * 64}) == 403


def test_an_expired_form_is_refused(form: Any, deployed: Deployed) -> None:
    s3 = deployed.client("s3", deployed.acting_as("UploadFunction"))
    bucket, key = deployed.resource("Bucket"), form["fields"]["key"]
    signed = {
        lifetime: s3.generate_presigned_post(bucket, key, ExpiresIn=lifetime)
        for lifetime in (60, -60)
    }

    assert post(signed[-60]) == 403
    assert post(signed[60]) == 204
