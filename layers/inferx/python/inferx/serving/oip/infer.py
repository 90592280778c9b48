"""One inference by the protocol: a request's body in, a response's body out."""

from inferx.errors import BadInput
from inferx.serving.limits import HTTP, Limits
from inferx.serving.loading import Loaded
from inferx.serving.oip.requests import InferRequest, read_request
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
    wanted = _wanted(request, [spec.name for spec in model.signature.outputs])
    feed = fit(request.tensors, model.signature, limits)
    results = model.run(feed, list(wanted))
    tensors = {
        name: (result, binary)
        for (name, binary), result in zip(wanted.items(), results, strict=True)
    }
    return write_response(loaded.record, request.id, tensors), feed.rows


def _wanted(request: InferRequest, names: list[str]) -> dict[str, bool]:
    if request.outputs is None:
        return dict.fromkeys(names, request.binary)
    unknown = request.outputs.keys() - set(names)
    if unknown:
        raise BadInput(
            f"The model's outputs are {', '.join(names)}; unknown: {', '.join(sorted(unknown))}."
        )
    return request.outputs
