"""Infinite numbers as requests send them, and features that take them."""

import json
from typing import Any

import numpy as np
import pytest

from inferx.errors import BadInput
from inferx.serving import json_text
from inferx.serving.inputs import reader_for
from inferx.serving.limits import HTTP
from inferx.serving.oip.tensors import fit
from inferx.signature import Signature
from tools.onnx_models import feature, signature, tensor

INF = float("inf")
DTYPES = pytest.mark.parametrize("dtype", ["float32", "float64"])


def two(dtype: str = "float64", *, nullable: bool = False, second: bool = False) -> Signature:
    """Describe two features of which the first takes infinite numbers."""
    features = [
        feature("a", nullable=nullable, infinite=True),
        feature("b", column=1, nullable=nullable, infinite=second),
    ]
    about = signature(
        inputs=[tensor("X", dtype, (None, 2))], features=features, named_features=True
    )
    return Signature.from_dict(json.loads(json.dumps(about)))


def read(given: Any, about: Signature) -> Any:
    return reader_for(about).read(given, HTTP).tensors["X"].tolist()


@DTYPES
def test_infinite_numbers_are_read_where_the_feature_takes_them(dtype: str) -> None:
    given = json_text.parse(b'[{"a": Infinity, "b": 1}, {"b": 2, "a": -Infinity}]')

    assert read(given, two(dtype)) == [[INF, 1.0], [-INF, 2.0]]


@DTYPES
@pytest.mark.parametrize("rows", [1, 50])
def test_all_numbers_are_read_at_once_where_every_feature_takes_all(dtype: str, rows: int) -> None:
    read_back = read([[INF, float("nan")]] * rows, two(dtype, nullable=True, second=True))

    np.testing.assert_array_equal(read_back, [[INF, np.nan]] * rows)


@DTYPES
def test_infinite_numbers_are_refused_in_the_other_feature(dtype: str) -> None:
    with pytest.raises(BadInput, match="Feature b is infinite, which the model does not take"):
        read([[INF, -INF]], two(dtype))


def test_number_too_large_for_the_type_is_not_infinite() -> None:
    with pytest.raises(BadInput, match="Feature a is too large a number"):
        read([[1e39, 1.0]], two("float32", nullable=True, second=True))


@pytest.mark.parametrize("value", ["Infinity", "inf", "-Infinity"])
def test_text_is_no_infinite_number(value: str) -> None:
    with pytest.raises(BadInput, match="Feature a must be a number, not a string"):
        read([[value, 1.0]], two())


def test_missing_values_are_refused_where_only_infinite_numbers_are_taken() -> None:
    with pytest.raises(BadInput, match="Feature a is NaN, and the model takes no missing values"):
        read([[float("nan"), 1.0]], two())


def test_tensor_of_the_input_follows_the_features() -> None:
    about = two()

    assert read({"X": [[INF, 1.0]]}, about) == [[INF, 1.0]]
    with pytest.raises(BadInput, match="Input X, column 1 is infinite in row 1"):
        read({"X": [[INF, INF]]}, about)


def test_protocol_follows_the_features() -> None:
    about = two()

    assert fit({"X": np.array([[INF, 1.0]])}, about, HTTP).tensors["X"].tolist() == [[INF, 1.0]]
    with pytest.raises(BadInput, match="Input X, feature b holds an infinite number"):
        fit({"X": np.array([[INF, -INF]])}, about, HTTP)


def test_features_of_earlier_signatures_take_none() -> None:
    earlier = Signature.from_dict(signature())

    assert earlier.features is not None
    assert not any(each.infinite for each in earlier.features)
    assert "infinite" not in json.dumps(earlier.to_dict())
