"""The keys of S3 objects: the one module that spells and parses them."""

from typing import NamedTuple


class UploadKey(NamedTuple):
    """The parts of an upload's key."""

    owner_id: str
    model_id: str
    file_name: str


def upload_prefix(owner_id: str, model_id: str) -> str:
    """Return the prefix of everything that was uploaded for one model version."""
    return f"uploads/{owner_id}/{model_id}/"


def upload_key(owner_id: str, model_id: str, file_name: str) -> str:
    """Return the key of the uploaded file itself, in quarantine."""
    return upload_prefix(owner_id, model_id) + file_name


def parse_upload_key(key: str) -> UploadKey | None:
    """Return the parts of an upload's key; ``None`` when it is none."""
    parts = key.split("/", 3)
    if len(parts) != 4 or parts[0] != "uploads" or not all(parts):
        return None
    return UploadKey(*parts[1:])


def samples_prefix(owner_id: str, model_id: str) -> str:
    """Return the prefix of the rows sent with one model version.

    It is not that of uploads: an object there starts a conversion.
    """
    return f"samples/{owner_id}/{model_id}/"


def samples_key(owner_id: str, model_id: str) -> str:
    """Return the key of the rows sent with a model version."""
    return samples_prefix(owner_id, model_id) + "rows.json"


def model_prefix(owner_id: str, model_id: str) -> str:
    """Return the prefix of everything that was made for one model version."""
    return f"models/{owner_id}/{model_id}/"


def model_key(owner_id: str, model_id: str) -> str:
    """Return the key of the converted model."""
    return model_prefix(owner_id, model_id) + "model.onnx"


def manifest_key(owner_id: str, model_id: str) -> str:
    """Return the key of the converted model's manifest, for people who look into the bucket."""
    return model_prefix(owner_id, model_id) + "manifest.json"


def job_prefix(owner_id: str, job_id: str) -> str:
    """Return the prefix of everything that one job reads and writes."""
    return f"jobs/{owner_id}/{job_id}/"


def job_request_key(owner_id: str, job_id: str) -> str:
    """Return the key of a large asynchronous prediction's request body."""
    return job_prefix(owner_id, job_id) + "request.json"


def job_response_key(owner_id: str, job_id: str) -> str:
    """Return the key of a large asynchronous prediction's response."""
    return job_prefix(owner_id, job_id) + "result.json"


def job_input_key(owner_id: str, job_id: str) -> str:
    """Return the key of a batch job's input file."""
    return job_prefix(owner_id, job_id) + "input"
