"""One prediction: the request's body in, the answer's JSON out."""

from inferx.errors import BadInput, TooLarge
from inferx.serving import json_text
from inferx.serving.limits import MAX_BODY_BYTES
from inferx.serving.loading import Loaded


def predict(loaded: Loaded, body: bytes) -> tuple[str, int]:
    """Answer ``{"input": …}``.

    Args:
        loaded: the model, and the record that names it in the answer.
        body: the request's body.

    Returns:
        The answer as JSON text; and for how many rows.

    Raises:
        BadInput: the body is malformed, or its input does not fit the model.
        TooLarge: too many rows, or too many bytes, in the request or in the answer.
    """
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"A request takes at most {MAX_BODY_BYTES:,} bytes.")
    request = json_text.parse(body)
    if not isinstance(request, dict) or "input" not in request:
        raise BadInput('The request body must be an object with "input".')
    answer, rows = loaded.model.predict(request["input"])
    record = loaded.record
    answer["model"] = {"id": record.id, "name": record.name, "version": record.version}
    text = json_text.write(answer)
    if len(text) > MAX_BODY_BYTES:  # ASCII: as many bytes as characters
        raise TooLarge("The answer is too large; send fewer rows in one request.")
    return text, rows
