"""Puts on the local stack what an event names: an account, a ready model, jobs, files."""

from dataclasses import replace
from typing import Any

import boto3
from botocore.config import Config

from local.demo.client import Client
from local.deployed import Deployed
from local.emulator import REGION, ROOT_KEY_ID, ROOT_SECRET
from local.failure import Failure
from tools.events.placeholders import FILE_NAME, MODEL_NAME, Placeholders
from tools.events.samples import BATCH_INPUT, ROW

EMAIL, PASSWORD = "sam-local@example.com", "only-on-this-machine"
_LIMIT_S = 20
_URL_SECONDS = 900
_SOURCE, _RESULT = "samples/sam-local/model.pkl", "models/sam-local/model.onnx"


class Seeds:
    """The account for events, which is made once and kept.

    Args:
        base_url: of the API.
        deployed: the stack.
        endpoint: the stack's URL for containers.
    """

    def __init__(self, base_url: str, deployed: Deployed, endpoint: str) -> None:
        self._client = Client(base_url)
        self._deployed = deployed
        self._endpoint = endpoint
        self._batch_id = ""

    def real(self, event: str) -> Placeholders:
        """Return what takes the place of an event's placeholders, made where it is missing.

        Args:
            event: its text; what it does not name is not made.
        """
        self._log_in()
        sample = Placeholders()
        user = self._call("GET", "/api/v1/auth/me")["data"]["user"]
        real = replace(
            sample,
            user_id=user["id"],
            email=EMAIL,
            password=PASSWORD,
            model_id=self._ready_model(),
            bucket=self._deployed.resource("Bucket"),
        )
        if sample.api_key in event:
            real = replace(real, api_key=self._client.create_api_key("sam local"))
        if sample.job_id in event:
            real = replace(real, job_id=self._job())
        if sample.batch_id in event:
            real = replace(real, batch_id=self._batch())
        return self._with_files(real) if str(sample.source_size) in event else real

    def _log_in(self) -> None:
        try:
            self._client.log_in(EMAIL, PASSWORD)
        except Failure:  # no such account yet; what else is wrong, registering shows
            self._client.register(EMAIL, PASSWORD)
            self._client.log_in(EMAIL, PASSWORD)

    def _ready_model(self) -> str:
        try:
            name = self._call("GET", f"/api/v1/models/names/{MODEL_NAME}")["data"]["name"]
        except Failure:  # no such name yet; what else is wrong, uploading shows
            name = {"newest_ready": None}
        if name["newest_ready"] is not None:
            return str(name["newest_ready"]["id"])
        uploaded = self._client.upload_small(
            FILE_NAME, _model_file(), name=MODEL_NAME, model_type="sklearn"
        )
        model = self._client.model(uploaded["id"], wait_s=_LIMIT_S)
        if model["status"] != "ready":
            raise Failure(f"The model for events is {model['status']}: {model['error']}")
        return str(model["id"])

    def _job(self) -> str:
        path, later = f"/api/v1/predict/async/{MODEL_NAME}", {"prefer": "respond-async"}
        submitted = self._call("POST", path, 202, json={"input": ROW}, headers=later)
        return str(submitted["job"]["id"])

    def job(self, job_id: str) -> Any:
        """Return a job as its owner sees it."""
        return self._call("GET", f"/api/v1/predict/jobs/{job_id}")["job"]

    def _batch(self) -> str:
        if self._batch_id:  # several events may be of the same job
            return self._batch_id
        path = f"/api/v1/predict/batch/{MODEL_NAME}"
        submitted = self._call("POST", path, 202, json={"format": "csv"})
        self._client.post_file(submitted["upload"], BATCH_INPUT)
        self._batch_id = str(submitted["job"]["id"])
        return self._batch_id

    def _with_files(self, real: Placeholders) -> Placeholders:
        content = _model_file()
        s3 = boto3.Session(ROOT_KEY_ID, ROOT_SECRET, region_name=REGION).client(
            "s3",
            endpoint_url=self._endpoint,
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
        )
        self._deployed.client("s3").put_object(Bucket=real.bucket, Key=_SOURCE, Body=content)

        def signed(operation: str, key: str) -> str:
            return s3.generate_presigned_url(
                operation, Params={"Bucket": real.bucket, "Key": key}, ExpiresIn=_URL_SECONDS
            )

        return replace(
            real,
            source_url=signed("get_object", _SOURCE),
            source_size=len(content),
            result_url=signed("put_object", _RESULT),
        )

    def _call(self, method: str, path: str, expected: int = 200, **options: Any) -> Any:
        return self._client.call(method, path, expected, **options)


def _model_file() -> bytes:
    from local.demo.training import train  # noqa: PLC0415  # seconds to import, needed once

    return train().pickled()
