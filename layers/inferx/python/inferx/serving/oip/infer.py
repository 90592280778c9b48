"""One inference by the protocol: a request's body in, a response's body out."""

from collections.abc import Mapping

from inferx.errors import BadInput
from inferx.serving.limits import HTTP, Limits
from inferx.serving.loading import Loaded
from inferx.serving.oip.requests import read_request
from inferx.serving.oip.responses import InferResponse, write_response
from inferx.serving.oip.tensors import fit


def infer(
    loaded: Loaded, body: bytes, json_length: int | None, limits: Limits = HTTP
) -> tuple[InferResponse, int]:
    """Run an inference request.

    Args:
        loaded: the model.
        body: the request's body, decompressed.
        json_length: how much of it is JSON, when binary data follows.
        limits: how much the request may hold.

    Returns:
        The response; and the number of rows.

    Raises:
        BadInput: the request does not follow the protocol or does not fit the model.
        TooLarge: the request has too many rows, or too many bytes.
    """
    limits.check_body(len(body))
    request = read_request(body, json_length)
    model = loaded.model
    wanted = model.outputs if request.outputs is None else _known(request.outputs, model.outputs)
    feed = fit(request.tensors, model.signature, limits)
    results = model.run(feed, wanted)
    binary = request.outputs or dict.fromkeys(wanted, request.binary)
    tensors = zip(wanted, results, strict=True)
    return write_response(loaded.record, request.id, tensors, binary), feed.rows


def _known(asked: Mapping[str, bool], names: list[str]) -> list[str]:
    unknown = asked.keys() - set(names)
    if unknown:
        raise BadInput(
            f"The model's outputs are {', '.join(names)}; unknown: {', '.join(sorted(unknown))}."
        )
    return list(asked)
