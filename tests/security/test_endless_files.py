"""Small files that would take for ever, or end the process, are refused at once."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
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
