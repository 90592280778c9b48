"""One inference by the protocol: a request's body in, a response's body out."""

from inferx.errors import BadInput, TooLarge
from inferx.serving.limits import MAX_BODY_BYTES
from inferx.serving.loading import Loaded
from inferx.serving.oip.requests import InferRequest, read_request
from inferx.serving.oip.responses import InferResponse, write_response
from inferx.serving.oip.tensors import fit


def infer(loaded: Loaded, body: bytes, json_length: int | None) -> tuple[InferResponse, int]:
    """Answer an inference request.

    Args:
        loaded: the model.
        body: the request's body.
        json_length: how much of it is JSON, when binary data follows.

    Returns:
        The response; and for how many rows.

    Raises:
        BadInput: the request does not follow the protocol or does not fit the model.
        TooLarge: too many rows, or too many bytes, in the request or in the response.
    """
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"A request takes at most {MAX_BODY_BYTES:,} bytes.")
    request = read_request(body, json_length)
    model = loaded.model
    wanted = _wanted(request, [spec.name for spec in model.signature.outputs])
    feed = fit(request.tensors, model.signature)
    results = model.run(feed, list(wanted))
    tensors = {
        name: (result, binary)
        for (name, binary), result in zip(wanted.items(), results, strict=True)
    }
    response = write_response(loaded.record, request.id, tensors)
    if len(response.body) > MAX_BODY_BYTES:
        raise TooLarge("The response is too large; send fewer rows in one request.")
    return response, feed.rows


def _wanted(request: InferRequest, names: list[str]) -> dict[str, bool]:
    if request.outputs is None:
        return dict.fromkeys(names, request.binary)
    unknown = request.outputs.keys() - set(names)
    if unknown:
        raise BadInput(
            f"The model answers {', '.join(names)}; unknown: {', '.join(sorted(unknown))}."
        )
    return request.outputs
