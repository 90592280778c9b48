"""How the Models table's items are written."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from inferx.storage.tables.models import ModelItem

_JSON = st.dictionaries(
    st.text(), st.recursive(st.none() | st.booleans() | st.text(), st.lists), max_size=5
)


@given(_JSON)
def test_a_packed_object_is_the_same_again(facts: dict[str, Any]) -> None:
    packed = ModelItem.manifest.serialize(facts)

    assert ModelItem.manifest.deserialize(packed) == facts


def test_a_wide_manifest_shrinks_tenfold() -> None:
    features = [
        {"name": f"pixel {column}", "kind": "number", "input": "X", "column": column}
        for column in range(784)
    ]

    packed = ModelItem.manifest.serialize({"features": features})

    assert len(packed) < len(str(features)) / 10
