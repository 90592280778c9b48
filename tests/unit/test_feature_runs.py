"""Signatures of very many features: short as JSON, and the same once read."""

import json
from typing import Any

import pytest

from inferx.feature_runs import MAX_FEATURES, Feature, names_in, read, written
from inferx.signature import Signature
from inferx.untrusted import Malformed
from tools.onnx_models import signature, tensor

RUN: dict[str, Any] = {
    "names": None,
    "count": 300,
    "kind": "number",
    "input": "X",
    "column": 0,
    "nullable": False,
}


def many(count: int, name: str | None = "f{}", **about: Any) -> list[Feature]:
    usual: dict[str, Any] = {"kind": "number", "input": "X", "nullable": False} | about
    return [
        Feature(name=None if name is None else name.format(at), column=at, **usual)
        for at in range(count)
    ]


@pytest.mark.parametrize(
    "features",
    [
        many(3),
        many(256, None),
        many(257),
        many(1_000, None),
        [*many(300), *many(300, nullable=True, input="Y"), *many(2, None)],
        many(300)[::-1],
        [*many(300), Feature("word", "string", "words", 0, True)],
        many(3, infinite=True),
        [*many(300), *many(300, infinite=True)],
    ],
)
def test_features_are_the_same_once_read(features: list[Feature]) -> None:
    assert list(read(json.loads(json.dumps(written(features))))) == features


def test_few_features_are_written_one_by_one() -> None:
    assert written(many(2)) == [
        {"name": f"f{at}", "kind": "number", "input": "X", "column": at, "nullable": False}
        for at in range(2)
    ]


def test_features_that_take_infinite_numbers_are_a_run_of_their_own() -> None:
    runs = written([*many(300, None), *many(300, None, infinite=True, input="Y")])

    assert [run.get("infinite") for run in runs] == [None, True]


def test_a_hundred_thousand_features_take_little_more_than_their_names() -> None:
    assert len(json.dumps(written(many(100_000, None)))) < 200
    assert len(json.dumps(written(many(100_000)))) < 1_200_000


@pytest.mark.parametrize("count", [2, 600])
def test_names_are_found_without_the_rest(count: int) -> None:
    assert names_in(written(many(count))) == [f"f{at}" for at in range(count)]


@pytest.mark.parametrize(
    "change",
    [
        {"count": 0},
        {"count": -1},
        {"count": True},
        {"count": MAX_FEATURES + 1},
        {"names": ["only one"]},
        {"names": [7] * 300},
        {"names": "a" * 300},
        {"kind": "color"},
        {"column": -1},
        {"nullable": 1},
        {"infinite": 1},
        {"input": None},
        {"more": 1},
    ],
)
def test_other_runs_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read([RUN | change])


@pytest.mark.parametrize("data", [None, {}, [7], [[]], [{**RUN, "count": MAX_FEATURES}, RUN]])
def test_other_lists_are_refused(data: Any) -> None:
    with pytest.raises(Malformed):
        read(data)


def test_a_signature_without_names_keeps_the_columns() -> None:
    about = {"inputs": [tensor("X", shape=(None, 300))], "features": written(many(300))}
    named = Signature.from_dict(signature(**about, named_features=True))

    unnamed = named.without_names()

    assert unnamed.features == tuple(many(300, None))
    assert Signature.from_dict(unnamed.to_dict()) == unnamed
    assert not unnamed.named_features
