"""Rows into tensors: every kind of feature, and a clear sentence for what does not fit."""

from typing import Any

import numpy as np
import pytest

from inferx.errors import InferXError, TooLarge
from inferx.serving.inputs import Feed, reader_for
from inferx.serving.limits import HTTP, Limits
from inferx.signature import MISSING_TEXT, Signature
from tools.onnx_models import feature, signature, tensor

MIXED: dict[str, Any] = {
    "inputs": [tensor("age"), tensor("city", "string"), tensor("member", "bool")],
    "features": [
        feature("age", input="age", nullable=True),
        feature("city", kind="string", input="city"),
        feature("member", kind="boolean", input="member"),
    ],
    "named_features": True,
}


def read(given: Any, **about: Any) -> Feed:
    return reader_for(Signature.from_dict(signature(**about))).read(given, HTTP)


def named(*names: str, dtype: str = "float32", **changes: Any) -> dict[str, Any]:
    features = [feature(name, column=place, **changes) for place, name in enumerate(names)]
    return {
        "inputs": [tensor("X", dtype, (None, len(names)))],
        "features": features,
        "named_features": True,
    }


def words(*, nullable: bool) -> dict[str, Any]:
    changes: dict[str, Any] = {"kind": "string", "nullable": nullable}
    return named("city", dtype="string", **changes)


def refusal(given: Any, **about: Any) -> str:
    with pytest.raises(InferXError) as caught:
        read(given, **about)
    return caught.value.detail


def test_one_row_by_position() -> None:
    feed = read([1, 2.5])

    assert feed.single
    assert feed.tensors["X"].tolist() == [[1.0, 2.5]]
    assert feed.tensors["X"].dtype == np.float32


def test_names_without_stored_names_count_in_the_order_written() -> None:
    assert read({"b": 1, "a": 2}).tensors["X"].tolist() == [[1.0, 2.0]]


def test_stored_names_match_in_any_order() -> None:
    feed = read([{"b": 2, "a": 1}, {"a": 3, "b": 4}], **named("a", "b"))

    assert not feed.single
    assert feed.tensors["X"].tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_a_single_named_feature_is_matched_too() -> None:
    assert read({"a": 1}, **named("a")).tensors["X"].tolist() == [[1.0]]


def test_columns_of_several_kinds_go_to_their_own_inputs() -> None:
    feed = read([{"city": "Oslo", "member": True, "age": None}], **MIXED)

    assert np.isnan(feed.tensors["age"]).all()
    assert feed.tensors["city"].tolist() == [["Oslo"]]
    assert feed.tensors["member"].tolist() == [[True]]


def test_columns_of_one_matrix_are_put_in_their_places() -> None:
    swapped = [feature("a", column=1), feature("b", column=0)]

    assert read([1, 2], features=swapped).tensors["X"].tolist() == [[2.0, 1.0]]


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_missing_values_are_nan_where_the_model_takes_them(missing: float | None) -> None:
    feed = read([missing, 1], **named("a", "b", nullable=True))

    assert np.isnan(feed.tensors["X"][0, 0])


def test_missing_strings_are_the_graphs_own_text_where_the_model_takes_them() -> None:
    feed = read([["Oslo"], [None], ["nan"]], **words(nullable=True))

    assert feed.tensors["X"].tolist() == [["Oslo"], [MISSING_TEXT], ["nan"]]


def test_missing_strings_are_refused_by_name_elsewhere() -> None:
    assert "Feature city is null, and the model takes no missing values there" in refusal(
        [["Oslo"], [None]], **words(nullable=False)
    )


@pytest.mark.parametrize("nullable", [True, False])
def test_the_text_for_missing_strings_is_refused_in_requests(nullable: bool) -> None:
    assert "Feature city is U+FDD0" in refusal([[MISSING_TEXT]], **words(nullable=nullable))


@pytest.mark.parametrize("dtype", ["int64", "int32"])
def test_whole_numbers_may_come_as_floats(dtype: str) -> None:
    feed = read([5.0, 7], **named("a", "b", dtype=dtype))

    assert feed.tensors["X"].tolist() == [[5, 7]]


def test_large_whole_numbers_stay_exact() -> None:
    assert read([2**53 + 1], **named("id", dtype="int64")).tensors["X"].tolist() == [[2**53 + 1]]


