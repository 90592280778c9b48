"""Inference responses: tensors as JSON, as binary data, or some of each."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from inferx.serving import json_text
from inferx.serving.inputs.reader import Array
from inferx.serving.oip.datatypes import datatype_of, to_bytes
from inferx.storage.signed.model_records import Record

_FEW = 64  # so many numbers are sooner objects than the array is found out to be one


class InferResponse(NamedTuple):
    """A response: its JSON, and the binary data that follows it, if any."""

    json: str
    tail: bytes


def write_response(
    record: Record,
    identity: str | None,
    tensors: Iterable[tuple[str, Array]],
    binary: Mapping[str, bool],
) -> InferResponse:
    """Write the tensors.

    Args:
        record: the model that predicted.
        identity: the request's id, if it had one.
        tensors: each output's name and elements.
        binary: which of them go as binary data, by name.
    """
    outputs = []
    tail: list[bytes] = []
    for name, tensor in tensors:
        output: dict[str, Any] = {
            "name": name,
            "shape": list(tensor.shape),
            "datatype": datatype_of(tensor.dtype),
        }
        if binary[name]:
            raw = to_bytes(tensor)
            output["parameters"] = {"binary_data_size": len(raw)}
            tail.append(raw)
        else:
            output["data"] = _elements(tensor)
        outputs.append(output)
    content = {"model_name": record.name, "model_version": str(record.version), "outputs": outputs}
    if identity is not None:
        content["id"] = identity
    return InferResponse(json_text.write(content), b"".join(tail))


def _elements(tensor: Array) -> Any:
    """Return the elements in row-major order, as numbers where they are some."""
    flat = tensor.ravel()
    if flat.size < _FEW or flat.dtype.kind == "O":
        return flat.tolist()
    # In the shortest form of a float32, a client that reads doubles would read another number.
    return flat.astype(np.float64) if flat.dtype.kind == "f" else flat
