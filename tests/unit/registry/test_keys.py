"""The keys of S3 objects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inferx.storage.object_keys import (
    UploadKey,
    manifest_key,
    model_key,
    model_prefix,
    parse_upload_key,
    upload_key,
)

_PART = st.text(min_size=1).filter(lambda text: "/" not in text)


@given(_PART, _PART, _PART)
def test_an_upload_key_can_be_taken_apart_again(owner: str, model: str, name: str) -> None:
    assert parse_upload_key(upload_key(owner, model, name)) == UploadKey(owner, model, name)


@pytest.mark.parametrize("key", ["", "uploads", "uploads/a/b", "models/a/b/c", "uploads//b/c"])
def test_what_is_no_upload_key_has_no_parts(key: str) -> None:
    assert parse_upload_key(key) is None


def test_one_models_prefix_is_no_beginning_of_anothers() -> None:
    assert not model_prefix("owner", "10").startswith(model_prefix("owner", "1"))


def test_the_results_of_a_conversion_lie_under_the_models_prefix() -> None:
    prefix = model_prefix("owner", "model")

    assert model_key("owner", "model") == prefix + "model.onnx"
    assert manifest_key("owner", "model") == prefix + "manifest.json"
