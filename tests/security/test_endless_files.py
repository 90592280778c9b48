"""Small files that would take for ever, or end the process, are refused at once."""

import gzip
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import Birch
from sklearn.ensemble import VotingClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.tree import DecisionTreeClassifier
from sklearn.tree._tree import Tree

from converter.limits import TREE_DEPTH
from converter.loading import load_estimator
from inferx.errors import Refused
from tests.security.forging import loaded

# A tuple of the one before twice, sixty times: hashing visits 2**60 objects.
_DOUBLED = b"\x80\x04)" + b"2\x86" * 60 + b"q\x000"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(_DOUBLED + b"}h\x00K\x01s.", id="a key"),
        pytest.param(_DOUBLED + b"}(h\x00K\x01u.", id="one of several keys"),
        pytest.param(_DOUBLED + b"(h\x00K\x01d.", id="a key of an old dictionary"),
        pytest.param(_DOUBLED + b"\x8f(h\x00\x90.", id="an element of a set"),
        pytest.param(_DOUBLED + b"(h\x00\x91.", id="an element of a frozen set"),
        pytest.param(_DOUBLED + b"cbuiltins\nfrozenset\n(]h\x00atR.", id="an argument of a call"),
        pytest.param(_DOUBLED + b"ccollections\nOrderedDict\n(]]h\x00aK\x01aatR.", id="a pair"),
    ],
)
def test_tuples_that_double_are_not_hashed(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(content)
    started = time.monotonic()

    with pytest.raises(Refused, match="nested tuples"):
        load_estimator(tmp_path / "source", None)

    assert time.monotonic() - started < 30


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"})" + b"\x85" * 10**6 + b"K\x01s.", id="a key"),
        pytest.param(b"\x8f()" + b"\x85" * 10**6 + b"\x90.", id="an element of a set"),
        pytest.param(b"(" * 10**6 + b"K\x01" + b"t" * 10**6 + b".", id="tuples of any length"),
        pytest.param(b"K\x01" + b")\x86" * 10**6 + b".", id="tuples of two"),
        pytest.param(b"K\x01" + b"))\x87" * 10**6 + b".", id="tuples of three"),
    ],
)
def test_tuples_nested_too_deeply_to_be_hashed_are_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(gzip.compress(b"\x80\x04" + content, 1))

    with pytest.raises(Refused, match="nested tuples"):
        load_estimator(tmp_path / "source", None)


@pytest.mark.parametrize(
    "opcodes",
    [
        pytest.param(b"]q\x00" + b"]h\x00ah\x00aq\x000" * 60 + b"h\x00", id="lists that double"),
        pytest.param(b"]" * 150 + b"a" * 149, id="lists nested deeply"),
        pytest.param(b"]q\x00h\x00a", id="a list that holds itself"),
        pytest.param(b"}q\x00K\x01h\x00s", id="a dictionary that holds itself"),
    ],
)
def test_lists_that_a_library_would_walk_for_ever_are_refused(
    opcodes: bytes, tmp_path: Path
) -> None:
    (tmp_path / "source").write_bytes(b"\x80\x04" + opcodes + b".")

    with pytest.raises(Refused, match="nests lists"):
        load_estimator(tmp_path / "source", None)


def _holding_itself() -> Any:
    model = VotingClassifier([("a", DecisionTreeClassifier())]).fit([[0.0], [1.0]], [0, 1])
    model.estimators_[0] = model
    return model


def _doubling() -> Any:
    model = DecisionTreeClassifier().fit([[0.0], [1.0]], [0, 1])
    for level in range(10):
        outer = VotingClassifier([("a", model)])
        outer.estimators_, outer.level = [model] * 8, level
        model = outer
    return model


def _nested_deeply() -> Any:
    model = make_pipeline(DecisionTreeClassifier()).fit([[0.0], [1.0]], [0, 1])
    for _ in range(20):
        model = Pipeline([("inner", model)])
    return model


@pytest.mark.parametrize("make", [_holding_itself, _doubling, _nested_deeply])
def test_estimators_that_would_be_walked_for_ever_are_refused(
    make: Callable[[], Any], tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="nests estimators"):
        loaded(make(), tmp_path)


def test_objects_that_know_their_neighbours_are_no_fault(tmp_path: Path) -> None:
    model = Birch(n_clusters=None).fit([[float(row)] for row in range(20)])

    assert len(loaded(model, tmp_path).subcluster_centers_) == 10


def test_parts_that_are_shared_are_no_fault(tmp_path: Path) -> None:
    model = DecisionTreeClassifier().fit([[0.0], [1.0]], [0, 1])
    shared = [("a", 1)]
    model.kept = [[shared] * 50, {"b": (shared, shared)}]

    assert loaded(model, tmp_path).kept[0][49] == shared


def _chain(depth: int) -> Any:
    """Return a classifier whose tree splits once on each level."""
    model = DecisionTreeClassifier().fit([[0.0], [1.0]], [0, 1])
    count, level = 2 * depth + 1, np.arange(depth)
    nodes = np.zeros(count, dtype=model.tree_.__getstate__()["nodes"].dtype)
    nodes["left_child"][2 * level] = 2 * level + 1
    nodes["right_child"][2 * level] = 2 * level + 2
    nodes["threshold"][2 * level] = level
    leaves = np.append(2 * level + 1, 2 * depth)
    nodes["left_child"][leaves] = nodes["right_child"][leaves] = -1
    nodes["feature"][leaves] = -2
    nodes["n_node_samples"] = nodes["weighted_n_node_samples"] = 1
    values = np.zeros((count, 1, 2))
    values[:, 0, 0] = 1
    tree = Tree(1, np.array([2], dtype=np.intp), 1)
    state = {"max_depth": depth, "node_count": count, "nodes": nodes, "values": values}
    tree.__setstate__(state)
    model.tree_ = tree
    return model


def test_tree_that_is_too_deep_for_the_runtime_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"10,001 levels deep.*max_depth"):
        loaded(_chain(TREE_DEPTH + 1), tmp_path)


def test_deep_tree_loads(tmp_path: Path) -> None:
    assert loaded(_chain(TREE_DEPTH), tmp_path).tree_.max_depth == TREE_DEPTH
