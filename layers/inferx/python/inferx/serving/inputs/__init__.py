"""From a request's ``input`` to the tensors of the model's graph, by the model's signature."""

from typing import TYPE_CHECKING

from inferx.onnx_session import ort
from inferx.serving.inputs.features import FeatureReader
from inferx.serving.inputs.named_tensors import NamedTensors
from inferx.serving.inputs.reader import Feed, Reader
from inferx.serving.inputs.tensors import TensorReader
from inferx.signature import Signature

if TYPE_CHECKING:
    from inferx.serving.inputs.categories import Categories
    from inferx.serving.inputs.text_feeds import TextFeeds

__all__ = ["Feed", "Reader", "categories_of", "feeds_for", "reader_for"]


def reader_for(signature: Signature) -> Reader:
    """Return the reader of this model's inputs: rows of features, or tensors of any rank."""
    tensors = TensorReader(signature)
    if signature.features is None:
        return tensors
    return NamedTensors(tensors, FeatureReader(signature), signature)


def categories_of(signature: Signature) -> "Categories | None":
    """Return what checks categories; ``None`` for a model that takes any."""
    if not signature.categories:
        return None
    from inferx.serving.inputs.categories import Categories  # noqa: PLC0415  # only for these

    return Categories(signature)


def feeds_for(signature: Signature, session: ort.InferenceSession) -> "TextFeeds | None":
    """Return what makes terms of the model's texts; ``None`` for a model that reads no texts."""
    if not signature.texts:
        return None
    from inferx.serving.inputs.text_feeds import TextFeeds  # noqa: PLC0415  # only for these

    return TextFeeds(signature.texts, [each.name for each in session.get_inputs()])
