"""The conversion contract: what one side writes the other reads, and nothing else."""

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inferx.capacity import ARTIFACT_BYTES, SESSION_BYTES
from inferx.conversion.contract import (
    ConversionRefused,
    ConversionRequest,
    Converted,
    parse_outcome,
)
from inferx.manifest import Manifest
from inferx.samples import STORED_BYTES
from inferx.untrusted import Malformed
from tests.support.fake_converter import manifest

bounded = settings(deadline=None, derandomize=True, max_examples=100)

URLS = st.builds(
    "{}://{}.example.com/{}?X-Amz-Signature={}".format,
    st.sampled_from(["http", "https"]),
    st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9/%._-]{0,200}", fullmatch=True),
    st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
)
SIZES = st.integers(0, 1 << 40)
REQUESTS = st.builds(ConversionRequest, URLS, SIZES, URLS) | st.builds(
    ConversionRequest,
    URLS,
    SIZES,
    URLS,
    part=st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    samples_url=URLS,
    samples_size=st.integers(0, STORED_BYTES),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=500)
MANIFESTS = st.builds(
    lambda **changes: Manifest.from_dict(manifest(**changes)),
    framework=st.sampled_from(["sklearn", "xgboost", "onnx", "keras", "pytorch"]),
    framework_version=st.none() | st.text("0123456789.", max_size=50),
    source_size=SIZES,
    onnx_size=st.integers(0, ARTIFACT_BYTES),
    session=st.fixed_dictionaries(
        {
            "open_ms": st.floats(0, 1e9),
            "memory_bytes": st.integers(0, SESSION_BYTES),
        }
    ),
    warnings=st.lists(TEXTS, max_size=20),
)
OUTCOMES = st.builds(Converted, MANIFESTS) | st.builds(
    ConversionRefused, TEXTS.filter(lambda text: text != "")
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | st.text()
    | st.sampled_from(["converted", "refused", "status", "detail", "manifest"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


def as_json(data: object) -> Any:
    return json.loads(json.dumps(data))


@bounded
@given(REQUESTS)
def test_request_survives_json_unchanged(request: ConversionRequest) -> None:
    assert ConversionRequest.from_dict(as_json(request.to_dict())) == request


@bounded
@given(OUTCOMES)
def test_outcome_survives_json_unchanged(outcome: Converted | ConversionRefused) -> None:
    assert parse_outcome(as_json(outcome.to_dict())) == outcome


@bounded
@given(REQUESTS, st.sampled_from(["source_url", "source_size", "result_url"]), JSON)
def test_request_with_a_field_of_another_kind_is_refused(
    request: ConversionRequest, field: str, value: object
) -> None:
    assume(type(value) is not type(getattr(request, field)))

    with pytest.raises(Malformed, match=field):
        ConversionRequest.from_dict(request.to_dict() | {field: value})


@bounded
@given(JSON)
def test_what_is_no_request_is_refused(data: object) -> None:
    with pytest.raises(Malformed):
        ConversionRequest.from_dict(data)


@bounded
@given(REQUESTS, st.sampled_from(["source_url", "source_size", "result_url"]))
def test_request_without_a_field_is_refused(request: ConversionRequest, field: str) -> None:
    data = request.to_dict()
    del data[field]

    with pytest.raises(Malformed):
        ConversionRequest.from_dict(data)


def test_request_with_a_field_that_is_not_read_is_refused() -> None:
    data = ConversionRequest("https://s3/a", 1, "https://s3/b").to_dict()

    with pytest.raises(Malformed):
        ConversionRequest.from_dict(data | {"declared_type": "sklearn"})


@pytest.mark.parametrize(
    "url",
    [
        "",
        "file:///etc/passwd",
        "ftp://example.com/a",
        "https://",
        "//example.com/a",
        "https://example.com/a b",
        "https://example.com/\r\nHost: other",
        "https://example.com/é",
        "https://[broken/a",
        "https://example.com/" + "a" * 8_192,
    ],
)
@pytest.mark.parametrize("field", ["source_url", "result_url"])
def test_request_with_a_url_that_is_not_http_is_refused(url: str, field: str) -> None:
    data = ConversionRequest("https://s3/a", 1, "https://s3/b").to_dict()

    with pytest.raises(Malformed, match=field):
        ConversionRequest.from_dict(data | {field: url})


@pytest.mark.parametrize(
    "fields",
    [
        {"part": 1},
        {"part": "x" * 201},
        {"part": "half a pair: \ud800"},
        {"samples_url": "https://s3/c"},
        {"samples_size": 1},
        {"samples_url": "file:///etc/passwd", "samples_size": 1},
        {"samples_url": "https://s3/c", "samples_size": STORED_BYTES + 1},
        {"samples_url": "https://s3/c", "samples_size": True},
    ],
)
def test_request_with_an_optional_field_that_is_wrong_is_refused(fields: dict[str, Any]) -> None:
    data = ConversionRequest("https://s3/a", 1, "https://s3/b").to_dict()

    with pytest.raises(Malformed):
        ConversionRequest.from_dict(data | fields)


def test_request_without_optional_fields_is_as_it_always_was() -> None:
    data = ConversionRequest("https://s3/a", 1, "https://s3/b").to_dict()

    assert data == {"source_url": "https://s3/a", "source_size": 1, "result_url": "https://s3/b"}


@pytest.mark.parametrize("size", [-1, (1 << 40) + 1, True, 1.0, "1"])
def test_request_with_a_size_that_no_file_has_is_refused(size: object) -> None:
    data = ConversionRequest("https://s3/a", 1, "https://s3/b").to_dict()

    with pytest.raises(Malformed, match="source_size"):
        ConversionRequest.from_dict(data | {"source_size": size})


@bounded
@given(JSON)
def test_what_is_no_outcome_is_refused(data: object) -> None:
    with pytest.raises(Malformed):
        parse_outcome(data)


@bounded
@given(JSON, st.sampled_from(["converted", "refused"]))
def test_outcome_with_other_content_is_refused(content: object, status: str) -> None:
    fields = {"converted": "manifest", "refused": "detail"}
    assume(not isinstance(content, str))

    with pytest.raises(Malformed):
        parse_outcome({"status": status, fields[status]: content})


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"status": "converted"},
        {"status": "refused"},
        {"status": "refused", "detail": ""},
        {"status": "refused", "detail": "x" * 501},
        {"status": "refused", "detail": "half a pair: \ud800"},
        {"status": "refused", "detail": "no", "manifest": manifest()},
        {"status": "converted", "manifest": manifest(), "detail": "no"},
        {"status": "done", "detail": "no"},
        {"status": ["refused"], "detail": "no"},
        {"status": "converted", "manifest": manifest(onnx_size=ARTIFACT_BYTES + 1)},
        {
            "status": "converted",
            "manifest": manifest(session={"open_ms": 1, "memory_bytes": SESSION_BYTES + 1}),
        },
        {
            "status": "converted",
            "manifest": manifest(session={"open_ms": 10**400, "memory_bytes": 1}),
        },
    ],
)
def test_outcome_that_no_converter_writes_is_refused(data: object) -> None:
    with pytest.raises(Malformed):
        parse_outcome(data)
