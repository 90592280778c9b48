"""Makes a served model of a network: exported, compared with the framework, described, written."""

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from deep.comparing import difference_in
from deep.description import describe
from deep.finishing import finished
from deep.network import Arrays, Network
from deep.parity import BAR, Difference, Tally, is_softmax, typical_sizes
from deep.rows import BATCHES, TYPICAL, Batch, Lengths, batches, drawn, lengths_of
from deep.samples import agreement, example_for
from exported import graph
from exported.served import Served
from inferx.errors import InferXError, Refused
from inferx.images import declared
from inferx.manifest import ParityReport, SampleReport
from inferx.serving.inputs import Feed
from sandbox.job import Facts
from sandbox.job_request import JobRequest

_EXPORT = "export it to ONNX yourself and upload the .onnx file"


@dataclass(frozen=True)
class _Answered:
    """Rows, and what the framework predicts for them."""

    batch: Batch
    outputs: Arrays


def served(network: Network, target: Path, request: JobRequest) -> Facts:
    """Write the ONNX form of a network to ``target``, proved on generated rows.

    Args:
        network: what was read from the file.
        target: where the ONNX file goes.
        request: what its owner asks.

    Returns:
        the manifest's fields that only the network knows.

    Raises:
        Refused: it has no ONNX form that predicts as the framework does, saying where.
    """
    lengths = lengths_of(network.inputs, network.predict)
    if not lengths:
        raise Refused(_takes_no_rows(network))
    answered = list(_answers(network, lengths))
    model = _exported(network, target.parent)
    signature = describe(model, network, [each.outputs for each in answered])
    if request.hints.image is not None:
        signature = declared(signature, request.hints.image)
    graph.write(model, signature, target)
    open_model = Served(target)
    sizes = typical_sizes(answered[len(BATCHES) - 1].outputs)
    tally = _compared(network, open_model, answered)
    samples = agreement(network, open_model, request.samples, sizes)
    example = drawn(network.inputs, lengths[0], 1, np.random.default_rng(0))
    return {
        "framework": network.framework,
        "framework_version": network.version,
        "estimator": network.title,
        "task": "classification" if is_softmax(answered[0].outputs[0]) else "unknown",
        "signature": signature.to_dict(),
        "opset": graph.opsets(model),
        "parity": _report(network, tally, lengths, samples).to_dict(),
        "warnings": list(network.warnings),
        "example": example_for(open_model, request.samples, example),
    }


def _answers(network: Network, lengths: Sequence[Lengths]) -> Iterator[_Answered]:
    for batch in batches(network.inputs, lengths):
        outputs = network.predict(batch.tensors)
        for name, output in zip(network.outputs, outputs, strict=True):
            if not output.shape or len(output) != batch.rows:
                raise Refused(
                    f"Output '{name[:100]}' of {network.title} has the shape "
                    f"{list(output.shape)} for {batch.rows} rows: its first axis must be the "
                    "rows. Change the model so, or " + _EXPORT + "."
                )
        yield _Answered(batch, outputs)


def _exported(network: Network, workspace: Path) -> Any:
    try:
        return finished(network, workspace)
    except (Refused, MemoryError):
        raise
    except Exception as failure:
        traceback.print_exception(failure)  # for the parent's log
        raise Refused(
            f"{network.title} is read, but PyTorch's ONNX exporter fails on it "
            f"({type(failure).__name__}: {_first_line(failure):.150}); {_EXPORT}."
        ) from failure


def _compared(network: Network, model: Served, answered: Sequence[_Answered]) -> Tally:
    """Compare all rows.

    Raises:
        Refused: naming the first output that differs, and how.
    """
    tally, undecided = Tally(), 0
    for each in answered:
        batch, found = each.batch, _run(network, model, each.batch)
        answers, before = (each.outputs, found), tally.rounded
        difference, tally = difference_in(network.predict, batch.tensors, answers, tally)
        if difference is not None:
            raise Refused(_differs(network, batch, difference))
        tally.add(batch.kind, batch.rows)
        if batch.kind == TYPICAL:
            undecided += tally.rounded - before
    if 2 * undecided > tally.rows[TYPICAL]:
        raise Refused(
            f"{network.title} cannot be proved: on most typical rows the last bit of the input "
            f"moves its own predictions by more than {BAR:.0e}. Upload it again as ONNX."
        )
    return tally


def _run(network: Network, model: Served, batch: Batch) -> Arrays:
    names = [each.name for each in network.inputs]
    feed = Feed(dict(zip(names, batch.tensors, strict=True)), batch.rows, single=False)
    try:
        outputs = model.run(feed)
    except InferXError as failure:
        traceback.print_exception(failure)  # for the parent's log
        shapes = ", ".join(str(list(tensor.shape)) for tensor in batch.tensors)
        raise Refused(
            f"The ONNX form of {network.title} does not take {shapes:.100}, which the model "
            f"itself does: its exporter fixed the number of rows or a length. Fix the lengths in "
            f"the model, or {_EXPORT}."
        ) from failure
    return [outputs[name] for name in network.outputs]


def _report(
    network: Network, tally: Tally, lengths: Sequence[Lengths], samples: SampleReport | None
) -> ParityReport:
    double = any(each.dtype == "float64" for each in network.inputs)
    return ParityReport(
        rows=sum(tally.rows.values()),
        label_agreement=tally.label_agreement,
        ties=tally.ties,
        max_abs_diff=min(tally.max_abs_diff, 1e308),
        max_rel_diff=min(tally.max_rel_diff, 1e308),
        dtype="float64" if double else "float32",
        probes=dict(tally.rows),
        reason=_reason(lengths, tally.rounded),
        samples=samples,
    )


def _reason(lengths: Sequence[Lengths], rounded: int) -> str:
    numbers = ", ".join(map(str, BATCHES[:-1]))
    reason = f"The model's own type; compared with {numbers} and {BATCHES[-1]} rows at once"
    tried = sorted({length for each in lengths for length in each.values()})
    if tried:
        reason += f", and lengths of {' and '.join(map(str, tried))} along its free axes"
    if rounded:
        reason += (
            f". {rounded} rows differ by more than {BAR:.0e}, which is no more than the model's "
            "own predictions move with the last bit of their input"
        )
    return f"{reason}."


def _differs(network: Network, batch: Batch, difference: Difference) -> str:
    shapes = ", ".join(str(list(tensor.shape)) for tensor in batch.tensors)
    return (
        f"The ONNX form of {network.title} does not predict as the model itself: for generated "
        f"rows of the shape {shapes:.100}, output '{network.outputs[difference.output]:.60}' is "
        f"{difference.found} where it should be {difference.expected} (row {difference.row + 1}). "
        f"It is not served; {_EXPORT}."
    )


def _takes_no_rows(network: Network) -> str:
    shapes = ", ".join(
        str([length if length is not None else "any" for length in each.shape]).replace("'", "")
        for each in network.inputs
    )
    return (
        f"{network.title} takes no rows of the shape {shapes:.150}, with any of the lengths that "
        "were tried; upload it again with input_shape, the shape of one row."
    )


def _first_line(failure: Exception) -> str:
    return str(failure).strip().split("\n", maxsplit=1)[0]
