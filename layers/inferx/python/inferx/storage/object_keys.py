"""Where each object lies in the bucket: the one module that builds and reads S3 keys."""

from typing import NamedTuple


class UploadKey(NamedTuple):
    """What an upload's key tells."""

    owner_id: str
    model_id: str
    file_name: str


def upload_prefix(owner_id: str, model_id: str) -> str:
    """Everything that was uploaded for one model version."""
    return f"uploads/{owner_id}/{model_id}/"


def upload_key(owner_id: str, model_id: str, file_name: str) -> str:
    """The uploaded file itself, in quarantine."""
    return upload_prefix(owner_id, model_id) + file_name


def parse_upload_key(key: str) -> UploadKey | None:
    """Take an upload's key apart; ``None`` when it is none."""
    parts = key.split("/", 3)
    if len(parts) != 4 or parts[0] != "uploads" or not all(parts):
        return None
    return UploadKey(*parts[1:])


def model_prefix(owner_id: str, model_id: str) -> str:
    """Everything that was made for one model version."""
    return f"models/{owner_id}/{model_id}/"


def model_key(owner_id: str, model_id: str) -> str:
    """The converted model."""
    return model_prefix(owner_id, model_id) + "model.onnx"


def manifest_key(owner_id: str, model_id: str) -> str:
    """The converted model's manifest, for whoever looks into the bucket."""
    return model_prefix(owner_id, model_id) + "manifest.json"
