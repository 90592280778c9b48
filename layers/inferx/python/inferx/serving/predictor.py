"""One prediction: a request's body in, a response's JSON out."""

from inferx.errors import BadInput
from inferx.serving import json_text
from inferx.serving.limits import HTTP, Limits
from inferx.serving.loading import Loaded


def predict(loaded: Loaded, body: bytes, limits: Limits = HTTP) -> tuple[str, int]:
    """Predict for ``{"input": …}``.

    Args:
        loaded: the model, and the record that names it in the response.
        body: the request's body, decompressed.
        limits: how much the request may hold.

    Returns:
        The response as JSON text, in ASCII; and the number of rows.

    Raises:
        BadInput: the body is malformed, or its input does not fit the model.
        TooLarge: the request has too many rows, or too many bytes.
    """
    limits.check_body(len(body))
    request = json_text.parse(body)
    if not isinstance(request, dict) or "input" not in request:
        raise BadInput('The request body must be an object with "input".')
    content, rows = loaded.model.predict(request["input"], limits)
    record = loaded.record
    content["model"] = {"id": record.id, "name": record.name, "version": record.version}
    return json_text.write(content), rows