def test_booleans_are_numbers_too() -> None:
    assert read([True, False]).tensors["X"].tolist() == [[1.0, 0.0]]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"a": 1}, "Model expects 2 features (a, b), got 1; missing: b"),
        ({"a": 1, "c": 2}, "Model expects 2 features (a, b), got 2; missing: b; unknown: c"),
        ([1], "Model expects 2 features (a, b), got 1; missing: b"),
        ([[1, 2], [3]], "Row 2 (input[1]): Model expects 2 features (a, b), got 1; missing: b"),
        ([{"a": 1, "b": 2}, [1, 2]], "Row 1 (input[0]): the rows of a batch must be all objects"),
        ({"a": "x", "b": None}, "Feature a must be a number, not a string; Feature b is null"),
        ([1, [2]], "Feature b must be a number, not a list"),
        ([1, float("nan")], "Feature b is NaN, and the model takes no missing values there"),
        ([1, float("inf")], "Feature b is infinite"),
        ([1, 1e300], "Feature b is too large a number for the model"),
        ([1, 10**400], "Feature b is too large a number for the model"),
        ([[1, 2], [3, "x"]], "Row 2 (input[1]): Feature b must be a number"),
        ([], "The input holds no rows."),
        (None, "The input must be one row"),
        ("x", "The input must be one row"),
        ([[[1, 2]]], "Row 1 (input[0]): Model expects 2 features"),
    ],
)
def test_input_that_does_not_fit_is_refused_by_name(given: Any, sentence: str) -> None:
    assert refusal(given, **named("a", "b")).startswith(sentence)


def test_features_without_names_are_counted() -> None:
    assert refusal([1, 2, 3]) == "Model expects 2 features, got 3"
    assert refusal([1, "x"]) == "Feature 2 must be a number, not a string"


@pytest.mark.parametrize("value", [5.5, float("inf"), 2**31])
def test_other_numbers_than_whole_ones_of_the_size_are_refused(value: float) -> None:
    assert "Feature a" in refusal([value], **named("a", dtype="int32"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"city": 5}, "Feature city must be a string, not a number"),
        ({"city": None}, "Feature city is null"),
        ({"member": "yes"}, "Feature member must be true or false"),
    ],
)
def test_other_kinds_are_checked(change: dict[str, Any], sentence: str) -> None:
    row = {"age": 3, "city": "Oslo", "member": True} | change

    assert refusal(row, **MIXED).startswith(sentence)


def test_a_batch_to_a_model_of_one_feature_needs_rows() -> None:
    assert "a batch is a list of rows" in refusal([1, 2], **named("a"))


def test_long_lists_of_names_are_cut() -> None:
    names = [f"feature{number:03}" for number in range(200)]

    assert len(refusal({}, **named(*names))) < 400


def test_a_text_a_megabyte_long_takes_no_more_room_than_it_has() -> None:
    rows = [["x" * 1_000_000, "y"]] + [["x", "y"]] * 9_000

    assert "must be a number" in refusal(rows)


def test_an_unknown_name_among_very_many_is_found_at_once() -> None:
    names = [f"f{place}" for place in range(50_000)]
    row = dict.fromkeys([*names[:-1], "other"], 1)

    sentence = refusal(row, **named(*names))

    assert sentence.endswith("missing: f49999; unknown: other")


def test_rows_are_limited() -> None:
    with pytest.raises(TooLarge):
        read([[1, 2]] * 10_001)


def test_the_limit_of_rows_can_be_raised() -> None:
    reader = reader_for(Signature.from_dict(signature()))

    assert reader.read([[1, 2]] * 10_001, Limits(rows=20_000, body_bytes=0)).rows == 10_001


class TestTensors:
    """Models of tensors instead of features."""

    image: dict[str, Any] = {  # noqa: RUF012 - read only
        "inputs": [tensor("image", shape=(None, 2, 2))],
        "features": None,
    }

    def test_one_level_less_than_the_rank_is_one_row(self) -> None:
        feed = read([[1, 2], [3, 4]], **self.image)

        assert feed.single
        assert feed.tensors["image"].shape == (1, 2, 2)

    def test_the_whole_rank_is_a_batch(self) -> None:
        assert read([[[1, 2], [3, 4]]] * 3, **self.image).rows == 3

    @pytest.mark.parametrize(
        "given",
        [[1, 2], [[1, 2, 3]], [[1, "x"], [3, 4]], [[1], [2, 3]], [], {"other": []}, 7, None, [[]]],
    )
    def test_other_shapes_and_types_are_refused(self, given: Any) -> None:
        assert refusal(given, **self.image)

    def test_several_inputs_come_by_name(self) -> None:
        two = {"inputs": [tensor("a"), tensor("b", "string")], "features": None}

        feed = read({"a": [[1]], "b": [["x"]]}, **two)

        assert feed.tensors["b"].tolist() == [["x"]]
        assert "an object" in refusal([[1]], **two)
        assert "missing: b; unknown: c" in refusal({"a": [[1]], "c": []}, **two)
