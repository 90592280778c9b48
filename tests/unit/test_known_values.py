"""The categories in a signature: kept as they are, and checked like everything in it."""

from typing import Any

import pytest

from inferx.signature import Signature
from inferx.untrusted import Malformed


def valid() -> dict[str, Any]:
    """Return a signature of one column of strings with its categories."""
    feature = {"name": "colour", "kind": "string", "input": "X", "column": 0, "nullable": False}
    return {
        "inputs": [{"name": "X", "dtype": "string", "shape": [None, 1]}],
        "outputs": [{"name": "label", "dtype": "int64", "shape": [None]}],
        "features": [feature],
        "prediction": "label",
        "probabilities": None,
        "classes": [0, 1],
        "named_features": True,
        "categories": [{"input": "X", "column": 0, "values": ["blue", 2.5, "red"]}],
    }


def test_categories_survive_json_unchanged() -> None:
    assert Signature.from_dict(valid()).to_dict() == valid()


def test_record_of_many_features_leaves_categories_out() -> None:
    assert "categories" not in Signature.from_dict(valid()).without_names().to_dict()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("input", "Y"),
        ("column", 1),
        ("column", -1),
        ("values", "red"),
        ("values", [True]),
        ("values", [None]),
        ("values", [float("nan")]),
        ("values", [float("inf")]),
        ("values", [["red"]]),
    ],
)
def test_malformed_categories_are_refused(field: str, value: Any) -> None:
    data = valid()
    data["categories"][0][field] = value

    with pytest.raises(Malformed):
        Signature.from_dict(data)
