"""From a request's ``input`` to the tensors of the model's graph, by the model's signature."""

from inferx.serving.inputs.features import FeatureReader
from inferx.serving.inputs.named_tensors import NamedTensors
from inferx.serving.inputs.reader import Feed, Reader
from inferx.serving.inputs.tensors import TensorReader
from inferx.signature import Signature

__all__ = ["Feed", "Reader", "reader_for"]


def reader_for(signature: Signature) -> Reader:
    """Return the reader of this model's inputs: rows of features, or tensors of any rank."""
    tensors = TensorReader(signature)
    if signature.features is None:
        return tensors
    return NamedTensors(tensors, FeatureReader(signature), signature)
