import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper

from converter.uploaded_onnx import adopt
from inferx.errors import Refused
from inferx.manifest import METADATA_KEY, Signature
from inferx.serving.model import Model


def linear(**changes: object) -> onnx.ModelProto:
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["rows", "weights"], ["score"])],
        "linear",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [None, 2])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, [None, 1])],
        [helper.make_tensor("weights", TensorProto.FLOAT, [2, 1], [1.0, 2.0])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    for name, value in changes.items():
        setattr(model, name, value)
    return model


def adopted(model: onnx.ModelProto, tmp_path: Path) -> tuple[dict[str, object], Path]:
    source, target = tmp_path / "source", tmp_path / "model.onnx"
    source.write_bytes(model.SerializeToString())
    return adopt(source, target), target


def test_model_is_described_and_predicts_as_before(tmp_path: Path) -> None:
    facts, target = adopted(linear(), tmp_path)

    signature = Signature.from_dict(facts["signature"])
    session = ort.InferenceSession(str(target))
    assert [tensor.name for tensor in signature.inputs] == ["rows"]
    assert signature.prediction == "score"
    assert len(signature.features or ()) == 2
    assert session.run(None, {"rows": np.ones((1, 2), "float32")})[0].item() == 3.0


def test_signature_is_inside_the_file(tmp_path: Path) -> None:
    facts, target = adopted(linear(), tmp_path)

    stored = {entry.key: entry.value for entry in onnx.load(target).metadata_props}

    assert json.loads(stored[METADATA_KEY]) == facts["signature"]


def _columns(*names: str) -> onnx.ModelProto:
    graph = helper.make_graph(
        [helper.make_node("Sub", list(names), ["difference"])],
        "g",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 1]) for name in names],
        [helper.make_tensor_value_info("difference", TensorProto.FLOAT, [None, 1])],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def test_inputs_of_one_column_each_are_features_of_their_names(tmp_path: Path) -> None:
    _, target = adopted(_columns("income", "rent"), tmp_path)

    predicted, _ = Model(target).predict({"rent": 400, "income": 1000})

    assert predicted["prediction"] == 600


def test_free_dimension_written_as_a_negative_size_is_free(tmp_path: Path) -> None:
    model = linear()
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = -1

    facts, _ = adopted(model, tmp_path)

    assert Signature.from_dict(facts["signature"]).inputs[0].shape == (None, 2)


def _casting(element: int) -> onnx.ModelProto:
    graph = helper.make_graph(
        [helper.make_node("Cast", ["x"], ["y"], to=TensorProto.FLOAT)],
        "g",
        [helper.make_tensor_value_info("x", element, [None, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 2])],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


@pytest.mark.parametrize("element", [TensorProto.UINT8, TensorProto.FLOAT16])
def test_input_of_any_datatype_of_the_protocol_is_taken(element: int, tmp_path: Path) -> None:
    _, target = adopted(_casting(element), tmp_path)

    predicted, _ = Model(target).predict([[1, 2], [3, 200]])

    assert predicted["prediction"] == [[1.0, 2.0], [3.0, 200.0]]


def test_datatype_that_the_protocol_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="'x' of the model is a tensor of BFLOAT16"):
        adopted(_casting(TensorProto.BFLOAT16), tmp_path)


def test_graph_that_draws_random_numbers_is_served_with_a_warning(tmp_path: Path) -> None:
    model = linear()
    model.graph.node.insert(0, helper.make_node("RandomNormalLike", ["rows"], ["noise"]))
    model.graph.node[1].input[0] = "noise"

    facts, _ = adopted(model, tmp_path)

    assert facts["warnings"] == [
        "The model draws random numbers (RandomNormalLike): "
        "the same request may get another prediction."
    ]


def test_model_of_pictures_has_no_features(tmp_path: Path) -> None:
    graph = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 3, 8, 8])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)

    facts, _ = adopted(model, tmp_path)

    assert Signature.from_dict(facts["signature"]).features is None


def test_locale_that_lambda_lacks_is_replaced(tmp_path: Path) -> None:
    graph = helper.make_graph(
        [
            helper.make_node(
                "StringNormalizer", ["x"], ["y"], case_change_action="LOWER", locale="xx_YY"
            )
        ],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.STRING, [None])],
        [helper.make_tensor_value_info("y", TensorProto.STRING, [None])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)

    _, target = adopted(model, tmp_path)

    session = ort.InferenceSession(str(target))
    assert session.run(None, {"x": np.array(["AbC"], dtype=object)})[0].tolist() == ["abc"]


def _outside(tensor: TensorProto) -> None:
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"


def _with_external_weights() -> onnx.ModelProto:
    model = linear()
    _outside(model.graph.initializer[0])
    return model


