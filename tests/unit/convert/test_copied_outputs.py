"""A node that only copies another's result to an output is dropped."""

import onnx
from onnx import TensorProto, helper

from exported.graph import drop_copies


def model_of(*nodes: onnx.NodeProto, outputs: tuple[str, ...]) -> onnx.ModelProto:
    def table(name: str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 2])

    made = helper.make_graph(nodes, "g", [table("X")], [table(name) for name in outputs])
    return helper.make_model(made)


def kinds(model: onnx.ModelProto) -> list[str]:
    drop_copies(model)
    onnx.checker.check_model(model)
    return [node.op_type for node in model.graph.node]


def test_output_is_written_by_the_node_that_made_it() -> None:
    model = model_of(
        helper.make_node("Neg", ["X"], ["inner"]),
        helper.make_node("Identity", ["inner"], ["shares"]),
        helper.make_node("Abs", ["inner"], ["label"]),
        outputs=("label", "shares"),
    )

    assert kinds(model) == ["Neg", "Abs"]
    assert list(model.graph.node[1].input) == ["shares"]


def test_copy_of_an_input_is_kept() -> None:
    model = model_of(helper.make_node("Identity", ["X"], ["same"]), outputs=("same",))

    assert kinds(model) == ["Identity"]


def test_second_copy_of_one_result_is_kept() -> None:
    model = model_of(
        helper.make_node("Neg", ["X"], ["inner"]),
        helper.make_node("Identity", ["inner"], ["one"]),
        helper.make_node("Identity", ["inner"], ["two"]),
        outputs=("one", "two"),
    )

    assert kinds(model) == ["Neg", "Identity"]
    assert list(model.graph.node[1].input) == ["one"]


def test_copy_inside_no_output_is_kept() -> None:
    model = model_of(
        helper.make_node("Identity", ["X"], ["inner"]),
        helper.make_node("Neg", ["inner"], ["out"]),
        outputs=("out",),
    )

    assert kinds(model) == ["Identity", "Neg"]
