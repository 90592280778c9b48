"""An inference request, read: its tensors and which outputs it wants, and how."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from inferx.errors import BadInput
from inferx.serving import json_text
from inferx.serving.inputs.reader import Array
from inferx.serving.oip.datatypes import from_bytes, from_json, numpy_type

_LARGEST_DIMENSION = 1 << 31


class InferRequest(NamedTuple):
    """What a client requests.

    Attributes:
        id: the client's own name for the request, to be echoed.
        tensors: by the names that the client gives them.
        outputs: the outputs wanted, each with whether as binary data; ``None`` for all.
        binary: whether outputs not asked for one by one are wanted as binary data.
    """

    id: str | None
    tensors: dict[str, Array]
    outputs: dict[str, bool] | None
    binary: bool


def read_request(body: bytes, json_length: int | None) -> InferRequest:
    """Read an inference request.

    Args:
        body: the whole body.
        json_length: how much of it is JSON, when binary data follows.

    Raises:
        BadInput: it does not follow the protocol.
    """
    head = body if json_length is None else body[:json_length]
    if json_length is not None and not 0 <= json_length <= len(body):
        raise BadInput("Inference-Header-Content-Length is larger than the body.")
    request = _object(json_text.parse(head), "The request")
    identity = request.get("id")
    if identity is not None and not isinstance(identity, str):
        raise BadInput("The id must be a string.")
    # Most requests are plain: what they leave out is not looked into.
    flagged = "parameters" in request and _flag(request, "binary_data_output", "The request")
    binary = bool(flagged)
    tail = _NO_TAIL if json_length is None else _Tail(memoryview(body)[json_length:])
    tensors = _tensors(request.get("inputs"), tail)
    given = request.get("outputs")
    outputs = None if given is None or given == [] else _outputs(given, binary)
    return InferRequest(identity, tensors, outputs, binary)


class _Tail:
    """The binary data, taken piece by piece."""

    def __init__(self, raw: memoryview) -> None:
        self._raw = raw
        self._at = 0

    def take(self, size: Any) -> memoryview:
        if type(size) is not int or not 0 <= size <= len(self._raw) - self._at:
            raise BadInput("binary_data_size is not the size of the data that follows the JSON.")
        piece = self._raw[self._at : self._at + size]
        self._at += size
        return piece

    def end(self) -> None:
        if self._at != len(self._raw):
            raise BadInput("More binary data follows the JSON than the inputs say.")


_NO_TAIL = _Tail(memoryview(b""))


def _tensors(inputs: Any, tail: _Tail) -> dict[str, Array]:
    if not isinstance(inputs, list) or not inputs:
        raise BadInput("The request must have a list of inputs.")
    tensors: dict[str, Array] = {}
    for each in inputs:
        name, elements = _tensor(_object(each, "An input"), tail)
        if name in tensors:
            raise BadInput(f"Input {name} is there twice.")
        tensors[name] = elements
    if tail is not _NO_TAIL:
        tail.end()
    return tensors


def _tensor(given: Mapping[str, Any], tail: _Tail) -> tuple[str, Array]:
    name = given.get("name")
    if not isinstance(name, str):
        raise BadInput("Each input must have a name.")
    try:
        return name, _elements(given, tail)
    except BadInput as error:
        raise BadInput(f"Input {name}: {error.detail}") from None


def _elements(given: Mapping[str, Any], tail: _Tail) -> Array:
    shape = given.get("shape")
    datatype = given.get("datatype")
    numpy_type(datatype)
    assert isinstance(datatype, str)
    size = _size(shape)
    parameters = _parameters(given, "The parameters") if "parameters" in given else {}
    if "binary_data_size" in parameters:
        elements = from_bytes(tail.take(parameters["binary_data_size"]), datatype)
    else:
        elements = from_json(given.get("data"), datatype)
    if len(elements) != size:
        raise BadInput(f"The shape says {size} elements, and there are {len(elements)}.")
    return elements.reshape(shape)


def _size(shape: Any) -> int:
    """Return how many elements a tensor of this shape has."""
    wrong = type(shape) is not list
    size = 1
    for each in () if wrong else shape:
        if type(each) is not int or not 0 <= each < _LARGEST_DIMENSION:
            wrong = True
            break
        size *= each
    if wrong:
        raise BadInput("The shape must be a list of whole numbers.")
    return size


def _outputs(given: Any, binary: bool) -> dict[str, bool]:
    if not isinstance(given, list):
        raise BadInput("The outputs must be a list.")
    outputs: dict[str, bool] = {}
    for each in given:
        name = _object(each, "An output").get("name")
        if not isinstance(name, str):
            raise BadInput("Each output must have a name.")
        asked = _flag(each, "binary_data", f"Output {name}")
        outputs[name] = binary if asked is None else asked
    return outputs


def _flag(owner: Mapping[str, Any], name: str, whose: str) -> bool | None:
    value = _parameters(owner, f"{whose}'s parameters").get(name)
    if value is not None and not isinstance(value, bool):
        raise BadInput(f"{whose}'s {name} must be true or false.")
    return value


def _parameters(owner: Mapping[str, Any], what: str) -> dict[str, Any]:
    given = owner.get("parameters")
    return {} if given is None else _object(given, what)


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadInput(f"{what} must be an object.")
    return value
