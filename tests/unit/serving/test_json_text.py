"""JSON at orjson's speed: clients cannot see which of two readers has read their request."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inferx.errors import BadInput, InferXError
from inferx.serving import json_text, tolerant_json
from inferx.serving.inputs.reader import NUMPY
from inferx.serving.model import Model
from inferx.serving.oip.datatypes import datatype_of
from inferx.serving.oip.infer import infer
from inferx.serving.predictor import predict
from tools.onnx_models import echo, feature, signature, tensor

TEXTS = {
    "NaN": b'[NaN, {"a": [Infinity, -Infinity]}]',
    "a number that is infinite as a double": b"[1e400, -1e400, 1e-400]",
    "numbers at the ends of 64 bits": b"[9223372036854775807, -9223372036854775808]",
    "an unsigned number of 64 bits": b"[18446744073709551615]",
    "zeros": b"[0, -0, 0.0, -0.0]",
    "numbers that are rounded": b"[0.1, 5e-324, 2.2250738585072011e-308, 9007199254740993.0]",
    "a key twice": b'{"input": 1, "input": {"a": 1, "a": [2]}}',
    "an empty key": b'{"": null}',
    "half a surrogate pair": rb'["\ud800", "\udc00x"]',
    "a surrogate pair": rb'["\ud83d\ude00"]',
    "escapes": rb'["\u0000\b\f\n\r\t\"\\\/"]',
    "text beyond ASCII": '["é😀\u2028"]'.encode(),
    "a byte order mark": b"\xef\xbb\xbf[1]",
    "white space": b" \t\r\n[ 1 ,\n2 ] ",
    "a thousand lists in each other": b"[" * 1_000 + b"]" * 1_000,
    "two thousand lists in each other": b"[" * 2_000 + b"]" * 2_000,
}
MALFORMED = {
    "endless lists": b"[" * 100_000,
    "endless objects": b'{"a":' * 100_000,
    "an object cut off": b"{",
    "nothing": b"",
    "bytes that are no UTF-8": b'["\xff"]',
    "a surrogate as UTF-8": b'["\xed\xa0\x80"]',
    "a number of thousands of digits": b"1" * 5_000,
    "single quotes": b"'x'",
    "a comma too many": b'{"a": 1,}',
    "a leading zero": b"01",
    "a plus sign": b"+1",
    "a fraction without a whole": b".5",
    "a control character": b'["\n"]',
    "a form feed": b"\x0c[1]",
    "more after it": b"[1] 2",
    "a zero byte": b"[1]\x00",
    "a comment": b"[1] // one",
}


def same(one: Any, other: Any) -> bool:
    """Return whether both hold the same, of the same types; signs of zeros and NaN included."""
    return repr(one) == repr(other)


@pytest.mark.parametrize("body", TEXTS.values(), ids=TEXTS)
def test_a_text_holds_what_the_standard_library_reads_in_it(body: bytes) -> None:
    assert same(json_text.parse(body), tolerant_json.parse(body))


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_text_is_bad_input_with_the_same_sentence(body: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        json_text.parse(body)

    with pytest.raises(BadInput) as expected:
        tolerant_json.parse(body)
    assert refused.value.detail == expected.value.detail


numbers = st.integers(-(1 << 63), (1 << 64) - 1) | st.floats()
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(values, st.booleans())
def test_any_content_is_read_as_the_standard_library_reads_it(content: Any, ascii_: bool) -> None:
    text = json.dumps(content, ensure_ascii=ascii_)
    body = text.encode(errors="surrogatepass")

    assert outcome(lambda: json_text.parse(body)) == outcome(lambda: tolerant_json.parse(body))


@given(values)
def test_what_is_written_is_read_as_what_the_standard_library_writes(content: Any) -> None:
    written, expected = json_text.write(content), tolerant_json.write(content)

    assert same(json.loads(written), json.loads(expected))


def test_a_number_beyond_64_bits_is_written() -> None:
    assert json.loads(json_text.write({"a": 1 << 80})) == {"a": 1 << 80}


def outcome(work: Callable[[], Any]) -> str:
    """Return what is returned or the sentence of what is raised, to be compared."""
    try:
        return repr(work())
    except InferXError as error:
        return f"{type(error).__name__}: {error.detail}"


BEYOND = {
    "the largest int64": (1 << 63) - 1,
    "one more": 1 << 63,
    "the least int64": -(1 << 63),
    "one less": -(1 << 63) - 1,
    "a thousand less": -(1 << 63) - 1_000,
    "the largest uint64": (1 << 64) - 1,
    "one more than that": 1 << 64,
    "what a double rounds": (1 << 64) + 4_097,
    "a large number": 10**30,
    "a large negative number": -(10**30),
    "what no double holds": 10**400,
}
DTYPES = ["int64", "uint64", "int32", "float64", "float32", "string", "bool"]
KINDS = {"string": "string", "bool": "boolean"}


@pytest.mark.parametrize("number", BEYOND.values(), ids=BEYOND)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("features", [True, False])
def test_a_number_beyond_64_bits_is_taken_or_refused_as_the_standard_library_reads_it(
    dtype: str, number: int, features: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = [feature(None, kind=KINDS.get(dtype, "number"))] if features else None
    about = signature(
        inputs=[tensor("X", dtype)],
        outputs=[tensor("Y", dtype)],
        prediction="Y",
        features=listed,
    )
    (tmp_path / "model.onnx").write_bytes(echo(about))
    loaded: Any = SimpleNamespace(
        model=Model(tmp_path / "model.onnx"), record=SimpleNamespace(id="m", name="m", version=1)
    )
    plain = json.dumps({"input": [[number], [number]]}).encode()
    element = {"name": "X", "shape": [1, 1], "datatype": datatype_of(NUMPY[dtype])}
    tensors = json.dumps({"inputs": [element | {"data": [number]}]}).encode()

    def answers() -> list[str]:
        plainly = outcome(lambda: predict(loaded, plain))
        return [plainly, outcome(lambda: infer(loaded, tensors, None))]

    fast = answers()

    monkeypatch.setattr(json_text, "parse", tolerant_json.parse)
    assert fast == answers()


def test_numbers_that_json_lacks_become_null() -> None:
    written = json_text.write({"a": [float("nan"), 1.5], "b": {"c": float("-inf")}})

    assert json.loads(written) == {"a": [None, 1.5], "b": {"c": None}}


@pytest.mark.parametrize(
    "array",
    [
        np.array([0.1, -0.0, 5e-324, np.nan, np.inf]),
        np.array([[0.1, 2], [3, 4]], np.float64),
        np.array([(1 << 64) - 1], np.uint64),
        np.array([-128, 127], np.int8),
        np.array([True, False]),
        np.zeros((2, 0)),
    ],
)
@pytest.mark.parametrize("beside", [None, "\ud800"])
def test_an_array_is_written_as_its_numbers(array: Any, beside: str | None) -> None:
    written = json_text.write({"data": array, "beside": beside})

    expected = tolerant_json.write({"data": array.tolist(), "beside": beside})
    assert same(json.loads(written), json.loads(expected))
