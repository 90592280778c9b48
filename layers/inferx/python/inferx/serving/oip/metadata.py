"""Server and model metadata by the protocol ("Server Metadata", "Model Metadata")."""

from typing import Any

from inferx import __version__
from inferx.serving.inputs.reader import NUMPY
from inferx.serving.oip.datatypes import datatype_of
from inferx.signature import Signature, TensorSpec
from inferx.storage.signed.model_records import Record


def server_metadata() -> dict[str, Any]:
    """Return the server's name, version and extensions."""
    return {"name": "inferx", "version": __version__, "extensions": ["binary_tensor_data"]}


def model_metadata(record: Record, signature: Signature) -> dict[str, Any]:
    """Return a model's tensors, with the names of its ONNX graph; a free dimension is -1."""
    return {
        "name": record.name,
        "versions": [str(record.version)],
        "platform": "onnxruntime_onnx",
        "inputs": [_described(spec) for spec in signature.inputs],
        "outputs": [_described(spec) for spec in signature.outputs],
    }


def model_readiness(record: Record) -> dict[str, Any]:
    """Return that a model is ready; one that is not is an error instead."""
    return {"name": record.name, "version": str(record.version), "ready": True}


def _described(spec: TensorSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "datatype": datatype_of(NUMPY[spec.dtype]),
        "shape": [-1 if each is None else each for each in spec.shape],
    }
