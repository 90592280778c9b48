"""Uploaded graphs that are small, and would take for ever or end the process, are refused."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from converter.limits import TREE_DEPTH
from converter.uploaded_onnx import adopt
from converter.uploaded_onnx.tree_depths import check_depths
from exported.hazards import check_hazards
from inferx.errors import Refused

_STANDARD = helper.make_opsetid("", 21)
_OWN = helper.make_opsetid("mine", 1)
_TREES = helper.make_opsetid("ai.onnx.ml", 3)


def _model(
    nodes: Sequence[onnx.NodeProto], functions: Sequence[onnx.FunctionProto] = (), width: int = 2
) -> bytes:
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, width])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, width])],
    )
    imports = [_STANDARD, _OWN, _TREES]
    content: bytes = helper.make_model(
        graph, opset_imports=imports, ir_version=10, functions=functions
    ).SerializeToString()
    return content


def _functions(levels: int, calls: int) -> bytes:
    """Return a graph of functions that each call the next one so many times."""
    functions = []
    for level in range(levels):
        names = ["a", *(f"t{call}" for call in range(calls - 1)), "b"]
        operator, domain = (f"F{level - 1}", "mine") if level else ("Relu", "")
        body = [
            helper.make_node(operator, [names[place]], [names[place + 1]], domain=domain)
            for place in range(calls)
        ]
        function = helper.make_function("mine", f"F{level}", ["a"], ["b"], body, [_STANDARD, _OWN])
        functions.append(function)
    return _model([helper.make_node(f"F{levels - 1}", ["x"], ["y"], domain="mine")], functions)


def _adopt(content: bytes, folder: Path) -> Any:
    (folder / "source").write_bytes(content)
    return adopt(folder / "source", folder / "model.onnx")


@pytest.mark.parametrize(
    ("levels", "calls", "sentence"),
    [(40, 2, "more than 100,000 nodes"), (300, 1, "more than 50 levels deep")],
)
def test_functions_that_stand_for_too_many_nodes_are_refused(
    levels: int, calls: int, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=sentence):
        _adopt(_functions(levels, calls), tmp_path)


def test_functions_that_call_functions_are_served(tmp_path: Path) -> None:
    assert _adopt(_functions(5, 3), tmp_path)["opset"] == {"": 21}


def _holding(node: onnx.NodeProto, **constants: Any) -> onnx.ModelProto:
    weights = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    return helper.make_model(helper.make_graph([node], "graph", [], [], weights))


@pytest.mark.parametrize(
    ("operator", "attributes"),
    [
        pytest.param("GatherND", {"batch_dims": -(2**40)}, id="places before the first"),
        pytest.param("RandomNormalLike", {"scale": 0.0}, id="no deviation"),
        pytest.param("RandomNormal", {"scale": float("nan")}, id="a deviation that is no number"),
        pytest.param("RandomUniformLike", {"high": -1.0}, id="bounds the wrong way round"),
        pytest.param("RandomUniform", {"high": float("nan")}, id="a bound that is no number"),
        pytest.param("Unique", {"axis": 0}, id="rows that may be empty"),
    ],
)
def test_operator_that_would_end_the_runtime_is_refused(
    operator: str, attributes: dict[str, Any]
) -> None:
    node = helper.make_node(operator, ["x"], ["y"], **attributes)

    with pytest.raises(Refused, match=f"{operator} on whose {next(iter(attributes))}"):
        check_hazards(_holding(node))


@pytest.mark.parametrize("operator", ["GatherND", "RandomNormal", "RandomUniformLike", "Unique"])
def test_operator_as_it_is_by_default_is_no_hazard(operator: str) -> None:
    check_hazards(_holding(helper.make_node(operator, ["x"], ["y"])))


@pytest.mark.parametrize(
    ("inputs", "frames"),
    [
        pytest.param(["x", "step", "given"], None, id="a window of the request"),
        pytest.param(["x", "step", "", "given"], None, id="a length of the request"),
        pytest.param(["x", "step", "frames"], np.zeros(0), id="an empty window"),
        pytest.param(["x", "step", "", "frames"], np.array(0), id="no length"),
    ],
)
def test_fourier_transform_of_frames_that_may_be_empty_is_refused(
    inputs: list[str], frames: Any
) -> None:
    constants: dict[str, Any] = {} if frames is None else {"frames": frames}

    with pytest.raises(Refused, match="STFT on whose frames"):
        check_hazards(_holding(helper.make_node("STFT", inputs, ["y"]), **constants))


@pytest.mark.parametrize("frames", [np.ones(4), np.array(4)])
def test_fourier_transform_of_constant_frames_is_no_hazard(frames: Any) -> None:
    inputs = ["x", "step", "frames"] if frames.ndim else ["x", "step", "", "frames"]

    check_hazards(_holding(helper.make_node("STFT", inputs, ["y"]), frames=frames))


def test_operator_in_a_branch_is_checked(tmp_path: Path) -> None:
    draw = helper.make_node("RandomNormalLike", ["x"], ["z"], scale=-1.0)
    gives = helper.make_tensor_value_info("z", TensorProto.FLOAT, [None, 2])
    branch = helper.make_graph([draw], "branch", [], [gives])
    yes = helper.make_node("Constant", [], ["yes"], value=numpy_helper.from_array(np.array(True)))
    choice = helper.make_node("If", ["yes"], ["y"], then_branch=branch, else_branch=branch)

    with pytest.raises(Refused, match="scale"):
        _adopt(_model([yes, choice]), tmp_path)


def _named_tree(depth: int) -> onnx.NodeProto:
    """Return a tree in the form whose nodes have numbers; each level has one leaf."""
    count = 2 * depth + 1
    inner = [place % 2 == 0 and place < count - 1 for place in range(count)]
    return helper.make_node(
        "TreeEnsembleRegressor",
        ["x"],
        ["y"],
        domain="ai.onnx.ml",
        nodes_modes=["BRANCH_LEQ" if each else "LEAF" for each in inner],
        nodes_treeids=[3] * count,
        nodes_nodeids=[count - place for place in range(count)],
        nodes_truenodeids=[count - place - 2 if inner[place] else 0 for place in range(count)],
        nodes_falsenodeids=[count - place - 1 if inner[place] else 0 for place in range(count)],
    )


def _placed_tree(depth: int) -> onnx.NodeProto:
    """Return the same in the form in which children are places."""
    return helper.make_node(
        "TreeEnsemble",
        ["x"],
        ["y"],
        domain="ai.onnx.ml",
        nodes_truenodeids=[*range(1, depth), 0],
        nodes_trueleafs=[0] * (depth - 1) + [1],
        nodes_falsenodeids=[0] * depth,
        nodes_falseleafs=[1] * depth,
        tree_roots=[0],
    )


@pytest.mark.parametrize("tree", [_named_tree, _placed_tree])
def test_tree_that_is_too_deep_for_the_runtime_is_refused(
    tree: Callable[[int], onnx.NodeProto],
) -> None:
    check_depths([tree(TREE_DEPTH)])

    with pytest.raises(Refused, match=r"more than 10,000 levels deep.*max_depth"):
        check_depths([tree(TREE_DEPTH + 1)])


def test_nodes_without_a_child_or_a_number_are_refused() -> None:
    tree = _named_tree(3)
    tree.attribute.remove(next(each for each in tree.attribute if each.name == "nodes_treeids"))

    with pytest.raises(Refused, match="is damaged"):
        check_depths([tree])
