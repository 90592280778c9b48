"""Encoders of category_encoders and the data frames inside them take nothing on trust."""

import io
from typing import Any

import numpy as np
import pytest

from converter.loading import refusing_damage
from converter.loading.reader import BoundedReader
from converter.loading.structure import check_structure
from converter.loading.unpickler import RestrictedUnpickler
from inferx.errors import Refused
from tests.security.opcodes import (
    a_dict,
    arguments,
    built,
    made,
    named,
    plain,
    reduced,
    whole,
)

BLOCK = named("pandas._libs.internals", "_unpickle_block")
FRAME = named("pandas", "DataFrame")
MANAGER = named("pandas.core.internals.managers", "BlockManager")
ORDINAL = named("category_encoders.ordinal", "OrdinalEncoder")
TARGET = named("category_encoders.target_encoder", "TargetEncoder")

UNFITTED = built(made(ORDINAL), a_dict(cols=plain(None)))
"""What a file may hold, and what lets data frames in."""


def block(values: Any, places: Any, dimensions: int = 2) -> bytes:
    return reduced(BLOCK, plain(values), plain(places), plain(dimensions))


def manager(*blocks: bytes, columns: Any = ("a",), labels: Any = (1, 2)) -> bytes:
    axes = plain([list(columns), list(labels)])
    return reduced(MANAGER, arguments(*blocks), axes)


def ordinal(**state: Any) -> bytes:
    known = {"cols": ["a"], "_dim": 1, "n_features_in_": 1, "feature_names_in_": ["a"]}
    return built(made(ORDINAL), a_dict(**{k: plain(v) for k, v in {**known, **state}.items()}))


def read(part: bytes, *, is_checked: bool = True) -> Any:
    """Read a tuple of an honest encoder and ``part``."""
    with refusing_damage():
        content = io.BytesIO(whole(arguments(UNFITTED, part)))
        root = RestrictedUnpickler(BoundedReader(content)).load()
        if is_checked:
            check_structure(root)
        return root


VALUES = np.arange(2.0).reshape(1, 2)


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(block([1.0], np.array([0])), id="block without an array"),
        pytest.param(block(VALUES, np.array([0, 1])), id="block of more places than columns"),
        pytest.param(block(VALUES, np.array([0]), 1), id="block of a series"),
        pytest.param(block(VALUES, "all"), id="block at no places"),
        pytest.param(manager(block(VALUES, np.array([7]))), id="column that is not there"),
        pytest.param(manager(block(VALUES, np.array([0])), labels=(1,)), id="rows without labels"),
        pytest.param(manager(plain(VALUES)), id="columns that are no blocks"),
        pytest.param(built(made(FRAME), a_dict(_mgr=plain([1]))), id="frame of a list"),
        pytest.param(built(made(FRAME), plain([1])), id="frame without a state"),
        pytest.param(ordinal(mapping=[]), id="encoder without its columns"),
        pytest.param(ordinal(mapping="all"), id="encoder without a mapping"),
        pytest.param(ordinal(feature_names_in_=["a", "b"]), id="encoder of other columns"),
        pytest.param(ordinal(_dim=True, n_features_in_="1"), id="encoder of no number of columns"),
        pytest.param(built(made(ORDINAL), plain([1])), id="encoder without a state"),
        pytest.param(
            built(made(TARGET), a_dict(cols=plain(["a"]), _dim=plain(1), mapping=plain({"a": 1}))),
            id="encoder without its codes",
        ),
        pytest.param(
            built(made(FRAME), a_dict(_mgr=manager(block(VALUES, np.array([0]))))),
            id="frame that no encoder takes",
        ),
    ],
)
def test_forged_encoder_or_frame_is_refused(part: bytes) -> None:
    with pytest.raises(Refused):
        read(part)


def test_honest_encoder_and_frame_are_read() -> None:
    encoder, values = read(manager(block(VALUES, np.array([0]))), is_checked=False)

    assert type(encoder).__name__ == "CategoryEncoder"
    assert values.columns["a"].tolist() == [0, 1]
    assert read(plain(1))[1] == 1
