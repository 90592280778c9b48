"""Finishes an ONNX graph: output names, optimisation, the signature inside the file."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto

from exported.divisions import make_divisions_safe
from exported.growing import growing_in
from exported.hazards import check_hazards
from inferx.errors import Refused
from inferx.manifest import METADATA_KEY, Signature, TensorSpec
from inferx.onnx_session import PROVIDERS, ort, session_options
from inferx.signature import LOOPS_KEY
from sandbox.limits import WRITTEN_BYTES, in_megabytes

_DTYPES: dict[int, str] = {
    TensorProto.FLOAT: "float32",
    TensorProto.DOUBLE: "float64",
    TensorProto.INT64: "int64",
    TensorProto.INT32: "int32",
    TensorProto.BOOL: "bool",
    TensorProto.STRING: "string",
    TensorProto.FLOAT16: "float16",
    TensorProto.INT16: "int16",
    TensorProto.INT8: "int8",
    TensorProto.UINT64: "uint64",
    TensorProto.UINT32: "uint32",
    TensorProto.UINT16: "uint16",
    TensorProto.UINT8: "uint8",
}

_REAL = (TensorProto.FLOAT, TensorProto.DOUBLE)


def name_outputs(model: onnx.ModelProto, names: Sequence[str]) -> None:
    """Name the graph's first outputs and drop the others, in place.

    The nodes that only fed a dropped output go when the graph is optimised.
    """
    graph = model.graph
    kept = list(graph.output)[: len(names)]
    renamed = {output.name: f"{name}" for output, name in zip(kept, names, strict=False)}
    taken = {value for node in graph.node for value in (*node.input, *node.output)}
    for value in taken & set(renamed.values()) - set(renamed):
        renamed[value] = f"{value}_inner"
    for node in graph.node:
        for values in (node.input, node.output):
            for position, value in enumerate(values):
                values[position] = renamed.get(value, value)
    for output in kept:
        output.name = renamed[output.name]
    del graph.output[:]
    graph.output.extend(kept)


def type_outputs(model: onnx.ModelProto) -> None:
    """Give the graph's outputs the element types that their nodes have, in place.

    skl2onnx declares them by the first column's type, which is not that of all columns together.
    """
    bare = onnx.ModelProto()
    bare.CopyFrom(model)
    del bare.graph.output[:]
    inferred = onnx.shape_inference.infer_shapes(bare).graph.value_info
    types = {value.name: value.type.tensor_type.elem_type for value in inferred}
    for output in model.graph.output:
        tensor = output.type.tensor_type
        if tensor.elem_type in _REAL and types.get(output.name) in _REAL:
            tensor.elem_type = types[output.name]


def make_labels_boolean(model: onnx.ModelProto) -> None:
    """Make the graph's first output boolean, in place: its labels are 0 and 1 so far."""
    _cast(model, model.graph.output[0], TensorProto.BOOL)


def give_doubles(model: onnx.ModelProto) -> None:
    """Make outputs that are declared in float32 doubles, in place.

    skl2onnx declares them so where the first column of the input is a string, whatever its own
    converters then give.
    """
    for output in model.graph.output:
        if output.type.tensor_type.elem_type == TensorProto.FLOAT:
            _cast(model, output, TensorProto.DOUBLE)


def _cast(model: onnx.ModelProto, output: onnx.ValueInfoProto, kind: int) -> None:
    """Convert an output to another element type, under its own name."""
    inner = f"{output.name}_as_computed"
    for node in model.graph.node:
        for values in (node.input, node.output):
            for position, value in enumerate(values):
                values[position] = inner if value == output.name else value
    cast = onnx.helper.make_node("Cast", [inner], [output.name], to=kind)
    model.graph.node.append(cast)
    output.type.tensor_type.elem_type = kind


def describe_outputs(model: onnx.ModelProto, arrays: Mapping[str, Any]) -> None:
    """Give the graph's outputs the shapes that they really have, the first dimension free."""
    for output in model.graph.output:
        shape = output.type.tensor_type.shape
        sizes = np.shape(arrays[output.name])[1:]
        del shape.dim[:]
        shape.dim.add()
        for size in sizes:
            shape.dim.add().dim_value = size


def tensor_specs(values: Iterable[onnx.ValueInfoProto]) -> tuple[TensorSpec, ...]:
    """Describe a graph's inputs or outputs.

    Raises:
        Refused: for sequences, maps, and element types that no request could carry.
    """
    return tuple(_tensor_spec(value) for value in values)


