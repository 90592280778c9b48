"""Inference responses: tensors as JSON, as binary data, or some of each."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from inferx.serving import json_text
from inferx.serving.inputs.reader import Array
from inferx.serving.oip.datatypes import datatype_of, to_bytes
from inferx.storage.signed.model_records import Record


class InferResponse(NamedTuple):
    """A response's body; ``json_length`` is how much of it is JSON when binary data follows."""

    body: bytes
    json_length: int | None


def write_response(
    record: Record, identity: str | None, tensors: Mapping[str, tuple[Array, bool]]
) -> InferResponse:
    """Write the tensors.

    Args:
        record: the model that predicted.
        identity: the request's id, if it had one.
        tensors: each output, and whether as binary data.
    """
    outputs = []
    tail = b""
    for name, (tensor, binary) in tensors.items():
        output: dict[str, Any] = {
            "name": name,
            "shape": list(tensor.shape),
            "datatype": datatype_of(tensor.dtype),
        }
        if binary:
            raw = to_bytes(tensor)
            output["parameters"] = {"binary_data_size": len(raw)}
            tail += raw
        else:
            output["data"] = tensor.ravel().tolist()
        outputs.append(output)
    content = {"model_name": record.name, "model_version": str(record.version), "outputs": outputs}
    if identity is not None:
        content["id"] = identity
    head = json_text.write(content).encode()
    return InferResponse(head + tail, len(head) if tail else None)
