"""Outputs of uploaded graphs that are sequences or maps."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper
from sklearn.datasets import load_iris
from sklearn.ensemble import IsolationForest, StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from converter.uploaded_onnx import adopt
from inferx.errors import Refused
from inferx.serving.model import Model
from tests.support.stock_skl2onnx import to_onnx

ROWS, TARGET = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])[TARGET]


def exported(estimator: Any, **options: Any) -> onnx.ModelProto:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # skl2onnx's own, about numpy and onnx
        model: onnx.ModelProto = to_onnx(
            estimator,
            ROWS[:1].astype(np.float32),
            target_opset={"": 21, "ai.onnx.ml": 3},
            options={id(estimator): options} if options else None,
        )
    return model


def adopted(model: onnx.ModelProto, folder: Path) -> tuple[dict[str, Any], Model]:
    (folder / "source").write_bytes(model.SerializeToString())
    facts = adopt(folder / "source", folder / "model.onnx")
    return facts, Model(folder / "model.onnx")


def values(name: str, *shape: int | None) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def graph_of(
    nodes: list[onnx.NodeProto], outputs: list[onnx.ValueInfoProto], *opsets: tuple[str, int]
) -> onnx.ModelProto:
    graph = helper.make_graph(nodes, "g", [values("x", None, 2)], outputs)
    imports = [helper.make_opsetid(*each) for each in opsets or (("", 21), ("ai.onnx.ml", 3))]
    return helper.make_model(graph, opset_imports=imports, ir_version=8)


def dictionaries(name: str) -> onnx.ValueInfoProto:
    scores = helper.make_tensor_type_proto(TensorProto.FLOAT, [])
    each = helper.make_map_type_proto(TensorProto.STRING, scores)
    return helper.make_value_info(name, helper.make_sequence_type_proto(each))


def zip_map(source: str, target: str, labels: list[str]) -> onnx.NodeProto:
    return helper.make_node(
        "ZipMap", [source], [target], domain="ai.onnx.ml", classlabels_strings=labels
    )


@pytest.mark.parametrize("target", [TARGET, NAMES], ids=["numbers", "strings"])
def test_classifier_as_skl2onnx_exports_it_predicts_the_same_probabilities(
    target: Any, tmp_path: Path
) -> None:
    model = exported(LogisticRegression(max_iter=500).fit(ROWS, target))
    session = ort.InferenceSession(model.SerializeToString())

    facts, served = adopted(model, tmp_path)
    predicted, _ = served.predict(ROWS.tolist())

    labels, scores = session.run(None, {"X": ROWS.astype(np.float32)})
    assert facts["task"] == "classification"
    assert facts["warnings"] == []
    assert predicted["prediction"] == labels.tolist()
    assert predicted["probabilities"] == [
        {str(label): score for label, score in row.items()} for row in scores
    ]


def test_classes_are_those_of_the_label_not_of_a_classifier_inside(tmp_path: Path) -> None:
    inner = DecisionTreeClassifier(max_depth=2)
    model = exported(StackingClassifier([("tree", inner)]).fit(ROWS, NAMES), zipmap=False)

    _, served = adopted(model, tmp_path)

    assert served.signature.classes == ("setosa", "versicolor", "virginica")


def test_file_without_standard_operators_takes_the_matrix_too(tmp_path: Path) -> None:
    trees = helper.make_node(
        "LinearClassifier",
        ["x"],
        ["label", "scores"],
        domain="ai.onnx.ml",
        coefficients=[1.0, 0.0, 0.0, 1.0],
        intercepts=[0.0, 0.0],
        classlabels_strings=["no", "yes"],
    )
    label = helper.make_tensor_value_info("label", TensorProto.STRING, [None])
    model = graph_of(
        [trees, zip_map("scores", "probabilities", ["no", "yes"])],
        [label, dictionaries("probabilities")],
        ("ai.onnx.ml", 2),
    )

    _, served = adopted(model, tmp_path)

    assert served.predict([0.25, 0.75])[0] == {
        "prediction": "yes",
        "probabilities": {"no": 0.25, "yes": 0.75},
    }


def test_labels_of_a_dictionary_that_is_no_pair_with_a_label_are_a_warning(tmp_path: Path) -> None:
    model = graph_of([zip_map("x", "odds", ["no", "yes"])], [dictionaries("odds")])

    facts, served = adopted(model, tmp_path)

    assert served.predict([[1, 2]])[0]["prediction"] == [[1.0, 2.0]]
    assert facts["warnings"] == ["The columns of output 'odds' are for these labels: no, yes."]


def test_sequence_becomes_an_output_for_each_of_its_tensors(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Neg", ["x"], ["opposite"]),
        helper.make_node("SequenceConstruct", ["x", "opposite"], ["both"]),
    ]
    tensors = helper.make_tensor_type_proto(TensorProto.FLOAT, [None, 2])
    both = helper.make_value_info("both", helper.make_sequence_type_proto(tensors))

    _, served = adopted(graph_of(nodes, [both]), tmp_path)

    assert [spec.shape for spec in served.signature.outputs] == [(None, 2), (None, 2)]
    assert served.predict([1, 2])[0]["prediction"] == {"both_0": [1.0, 2.0], "both_1": [-1.0, -2.0]}


def test_what_only_fed_a_sequence_is_dropped(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("SequenceConstruct", ["x", "x"], ["inner"]),
        helper.make_node("Identity", ["inner"], ["twice"]),
    ]
    tensors = helper.make_tensor_type_proto(TensorProto.FLOAT, [None, 2])
    twice = helper.make_value_info("twice", helper.make_sequence_type_proto(tensors))

    adopted(graph_of(nodes, [twice]), tmp_path)

    kept = onnx.load(tmp_path / "model.onnx").graph.node
    assert [node.op_type for node in kept] == ["Identity", "Identity"]


def test_sequence_of_unknown_length_is_refused_with_its_operator(tmp_path: Path) -> None:
    split = helper.make_node("SplitToSequence", ["x"], ["parts"])
    tensors = helper.make_tensor_type_proto(TensorProto.FLOAT, [None, 2])
    parts = helper.make_value_info("parts", helper.make_sequence_type_proto(tensors))

    with pytest.raises(Refused, match=r"'parts' .* is a sequence made by SplitToSequence"):
        adopted(graph_of([split], [parts]), tmp_path)


def test_dictionary_as_an_input_is_refused(tmp_path: Path) -> None:
    scores = helper.make_tensor_type_proto(TensorProto.FLOAT, [])
    given = helper.make_value_info("x", helper.make_map_type_proto(TensorProto.STRING, scores))
    node = helper.make_node(
        "DictVectorizer", ["x"], ["y"], domain="ai.onnx.ml", string_vocabulary=["a", "b"]
    )
    model = graph_of([node], [values("y", None, 2)])
    model.graph.input[0].CopyFrom(given)

    with pytest.raises(Refused, match="'x' of the model is a map, and only tensors are served"):
        adopted(model, tmp_path)


def test_scores_of_one_column_are_no_probabilities(tmp_path: Path) -> None:
    model = exported(IsolationForest(n_estimators=5, random_state=0).fit(ROWS))

    facts, served = adopted(model, tmp_path)
    predicted, _ = served.predict(ROWS[0].tolist())

    assert facts["task"] == "unknown"
    assert predicted["prediction"].keys() == {"label", "scores"}
