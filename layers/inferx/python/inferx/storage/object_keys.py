"""The keys of S3 objects: the one module that spells and parses them."""

from typing import NamedTuple


class UploadKey(NamedTuple):
    """The parts of an upload's key."""

    owner_id: str
    model_id: str
    file_name: str


def owner_prefixes(owner_id: str) -> tuple[str, ...]:
    """Return the prefixes of everything that is stored for an owner."""
    return tuple(f"{kind}/{owner_id}/" for kind in ("uploads", "samples", "models", "jobs"))


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


def job_plan_key(owner_id: str, job_id: str) -> str:
    """Return the key of what a batch job's planning found out about its file."""
    return job_prefix(owner_id, job_id) + "plan.json"


def job_manifest_key(owner_id: str, job_id: str) -> str:
    """Return the key of the list of a batch job's parts, a JSON object a line."""
    return job_prefix(owner_id, job_id) + "manifest.jsonl"


def job_cut_key(owner_id: str, job_id: str, part: int) -> str:
    """Return the key of a part's rows, where they cannot be read from the input itself."""
    return f"{job_prefix(owner_id, job_id)}cut/{part:06}"


def job_segment_key(owner_id: str, job_id: str, part: int, begin: int, end: int) -> str:
    """Return the key of the result of a part, or of as much as one invocation made of it.

    Two invocations that do the same work, of which one is cut short, write two objects.

    Args:
        owner_id: the job's owner.
        job_id: the job's.
        part: its number.
        begin, end: which of the part's rows, counted from 0.
    """
    return f"{job_prefix(owner_id, job_id)}parts/{part:06}/{begin:012}-{end:012}"


def job_result_key(owner_id: str, job_id: str, ending: str) -> str:
    """Return the key of a batch job's result.

    Args:
        owner_id: the job's owner.
        job_id: the job's.
        ending: of the file's name, such as ``csv.gz``.
    """
    return f"{job_prefix(owner_id, job_id)}result.{ending}"


def parse_job_input_key(key: str) -> tuple[str, str] | None:
    """Return the owner's id and the job's id in the key of an input; ``None`` when it is none."""
    parts = key.split("/")
    if len(parts) != 4 or parts[0] != "jobs" or parts[3] != "input" or not all(parts):
        return None
    return parts[1], parts[2]
