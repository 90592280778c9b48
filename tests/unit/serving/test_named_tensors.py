"""Whole tensors by the graph's names, for models of features too."""

from typing import Any

import pytest

from inferx.errors import BadInput, TooLarge
from inferx.serving.inputs import Feed, reader_for
from inferx.serving.limits import HTTP, Limits
from inferx.signature import Signature
from tools.onnx_models import feature, signature, tensor

COLUMNS: dict[str, Any] = {
    "inputs": [tensor("age", "float32"), tensor("city", "string")],
    "features": [
        feature("age", input="age"),
        feature("city", input="city", kind="string"),
    ],
    "named_features": True,
}


def read(given: Any, limits: Limits = HTTP, **about: Any) -> Feed:
    return reader_for(Signature.from_dict(signature(**about))).read(given, limits)


def test_one_input_is_taken_by_its_name() -> None:
    feed = read({"X": [[1, 2], [3, 4]]})

    assert feed.tensors["X"].tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert (feed.rows, feed.single) == (2, False)


def test_one_row_of_a_tensor_is_a_single_row() -> None:
    feed = read({"X": [1, 2]})

    assert feed.tensors["X"].tolist() == [[1.0, 2.0]]
    assert feed.single


def test_one_input_of_a_model_of_tensors_is_taken_by_its_name() -> None:
    assert read({"X": [[1, 2]]}, features=None).tensors["X"].tolist() == [[1.0, 2.0]]


def test_columns_are_taken_as_tensors_by_their_names() -> None:
    feed = read({"city": [["Oslo"], ["Rome"]], "age": [[1], [2]]}, **COLUMNS)

    assert feed.tensors["city"].tolist() == [["Oslo"], ["Rome"]]
    assert feed.rows == 2


def test_values_by_the_same_names_are_a_row() -> None:
    feed = read({"city": "Oslo", "age": 1}, **COLUMNS)

    assert feed.single


def test_single_feature_with_the_inputs_name_is_a_row() -> None:
    about: dict[str, Any] = {
        "inputs": [tensor("X")],
        "features": [feature("X")],
        "named_features": True,
    }

    assert read({"X": 3}, **about).tensors["X"].tolist() == [[3.0]]


@pytest.mark.parametrize(
    ("given", "about", "sentence"),
    [
        ({"X": [[1, 2, 3]]}, {}, r"Input X must have the shape \[any, 2\], got \[1, 3\]"),
        ({"X": [[1, float("nan")]]}, {}, "Input X, column 1 is NaN in row 1"),
        ({"X": [[1, 2], [float("inf"), 2]]}, {}, "Input X, column 0 is infinite in row 2"),
        ({"X": []}, {}, "shape"),
        ({"age": [[1], [2]], "city": [["Oslo"]]}, COLUMNS, "as many rows as each other"),
    ],
)
def test_tensors_that_the_model_does_not_take_are_refused(
    given: Any, about: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        read(given, **about)


def test_missing_values_pass_where_the_model_takes_them() -> None:
    nullable = [feature(None, column=column, nullable=True) for column in range(2)]

    assert read({"X": [[1, float("nan")]]}, features=nullable).rows == 1


def test_tensors_have_the_limits_of_rows() -> None:
    with pytest.raises(TooLarge):
        read({"X": [[1, 2], [3, 4]]}, Limits(rows=1, body_bytes=1000))


def test_the_graphs_own_text_for_a_missing_value_is_refused() -> None:
    with pytest.raises(BadInput, match="Input city holds U\\+FDD0"):
        read({"city": [["\ufdd0"]], "age": [[1]]}, **COLUMNS)