def kind_of(value: onnx.ValueInfoProto) -> str:
    """Return what an input or output is, with its article: "a map"."""
    kind = (value.type.WhichOneof("value") or "value without a type").removesuffix("_type")
    return f"an {kind}" if kind == "optional" else f"a {kind}".replace("_", " ")


def _tensor_spec(value: onnx.ValueInfoProto) -> TensorSpec:
    tensor = value.type.tensor_type
    dtype = _DTYPES.get(tensor.elem_type)
    if not value.type.HasField("tensor_type"):
        raise Refused(
            f"'{value.name[:100]}' of the model is {kind_of(value)}, and only tensors are served; "
            "export the model with tensors as its inputs and outputs."
        )
    if dtype is None:
        elements = TensorProto.DataType.Name(tensor.elem_type)
        raise Refused(
            f"'{value.name[:100]}' of the model is a tensor of {elements}, which no request "
            f"carries; cast it in the graph to one of {', '.join(_DTYPES.values())}."
        )
    shape = tuple(
        # Some exporters write -1 for a free dimension.
        dimension.dim_value
        if dimension.HasField("dim_value") and dimension.dim_value >= 0
        else None
        for dimension in tensor.shape.dim
    )
    return TensorSpec(value.name, dtype, shape)


def optimised(model: onnx.ModelProto, workspace: Path) -> onnx.ModelProto:
    """Return the graph as the runtime simplifies it, in standard operators only.

    Done once here, so that predictions open the file without optimising again.

    Raises:
        Refused: for a graph that is too large to be written.
    """
    source, target = workspace / "exported.onnx", workspace / "optimised.onnx"
    save(model, source)
    options = session_options()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(target)
    _open(source, options)
    simplified = onnx.load(target)
    drop_copies(simplified)
    return simplified


def drop_copies(model: onnx.ModelProto) -> None:
    """Let nodes write the graph's outputs themselves where another only copied them, in place.

    The runtime leaves such copies in. A graph with graphs inside is left as it is.
    """
    body = model.graph
    if loops_in(body):
        return
    made = {value for node in body.node for value in node.output}
    outputs = {output.name for output in body.output}
    for copy in [node for node in body.node if node.op_type == "Identity"]:
        source, result = copy.input[0], copy.output[0]
        if result not in outputs or source in outputs or source not in made:
            continue
        body.node.remove(copy)
        for node in body.node:
            for values in (node.input, node.output):
                for position, value in enumerate(values):
                    values[position] = result if value == source else value
        made = made - {source} | {result}


def open_session(path: Path) -> ort.InferenceSession:
    """Open a model as predictions do."""
    return _open(path, session_options())


def write(model: onnx.ModelProto, signature: Signature, path: Path) -> None:
    """Write the finished file, its signature inside and its divisions safe.

    Raises:
        Refused: for a graph that is too large to be written, or on which the runtime would end.
    """
    check_hazards(model)
    make_divisions_safe(model)
    del model.metadata_props[:]
    timed = [*loops_in(model.graph), *growing_in(model.graph)]
    described = {METADATA_KEY: signature.to_dict(), LOOPS_KEY: timed}
    for key, value in described.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, json.dumps(value, separators=(",", ":"))
    model.doc_string, model.producer_name = "", "inferx"
    save(model, path)


def loops_in(body: onnx.GraphProto) -> list[str]:
    """Return the operators that loop or branch, sorted: what has a graph of its own inside."""
    return sorted(
        {
            node.op_type
            for node in body.node
            for attribute in node.attribute
            if attribute.HasField("g") or attribute.graphs
        }
    )


def _open(path: Path, options: ort.SessionOptions) -> ort.InferenceSession:
    options.log_severity_level = 4  # what goes wrong is raised
    return ort.InferenceSession(str(path), options, providers=PROVIDERS)


def save(model: onnx.ModelProto, path: Path) -> None:
    """Write a graph to a file.

    Raises:
        Refused: it is too large to be written.
    """
    size = model.ByteSize()
    if size > WRITTEN_BYTES:
        raise Refused(
            f"The converted model would be {in_megabytes(size)} MB before it is made smaller, and "
            f"at most {in_megabytes(WRITTEN_BYTES)} MB can be converted."
        )
    path.write_bytes(model.SerializeToString())


def opsets(model: onnx.ModelProto) -> dict[str, int]:
    """Return the version of each operator set that the graph's nodes use."""
    used = {node.domain for node in model.graph.node}
    return {entry.domain: entry.version for entry in model.opset_import if entry.domain in used}
