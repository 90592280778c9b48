"""The owner's own rows, answered by the uploaded graph and by the file that is served."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from converter.uploaded_onnx.learned import values_for
from converter.uploaded_onnx.ordinary_tensors import ordinary_inputs
from exported.served import (
    Outputs,
    Served,
    example_or_none,
    first_accepted,
    named,
    read_samples,
    shown,
    without_nan,
)
from inferx.errors import Refused
from inferx.images import with_example_images
from inferx.manifest import SampleReport
from inferx.onnx_session import OPEN_ERRORS, PROVIDERS, RUN_ERRORS, ort, session_options
from inferx.samples import Row
from inferx.serving.inputs import Feed, reader_for
from inferx.signature import Signature

_RELATIVE, _ABSOLUTE = 1e-4, 1e-5
_ANSWER = 50


def agreement(
    source: Path, target: Path, samples: Sequence[Row], *, is_random: bool
) -> SampleReport | None:
    """Compare the uploaded graph with the served one on the owner's rows.

    A graph that the runtime opens only after its conversion is compared by that conversion, on
    generated rows; here each row must then be predicted.

    Args:
        source: the file as uploaded.
        target: the file that is served.
        samples: the owner's rows.
        is_random: whether the graph draws random numbers, so that no two runs are alike.

    Raises:
        Refused: naming a row that the model does not take, or that the two predict differently.
    """
    if not samples:
        return None
    served = Served(target)
    _refuse_images(served.signature, samples)
    feeds = read_samples(reader_for(served.signature), samples)
    outputs = served.outputs(feeds, samples)
    original = None if is_random else _opened(source)
    if original is not None:
        for place, (feed, converted) in enumerate(zip(feeds, outputs, strict=True)):
            _compare(original, feed, converted, named(place, samples[place]))
    return SampleReport(rows=len(samples), agreed=len(samples))


def example_for(
    model: onnx.ModelProto, target: Path, samples: Sequence[Row]
) -> dict[str, Any] | None:
    """Return a request body that the model predicts: the first of the samples, else made up.

    Args:
        model: the graph.
        target: the file that is served.
        samples: the owner's rows.
    """
    return example_or_none(partial(_example, model, target, samples))


def _example(model: onnx.ModelProto, target: Path, samples: Sequence[Row]) -> dict[str, Any] | None:
    served = Served(target)
    reader = reader_for(served.signature)

    def accepts(given: Any) -> bool:
        (feed,) = read_samples(reader, [given])
        served.run(feed)
        return True

    candidates = [without_nan(sample) for sample in samples[:1]]
    learned = values_for(model, served.signature.features or ())
    drawn = ordinary_inputs(served.signature, learned)
    example = first_accepted(chain(candidates, drawn), accepts)
    if example is None or not served.signature.images:
        return example
    # Whatever the size of an image, the graph gets the numbers of the size that it has taken.
    return {"input": with_example_images(served.signature, example["input"])}


def _refuse_images(signature: Signature, samples: Sequence[Row]) -> None:
    """Refuse rows with images: no imaging library fits into this function beside the others."""
    inputs = {each.input for each in signature.images}
    for place, sample in enumerate(samples):
        values = [sample[name] for name in inputs & sample.keys()] if type(sample) is dict else []
        if inputs and any(isinstance(each, str) for each in (sample, *values)):
            raise Refused(
                f"{named(place, sample)} is an image, and samples of an ONNX file are compared as "
                "numbers: send its pixels as nested lists, scaled as the graph takes them, and "
                "upload the model again."
            )


def _opened(source: Path) -> ort.InferenceSession | None:
    options = session_options()
    options.log_severity_level = 4  # what goes wrong is raised
    try:
        return ort.InferenceSession(str(source), options, PROVIDERS)
    except OPEN_ERRORS:
        return None  # only its converted form opens


def _compare(original: ort.InferenceSession, feed: Feed, converted: Outputs, sample: str) -> None:
    names = [output.name for output in original.get_outputs()]
    try:
        results = original.run(names, feed.tensors)
    except RUN_ERRORS as failure:
        raise Refused(
            f"{sample} is no row that the uploaded graph takes. Correct it or leave it out, and "
            "upload the model again."
        ) from failure
    for name, expected in _tensors(names, results):
        got = converted[name]
        if not _equal(expected, got):
            raise Refused(
                f"{sample}: the uploaded graph gives {_listed(expected)} as {name!r:.60} and the "
                f"served one {_listed(got)}, so it is not served. Export the model again, with "
                "tensors as its outputs and an opset from 7 to 21."
            )


def _tensors(names: Sequence[str], results: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Yield the outputs as the served graph names them, lists and dictionaries as tensors."""
    for name, result in zip(names, results, strict=True):
        if not isinstance(result, list):
            yield name, result
        elif all(isinstance(each, dict) for each in result):
            yield name, np.array([list(each.values()) for each in result])
        else:
            yield from ((f"{name}_{place}", each) for place, each in enumerate(result))


def _equal(expected: Any, got: Any) -> bool:
    if np.shape(expected) != np.shape(got):
        return False
    if np.asarray(got).dtype.kind != "f":
        return bool((np.asarray(expected) == got).all())
    return np.allclose(expected, got, rtol=_RELATIVE, atol=_ABSOLUTE, equal_nan=True)


def _listed(result: Any) -> str:
    return shown(np.asarray(result).tolist(), _ANSWER)
