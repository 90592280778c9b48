"""Adopts an uploaded ONNX file: checks it, describes it, and writes it with its signature."""

from collections.abc import Iterator
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # no stubs

from converter import graph
from inferx.errors import Refused
from inferx.manifest import Feature, Signature, TensorSpec
from sandbox.job import Facts
from sandbox.limits import check_artifact_size

_DOMAINS = {"", "ai.onnx", "ai.onnx.ml"}
_MAX_IR_VERSION = 13


def adopt(source: Path, target: Path) -> Facts:
    """Check an ONNX file and write it to ``target`` with its signature inside.

    Returns:
        the manifest's fields that only the file can show.

    Raises:
        Refused: for a file that the checker rejects, with custom operators, with weights kept
            outside of it, or too large to be served.
    """
    check_artifact_size(source.stat().st_size)
    try:
        model = onnx.load_from_string(source.read_bytes())
    except (DecodeError, ValueError) as damage:
        raise Refused("The file is not a readable ONNX model.") from damage
    _check(model)
    _set_locales(model)
    signature = _signature(model)
    graph.write(model, signature, target)
    return {
        "framework": "onnx",
        "framework_version": None,
        "estimator": None,
        "task": "classification" if signature.probabilities else "unknown",
        "signature": signature.to_dict(),
        "opset": graph.opsets(model),
        "parity": None,
        "warnings": [],
    }


def _check(model: onnx.ModelProto) -> None:
    if model.ir_version > _MAX_IR_VERSION:
        raise Refused(
            f"The file has IR version {model.ir_version}; up to {_MAX_IR_VERSION} is served."
        )
    if model.functions:
        raise Refused("The model defines functions of its own; export it with them inlined.")
    for tensor in _tensors(model):
        if tensor.external_data or tensor.data_location == onnx.TensorProto.EXTERNAL:
            raise Refused("The model keeps weights in other files; export it as a single file.")
    for node in _nodes(model.graph):
        if node.domain not in _DOMAINS:
            raise Refused(f"The model uses the custom operator {node.domain}.{node.op_type}"[:200])
    try:
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as invalid:
        raise Refused(
            "The file is not a valid ONNX model: onnx.checker.check_model(model, full_check=True) "
            "shows what is wrong with it."
        ) from invalid


def _nodes(body: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    waiting = [body]
    while waiting:
        for node in waiting.pop().node:
            yield node
            for attribute in node.attribute:
                if attribute.HasField("g"):
                    waiting.append(attribute.g)
                waiting.extend(attribute.graphs)


def _tensors(model: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    yield from model.graph.initializer
    for sparse in model.graph.sparse_initializer:
        yield sparse.values
        yield sparse.indices
    for node in _nodes(model.graph):
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
            if attribute.HasField("g"):
                yield from attribute.g.initializer
            for inner in attribute.graphs:
                yield from inner.initializer


def _set_locales(model: onnx.ModelProto) -> None:
    """Set every locale to C, in place.

    A session does not open with one that the machine lacks, and the default is en_US.UTF-8.
    """
    for node in _nodes(model.graph):
        if node.op_type == "StringNormalizer":
            kept = [attribute for attribute in node.attribute if attribute.name != "locale"]
            del node.attribute[:]
            node.attribute.extend([*kept, onnx.helper.make_attribute("locale", "C")])


def _signature(model: onnx.ModelProto) -> Signature:
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = graph.tensor_specs(value for value in model.graph.input if value.name not in weights)
    if not inputs or not model.graph.output:
        raise Refused("The model has no input or no output.")
    outputs = graph.tensor_specs(model.graph.output)
    label, probabilities = _label_and_scores(outputs)
    return Signature(
        inputs=inputs,
        outputs=outputs,
        features=_features(inputs),
        prediction=label.name,
        probabilities=probabilities.name if probabilities else None,
        classes=_classes(model, label) if probabilities else None,
        named_features=False,
    )


def _label_and_scores(outputs: tuple[TensorSpec, ...]) -> tuple[TensorSpec, TensorSpec | None]:
    """Return a label and its probabilities if two outputs look like them, else the first output."""
    label, *others = outputs
    if label.dtype in ("int64", "string") and len(others) == 1:
        scores = others[0]
        if scores.dtype in ("float32", "float64") and len(scores.shape) == 2:
            return label, scores
    return label, None


def _classes(model: onnx.ModelProto, label: TensorSpec) -> tuple[str | int, ...] | None:
    field = "classlabels_strings" if label.dtype == "string" else "classlabels_int64s"
    for node in _nodes(model.graph):
        for attribute in node.attribute:
            if attribute.name in (field, field.replace("int64s", "ints")):
                values = attribute.strings or attribute.ints
                return tuple(
                    value.decode() if isinstance(value, bytes) else int(value) for value in values
                )
    return None


def _features(inputs: tuple[TensorSpec, ...]) -> tuple[Feature, ...] | None:
    """Return one feature a column if every input is a table with a known width."""
    features: list[Feature] = []
    for tensor in inputs:
        width = tensor.shape[1] if len(tensor.shape) == 2 else None
        if width is None or tensor.shape[0] not in (None, 1) or width > 100_000:
            return None
        kind = {"string": "string", "bool": "boolean"}.get(tensor.dtype, "number")
        features += [
            Feature(None, kind, tensor.name, column, kind == "number") for column in range(width)
        ]
    return tuple(features)