def _branch(model: onnx.ModelProto) -> onnx.GraphProto:
    graph = onnx.AttributeProto.GRAPH
    attribute = model.graph.node[0].attribute.add(name="then_branch", type=graph)
    branch: onnx.GraphProto = attribute.g
    return branch


def _hidden(place: str) -> onnx.ModelProto:
    model = linear()
    attribute = model.graph.node[0].attribute
    match place:
        case "sparse attribute":
            _outside(attribute.add(name="sparse_value").sparse_tensor.values)
        case "list of sparse attributes":
            _outside(attribute.add(name="values").sparse_tensors.add().indices)
        case "sparse weights of a subgraph":
            _outside(_branch(model).sparse_initializer.add().values)
        case "attribute in a subgraph":
            node = _branch(model).node.add(op_type="Constant")
            _outside(node.attribute.add(name="value").t)
        case "function":
            node = model.functions.add(name="mine").node.add(op_type="Constant")
            _outside(node.attribute.add(name="value").t)
        case "default of a function's attribute":
            _outside(model.functions.add(name="mine").attribute_proto.add(name="value").t)
        case "graph for training":
            _outside(model.training_info.add().algorithm.initializer.add())
    return model


@pytest.mark.parametrize(
    "place",
    [
        "sparse attribute",
        "list of sparse attributes",
        "sparse weights of a subgraph",
        "attribute in a subgraph",
        "function",
        "default of a function's attribute",
        "graph for training",
    ],
)
def test_weights_in_other_files_are_refused_wherever_they_hide(place: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="keeps weights in other files"):
        adopted(_hidden(place), tmp_path)


def _with_custom_operator() -> onnx.ModelProto:
    model = linear()
    model.graph.node[0].domain = "com.example"
    return model


def _with_broken_graph() -> onnx.ModelProto:
    model = linear()
    model.graph.node[0].input[1] = "nowhere"
    return model


def _with_function(*body: onnx.NodeProto) -> onnx.ModelProto:
    model = linear()
    model.graph.node[0].CopyFrom(helper.make_node("F", ["rows"], ["score"], domain="mine"))
    imports = [helper.make_opsetid("", 21), helper.make_opsetid("mine", 1)]
    model.functions.append(helper.make_function("mine", "F", ["a"], ["b"], body, imports))
    model.opset_import.append(imports[1])
    return model


def _with_recursion() -> onnx.ModelProto:
    return _with_function(helper.make_node("F", ["a"], ["b"], domain="mine"))


def _with_custom_operator_in_a_function() -> onnx.ModelProto:
    return _with_function(helper.make_node("Relu", ["a"], ["b"], domain="com.example"))


def test_functions_of_the_file_are_inlined(tmp_path: Path) -> None:
    body = [
        helper.make_node("Constant", [], ["axis"], value_ints=[1]),
        helper.make_node("ReduceSum", ["a", "axis"], ["b"], keepdims=1),
    ]

    facts, target = adopted(_with_function(*body), tmp_path)

    assert Model(target).predict([[1, 2], [3, 4]])[0]["prediction"] == [3.0, 7.0]
    assert facts["opset"] == {"": 21}


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        pytest.param(_with_external_weights(), "single file", id="external data"),
        pytest.param(_with_custom_operator(), "custom operator", id="custom operator"),
        pytest.param(_with_broken_graph(), "not a valid ONNX model", id="dangling input"),
        pytest.param(_with_recursion(), "not a valid ONNX model", id="recursion"),
        pytest.param(
            _with_custom_operator_in_a_function(),
            "custom operator com.example.Relu",
            id="custom operator in a function",
        ),
        pytest.param(linear(ir_version=99), "IR version 99", id="from the future"),
    ],
)
def test_model_that_is_not_self_contained_is_refused(
    model: onnx.ModelProto, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=sentence):
        adopted(model, tmp_path)


@pytest.mark.parametrize("content", [b"\x08\x0a" + b"\xff" * 50, b"\x08\x0a\x12\x08skl2onnx"])
def test_damaged_file_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(content)

    with pytest.raises(Refused):
        adopt(tmp_path / "source", tmp_path / "model.onnx")


def test_file_that_cannot_be_served_is_refused_with_size_and_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.limits.ARTIFACT_BYTES", 1 << 20)
    (tmp_path / "source").write_bytes(bytes(3 << 20))

    with pytest.raises(Refused, match="would be 3 MB, and at most 1 MB can be served"):
        adopt(tmp_path / "source", tmp_path / "model.onnx")


def test_graph_too_large_to_be_written_is_refused_with_size_and_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exported.graph.WRITTEN_BYTES", 10)

    with pytest.raises(Refused, match=r"would be 1 MB .* at most 1 MB"):
        adopted(linear(), tmp_path)
