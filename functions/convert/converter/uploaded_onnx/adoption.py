"""From an uploaded ONNX file to the served one."""

from pathlib import Path

import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # no stubs

from converter.uploaded_onnx.checking import self_contained
from converter.uploaded_onnx.description import signature_of
from converter.uploaded_onnx.opening import runnable
from converter.uploaded_onnx.output_shapes import with_output_shapes
from converter.uploaded_onnx.parts import nodes_of
from converter.uploaded_onnx.samples import agreement, example_for
from converter.uploaded_onnx.tensor_outputs import make_outputs_tensors
from exported import graph
from inferx.errors import Refused
from inferx.images import declared
from inferx.manifest import ParityReport, SampleReport, Signature
from sandbox.job import Facts
from sandbox.job_request import JobRequest
from sandbox.limits import check_artifact_size

_RANDOM = {
    "Bernoulli",
    "Multinomial",
    "RandomNormal",
    "RandomNormalLike",
    "RandomUniform",
    "RandomUniformLike",
}


_NOTHING = JobRequest()


def adopt(source: Path, target: Path, request: JobRequest = _NOTHING) -> Facts:
    """Check an ONNX file and write it to ``target`` with its signature inside.

    Args:
        source: the file.
        target: where the checked file goes.
        request: rows of its owner's on which both files must agree, and whether an input takes
            images; it has no parts.

    Returns:
        the manifest's fields that only the file can show.

    Raises:
        Refused: for a file that the checker rejects, with custom operators, with weights kept
            outside of it, with inputs or outputs that no request could carry, without the input of
            images that was declared, or too large to be served.
    """
    if request.part is not None:
        raise Refused(
            "An ONNX file holds one model and no parts to choose from: upload it again without "
            "part."
        )
    check_artifact_size(source.stat().st_size)
    try:
        model = onnx.load_from_string(source.read_bytes())
    except (DecodeError, ValueError) as damage:
        raise Refused("The file is not a readable ONNX model.") from damage
    model = self_contained(model)
    _set_locales(model)
    columns = make_outputs_tensors(model)
    model, warnings = runnable(model, target.parent)
    model = with_output_shapes(model)
    signature = signature_of(model, columns)
    if request.hints.image is not None:
        signature = declared(signature, request.hints.image)
    graph.write(model, signature, target)
    random_numbers = _on_random_numbers(model)
    samples = agreement(source, target, request.samples, is_random=bool(random_numbers))
    return {
        "framework": "onnx",
        "framework_version": None,
        "estimator": None,
        "task": "classification" if signature.probabilities else "unknown",
        "signature": signature.to_dict(),
        "opset": graph.opsets(model),
        "parity": None if samples is None else _parity(signature, samples).to_dict(),
        "warnings": [
            *warnings,
            *random_numbers,
            *columns.sentences(but=signature.probabilities),
        ],
        "example": example_for(model, target, request.samples),
    }


def _parity(signature: Signature, samples: SampleReport) -> ParityReport:
    """Report the owner's rows: an uploaded graph is its own original, and needs no others."""
    double = any(tensor.dtype == "float64" for tensor in signature.inputs)
    return ParityReport(
        rows=0,
        label_agreement=None,
        ties=0,
        max_abs_diff=None,
        max_rel_diff=None,
        dtype="float64" if double else "float32",
        samples=samples,
    )


def _on_random_numbers(model: onnx.ModelProto) -> list[str]:
    drawing = sorted({node.op_type for node in nodes_of(model.graph)} & _RANDOM)
    if not drawing:
        return []
    return [
        f"The model draws random numbers ({', '.join(drawing)}): "
        "the same request may get another prediction."
    ]


def _set_locales(model: onnx.ModelProto) -> None:
    """Set every locale to C, in place.

    A session does not open with one that the machine lacks, and the default is en_US.UTF-8.
    """
    for node in nodes_of(model.graph):
        if node.op_type == "StringNormalizer":
            kept = [attribute for attribute in node.attribute if attribute.name != "locale"]
            del node.attribute[:]
            node.attribute.extend([*kept, onnx.helper.make_attribute("locale", "C")])
