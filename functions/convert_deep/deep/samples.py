"""The owner's own rows, predicted by the framework and by the served model, and an example."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from deep.comparing import difference_in
from deep.network import Network
from deep.parity import Difference, Tally
from exported.served import (
    Served,
    example_or_none,
    first_accepted,
    named,
    read_samples,
    without_nan,
)
from inferx.errors import Refused
from inferx.images import with_example_images
from inferx.manifest import SampleReport
from inferx.samples import Row
from inferx.serving.inputs import Feed, reader_for

_DIGITS = 4
"""Decimals of the numbers of an example."""


def agreement(
    network: Network, served: Served, samples: Sequence[Row], sizes: Sequence[float]
) -> SampleReport | None:
    """Compare both on the owner's rows.

    Args:
        network: the original.
        served: the finished file.
        samples: the owner's rows.
        sizes: the typical size of each output.

    Raises:
        Refused: naming a row that the model does not take, or that the two predict differently.
    """
    if not samples:
        return None
    feeds = read_samples(reader_for(served.signature), samples)
    outputs = served.outputs(feeds, samples)
    for place, (feed, found) in enumerate(zip(feeds, outputs, strict=True)):
        sample = named(place, samples[place])
        answers = _predicted(network, feed, sample), [found[name] for name in network.outputs]
        tensors = [feed.tensors[each.name] for each in network.inputs]
        difference, _ = difference_in(network.predict, tensors, answers, Tally(), sizes)
        if difference is not None:
            raise Refused(_differ(sample, network, difference))
    return SampleReport(rows=len(samples), agreed=len(samples))


def example_for(
    served: Served, samples: Sequence[Row], drawn: Sequence[Any]
) -> dict[str, Any] | None:
    """Return a request body that the model predicts: the first of the samples, else made up.

    Args:
        served: the finished file.
        samples: the owner's rows.
        drawn: one row for each input, with the axis of the rows.
    """

    def make() -> dict[str, Any] | None:
        reader = reader_for(served.signature)

        def accepts(given: Any) -> bool:
            (feed,) = read_samples(reader, [given])
            served.run(feed)
            return True

        given = [without_nan(sample) for sample in samples[:1]]
        made = with_example_images(served.signature, _listed(served, drawn))
        return first_accepted([*given, made], accepts)

    return example_or_none(make)


def _listed(served: Served, drawn: Sequence[Any]) -> Any:
    inputs = served.signature.inputs
    listed = {spec.name: _plain(tensor[0]) for spec, tensor in zip(inputs, drawn, strict=True)}
    return next(iter(listed.values())) if len(inputs) == 1 else listed


def _plain(values: Any) -> Any:
    if values.dtype.kind != "f":
        return values.tolist()
    return np.round(values.astype(np.float64), _DIGITS).tolist()


def _predicted(network: Network, feed: Feed, sample: str) -> list[Any]:
    tensors = [feed.tensors[each.name] for each in network.inputs]
    try:
        return network.predict(tensors)
    except MemoryError:
        raise
    except Exception as failure:
        raise Refused(
            f"{sample} is no row that the original takes: it raises {type(failure).__name__} "
            f"({failure!s:.100}). Correct it or leave it out, and upload the model again."
        ) from failure


def _differ(sample: str, network: Network, difference: Difference) -> str:
    output = network.outputs[difference.output]
    return (
        f"{sample}: the original predicts {difference.expected} in output '{output:.60}' and the "
        f"converted model {difference.found}, so it is not served. Convert the model to ONNX "
        "yourself and upload the .onnx file."
    )
