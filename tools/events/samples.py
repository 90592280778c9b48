"""One sample event for each function and each kind of event that it takes."""

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import requests

from inferx.batch.plans import Part
from inferx.conversion.contract import ConversionRequest
from inferx.entities.mail import MailRequest
from inferx.entities.webhooks import QueuedEvent
from inferx.http.events import authorizer_context
from inferx.identity.principal import SCOPES, Principal
from inferx.storage.object_keys import job_input_key, upload_key
from tools.cloud import REGION, sqs_event
from tools.events.placeholders import DELIVERY_ID, FILE_NAME, MODEL_NAME, Placeholders, filled
from tools.http_events import ORIGIN, authorized, authorizer_event, http_event
from tools.template import function_folders

type Event = dict[str, Any]

ROW = [5.1, 3.5, 1.4, 0.2]
_HEADER = b"x0,x1,x2,x3\n"
BATCH_INPUT = _HEADER + b"5.1,3.5,1.4,0.2\n6.7,3.0,5.2,2.3\n"
"""The input of the batch job: a header and two rows."""

_NAMED = Placeholders()
_REQUEST_ID = "sample-request"
_MESSAGE_ID = "01999999-0000-4000-8000-0000000000f6"
_OK = {"statusCode": 200}
_ACCEPTED = {"statusCode": 202}
_TAKEN: dict[str, Any] = {"batchItemFailures": []}


@dataclass(frozen=True)
class Sample:
    """An event, and what a stack that has what it names returns for it.

    Attributes:
        name: of its file: the function's folder, and the kind of event where there are several.
        event: what the function gets.
        expected: what it returns, as far as that is the same each time.
    """

    name: str
    event: Event
    expected: Mapping[str, Any]

    @property
    def function(self) -> str:
        """The function's logical id."""
        return function_of(self.name)

    def is_expected(self, response: Any, real: Placeholders) -> bool:
        """Return whether a response is the expected one where these are the real names."""
        return _contains(response, filled(dict(self.expected), real))


def function_of(name: str) -> str:
    """Return the logical id of the function that an event is for, by the name of its file.

    Raises:
        KeyError: there is no such function.
    """
    by_folder = {folder.name: function for function, folder in function_folders().items()}
    return by_folder[name.partition("-")[0]]


def _contains(response: Any, expected: Any) -> bool:
    if not isinstance(expected, dict):
        return bool(response == expected)
    return isinstance(response, dict) and all(
        name in response and _contains(response[name], value) for name, value in expected.items()
    )


def samples() -> list[Sample]:
    """Return every sample event."""
    return [*_of_accounts(), *_of_models(), *_of_predictions(), *_of_batches(), *_of_the_rest()]


def _of_accounts() -> list[Sample]:
    credentials = {"email": _NAMED.email, "password": _NAMED.password}
    predict = _request("POST", f"/api/v1/predict/{MODEL_NAME}", json={"input": ROW})
    predict["headers"]["authorization"] = f"Bearer {_NAMED.api_key}"
    known = {"isAuthorized": True, "context": {"user_id": _NAMED.user_id, "kind": "api_key"}}
    mail = MailRequest("welcome", _NAMED.email)
    return [
        Sample("auth", _as_user("GET", "/api/v1/auth/me"), _OK),
        Sample("auth-login", _request("POST", "/api/v1/auth/login", json=credentials), _OK),
        Sample("authorizer", authorizer_event(predict), known),
        Sample("mailer", _message("MailQueue", mail.to_dict()), _TAKEN),
    ]


def _of_models() -> list[Sample]:
    new = {"name": "another", "model_type": "sklearn", "file_name": FILE_NAME}
    uploaded = upload_key(_NAMED.user_id, _NAMED.model_id, FILE_NAME)
    request = ConversionRequest(_NAMED.source_url, _NAMED.source_size, _NAMED.result_url)
    converted = {"status": "converted"}
    night = {
        "version": "0",
        "id": _MESSAGE_ID,
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-11-27T03:17:00Z",
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:123456789012:rule/inferx-nightly"],
        "detail": {},
    }
    return [
        Sample("upload", _as_user("POST", "/api/v1/models/upload", json=new), {"statusCode": 201}),
        Sample("models", _as_user("GET", "/api/v1/models"), _OK),
        Sample("models-show", _as_user("GET", f"/api/v1/models/{_NAMED.model_id}"), _OK),
        Sample("ingest", _object_created("IngestQueue", uploaded), _TAKEN),
        Sample("convert", request.to_dict(), converted),
        Sample("convert_deep", request.to_dict(), converted),
        Sample("reconcile", night, {"UnfinishedOwners": 0}),
        # Of an account that its owner has not deleted, of which nothing is removed.
        Sample("reconcile-remove", {"owner_id": _NAMED.user_id}, {"RemovedAccounts": 0}),
    ]


