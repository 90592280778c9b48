"""Vectorizers: from a text's terms, which ``predict`` makes, to counts and their weights.

skl2onnx knows texts only. So each vectorizer's graph begins with a node that takes the text; it
is cut out afterwards, and what it gave becomes an input of the graph.
"""

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto
from skl2onnx import update_registered_converter
from skl2onnx.algebra.onnx_ops import (
    OnnxCast,
    OnnxIdentity,
    OnnxMin,
    OnnxTfIdfVectorizer,
)
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer

from converter.estimators.custom_converters.hashing import hashed
from converter.estimators.custom_converters.nodes import as_number
from converter.estimators.custom_converters.registry import VERSION
from converter.estimators.custom_converters.tfidf import weighted
from converter.estimators.texts import vocabulary_of
from inferx.errors import Refused
from inferx.texts import TextInput

_OPTIONS = {"terms": None, "double": [True, False]}
_CUT = "__cut"


def options_for_text(text: TextInput, dtype: str) -> dict[str, Any]:
    """Return skl2onnx's options for the vectorizer that takes these terms."""
    return {"terms": text.name, "double": dtype == "float64"}


def feed_terms(model: onnx.ModelProto, texts: tuple[TextInput, ...]) -> None:
    """Make terms inputs of the graph, in place of texts that nothing else reads."""
    graph = model.graph
    for text in texts:
        cut = [node for node in graph.node if node.output[0].startswith(f"{text.name}{_CUT}")]
        for node in cut:
            rename_input(graph, node.output[0], text.name)
            graph.node.remove(node)
        if cut:
            kind = TensorProto.INT64 if text.hashed else TensorProto.STRING
            terms = onnx.helper.make_tensor_value_info(text.name, kind, [None, None])
            graph.input.append(terms)
    drop_unused(graph)
    used = {name for node in graph.node for name in node.input}
    replaced = {text.input for text in texts} - used
    for given in [given for given in graph.input if given.name in replaced]:
        graph.input.remove(given)


def rename_input(graph: onnx.GraphProto, old: str, new: str) -> None:
    """Let every node of a graph that takes ``old`` take ``new``."""
    for node in graph.node:
        for place, name in enumerate(node.input):
            if name == old:
                node.input[place] = new


def drop_unused(graph: onnx.GraphProto) -> None:
    """Remove the nodes of which no output of the graph depends."""
    wanted = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):  # a node comes after those whose outputs it takes
        if wanted & set(node.output):
            wanted.update(_inputs_of(node))
            kept.append(node)
    del graph.node[:]
    graph.node.extend(reversed(kept))


def _inputs_of(node: onnx.NodeProto) -> set[str]:
    inner = [attribute.g for attribute in node.attribute if attribute.HasField("g")]
    inside = {name for graph in inner for each in graph.node for name in _inputs_of(each)}
    return set(node.input) | inside


def _parse(scope: Any, model: Any, inputs: Any, custom_parsers: Any = None) -> Any:
    del custom_parsers  # part of the signature that skl2onnx checks
    operator = scope.declare_local_operator(f"InferX{type(model).__name__}", model)
    operator.inputs.extend(inputs)
    kind = _kind(scope.get_options(model, dict.fromkeys(_OPTIONS), fail=False))
    operator.outputs.append(scope.declare_local_variable("features", kind()))
    return operator.outputs


def _shapes(operator: Any) -> None:
    model = operator.raw_operator
    operator.outputs[0].type.shape = [None, _columns(model)]


def _convert(scope: Any, operator: Any, container: Any) -> None:
    model = operator.raw_operator
    options = container.get_options(model, dict.fromkeys(_OPTIONS))
    if options["terms"] is None:
        raise Refused(f"{type(model).__name__} has no ONNX form here in the place where it is.")
    terms = OnnxCast(
        operator.inputs[0],
        to=TensorProto.INT64 if isinstance(model, HashingVectorizer) else TensorProto.STRING,
        op_version=VERSION,
        output_names=[scope.get_unique_variable_name(f"{options['terms']}{_CUT}")],
    )
    dtype = np.float32 if np.dtype(model.dtype) == np.float32 else np.float64
    wanted = np.float64 if options["double"] else np.float32
    if isinstance(model, HashingVectorizer):
        features = hashed(model, terms, dtype, wanted)
    else:
        features = as_number(_features(model, terms, dtype), wanted)
    OnnxIdentity(features, op_version=VERSION, output_names=operator.outputs).add_to(
        scope, container
    )


def _features(model: Any, terms: Any, dtype: Any) -> Any:
    counts = as_number(_counted(model, terms), dtype)
    if isinstance(model, TfidfVectorizer):
        return weighted(counts, model._tfidf, _columns(model), dtype)  # fitted; no public twin
    return counts


def _counted(model: Any, terms: Any) -> Any:
    vocabulary = vocabulary_of(model)
    counts = OnnxTfIdfVectorizer(
        terms,
        mode="TF",
        min_gram_length=1,
        max_gram_length=1,
        max_skip_count=0,
        ngram_counts=[0],
        ngram_indexes=list(vocabulary.values()),
        pool_strings=list(vocabulary),
        op_version=VERSION,
    )
    if not model.binary:
        return counts
    return OnnxMin(counts, np.array([1], dtype=np.float32), op_version=VERSION)


def _columns(model: Any) -> int:
    if isinstance(model, HashingVectorizer):
        return int(model.n_features)
    return len(vocabulary_of(model))


def _kind(options: Any) -> Any:
    return DoubleTensorType if options.get("double") else FloatTensorType


def add() -> None:
    """Register them."""
    for cls in (CountVectorizer, TfidfVectorizer, HashingVectorizer):
        update_registered_converter(
            cls,
            f"InferX{cls.__name__}",
            _shapes,
            _convert,
            overwrite=True,
            parser=_parse,
            options=_OPTIONS,
        )