def _of_predictions() -> list[Sample]:
    tensor = {"name": "X", "datatype": "FP64", "shape": [1, 4]}
    path = f"/v2/models/{MODEL_NAME}/infer"
    open_inference = {"inputs": [{**tensor, "data": ROW}]}
    header = json.dumps({"inputs": [{**tensor, "parameters": {"binary_data_size": 32}}]}).encode()
    binary = {
        "content-type": "application/octet-stream",
        "inference-header-content-length": str(len(header)),
    }
    body = header + _little_endian(ROW)
    later = {"prefer": "respond-async"}
    asynchronous = f"/api/v1/predict/async/{MODEL_NAME}"
    return [
        Sample(
            "predict",
            _as_user("POST", f"/api/v1/predict/{MODEL_NAME}", json={"input": ROW}),
            _OK,
        ),
        Sample("predict-oip", _as_user("POST", path, json=open_inference), _OK),
        Sample("predict-oip_binary", _as_user("POST", path, data=body, headers=binary), _OK),
        Sample(
            "jobs", _as_user("POST", asynchronous, json={"input": ROW}, headers=later), _ACCEPTED
        ),
        Sample("jobs-show", _as_user("GET", f"/api/v1/predict/jobs/{_NAMED.job_id}"), _OK),
        Sample("jobs_worker", _message("JobsQueue", {"job_id": _NAMED.job_id}), _TAKEN),
    ]


def _of_batches() -> list[Sample]:
    uploaded = job_input_key(_NAMED.user_id, _NAMED.batch_id)
    job = {"owner_id": _NAMED.user_id, "job_id": _NAMED.batch_id}
    part = Part(number=0, start=len(_HEADER), end=len(BATCH_INPUT), rows=2)
    path = f"/api/v1/predict/batch/{MODEL_NAME}"
    return [
        Sample("jobs-batch", _as_user("POST", path, json={"format": "csv"}), _ACCEPTED),
        Sample("jobs_plan", {"step": "plan", **job}, job),
        Sample("batch_worker", {**job, "part": asdict(part)}, {"is_done": True}),
        Sample("jobs_plan-join", {"step": "join", **job}, {}),
        Sample("jobs_plan-uploaded", _object_created("BatchesQueue", uploaded), _TAKEN),
    ]


def _of_the_rest() -> list[Sample]:
    ready = "model.ready"
    body = json.dumps({"type": ready, "data": {"id": _NAMED.model_id}})
    published = QueuedEvent(f"{ready}:{_NAMED.model_id}", _NAMED.user_id, ready, body)
    attempt = {"delivery_id": DELIVERY_ID, "attempt": 1}
    return [
        Sample("webhooks", _as_user("GET", "/api/v1/webhooks"), _OK),
        Sample("notify", _message("EventsQueue", published.to_dict()), _TAKEN),
        Sample("notify-attempt", _message("DeliveriesQueue", attempt), _TAKEN),
        Sample("docs", _request("GET", "/api/v1/health"), _OK),
        Sample("docs-openapi", _request("GET", "/openapi.json"), _OK),
        Sample("docs-no_route", _request("GET", "/api/v1/nothing"), {"statusCode": 404}),
    ]


def _request(method: str, path: str, **options: Any) -> Event:
    prepared = requests.Request(method, ORIGIN + path, **options).prepare()
    _, event = http_event(prepared, request_id=_REQUEST_ID, source_ip="192.0.2.1")
    return event


def _as_user(method: str, path: str, **options: Any) -> Event:
    user = Principal(_NAMED.user_id, frozenset(SCOPES), "access_token")
    return authorized(_request(method, path, **options), authorizer_context(user))


def _message(queue: str, body: Mapping[str, Any]) -> Event:
    return sqs_event(queue, json.dumps(body), message_id=_MESSAGE_ID)


def _object_created(queue: str, key: str) -> Event:
    """Return S3's notification (Amazon S3 User Guide, "Event message structure")."""
    stored = {"key": key, "size": _NAMED.source_size, "versionId": _NAMED.object_version}
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Post",
        "awsRegion": REGION,
        "s3": {"bucket": {"name": _NAMED.bucket}, "object": stored},
    }
    return _message(queue, {"Records": [record]})


def _little_endian(row: list[float]) -> bytes:
    return struct.pack(f"<{len(row)}d", *row)
