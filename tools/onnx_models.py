"""ONNX models with signatures, as conversions write them, made small and quickly."""

import json
import warnings
from functools import cache
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from inferx.signature import METADATA_KEY

_ONNX = {
    "float32": TensorProto.FLOAT,
    "float64": TensorProto.DOUBLE,
    "int64": TensorProto.INT64,
    "int32": TensorProto.INT32,
    "bool": TensorProto.BOOL,
    "string": TensorProto.STRING,
    "float16": TensorProto.FLOAT16,
    "int16": TensorProto.INT16,
    "int8": TensorProto.INT8,
    "uint64": TensorProto.UINT64,
    "uint32": TensorProto.UINT32,
    "uint16": TensorProto.UINT16,
    "uint8": TensorProto.UINT8,
}
IRIS = ["sepal length", "sepal width", "petal length", "petal width"]


def tensor(name: str, dtype: str = "float32", shape: tuple[int | None, ...] = (None, 1)) -> Any:
    """Return a tensor of a signature."""
    return {"name": name, "dtype": dtype, "shape": list(shape)}


def feature(name: str | None, **changes: Any) -> dict[str, Any]:
    """Return a feature of a signature."""
    usual = {"name": name, "kind": "number", "input": "X", "column": 0, "nullable": False}
    return usual | changes


def signature(**changes: Any) -> dict[str, Any]:
    """Return a signature: two unnamed numbers in, one number out, unless changed."""
    usual = {
        "inputs": [tensor("X", shape=(None, 2))],
        "outputs": [tensor("variable")],
        "features": [feature(None, column=column) for column in range(2)],
        "prediction": "variable",
        "probabilities": None,
        "classes": None,
        "named_features": False,
    }
    return usual | changes


def signed(model: onnx.ModelProto, about: dict[str, Any]) -> bytes:
    """Return the model's file with its signature in it."""
    helper.set_model_props(model, {METADATA_KEY: json.dumps(about)})
    content: bytes = model.SerializeToString()
    return content


def graph(nodes: list[onnx.NodeProto], about: dict[str, Any]) -> bytes:
    """Return a file of hand-made nodes with the inputs and outputs of the signature."""
    inputs, outputs = (
        [
            helper.make_tensor_value_info(each["name"], _ONNX[each["dtype"]], each["shape"])
            for each in about[side]
        ]
        for side in ("inputs", "outputs")
    )
    made = helper.make_graph(nodes, "g", inputs, outputs)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("ai.onnx.ml", 3)]
    return signed(helper.make_model(made, opset_imports=opsets, ir_version=10), about)


def echo(about: dict[str, Any]) -> bytes:
    """Return a model whose prediction is its input."""
    source, target = about["inputs"][0]["name"], about["prediction"]
    return graph([helper.make_node("Identity", [source], [target])], about)


def summing(about: dict[str, Any] | None = None) -> bytes:
    """Return a model whose prediction is the sum of each row."""
    nodes = [
        helper.make_node("Constant", [], ["axis"], value_ints=[1]),
        helper.make_node("ReduceSum", ["X", "axis"], ["variable"], keepdims=1),
    ]
    return graph(nodes, about or signature())


def converted(estimator: Any, about: dict[str, Any]) -> bytes:
    """Convert a fitted scikit-learn estimator by skl2onnx, with the signature's inputs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # skl2onnx's own, about numpy and onnx
        from skl2onnx import convert_sklearn
        from skl2onnx.common import data_types

    types = {
        "float32": data_types.FloatTensorType,
        "float64": data_types.DoubleTensorType,
        "string": data_types.StringTensorType,
        "int64": data_types.Int64TensorType,
    }
    initial = [(each["name"], types[each["dtype"]](each["shape"])) for each in about["inputs"]]
    options = {id(estimator): {"zipmap": False}} if about["probabilities"] else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = convert_sklearn(
            estimator,
            initial_types=initial,
            options=options,
            target_opset={"": 21, "ai.onnx.ml": 3},
        )
    return signed(model, about)


@cache
def iris() -> tuple[Any, np.ndarray[Any, Any], bytes]:
    """Return a classifier of irises with string labels and named features; its data; its file."""
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    data = load_iris()
    estimator = make_pipeline(StandardScaler(), LogisticRegression())
    estimator.fit(data.data, data.target_names[data.target])
    return estimator, data.data, converted(estimator, iris_signature())


def iris_signature() -> dict[str, Any]:
    """Return the signature of :func:`iris`."""
    return signature(
        inputs=[tensor("X", "float64", (None, 4))],
        outputs=[
            tensor("label", "string", (None,)),
            tensor("probabilities", "float64", (None, 3)),
        ],
        features=[feature(name, column=column) for column, name in enumerate(IRIS)],
        prediction="label",
        probabilities="probabilities",
        classes=["setosa", "versicolor", "virginica"],
        named_features=True,
    )


def matching(about: dict[str, Any]) -> bytes:
    """Return a model of any tensor that fails in its graph unless rows have two columns."""
    nodes = [
        helper.make_node("Constant", [], ["weights"], value=_column(2)),
        helper.make_node("MatMul", ["X", "weights"], ["variable"]),
    ]
    return graph(nodes, about)


def _column(rows: int) -> onnx.TensorProto:
    return helper.make_tensor("weights", TensorProto.FLOAT, [rows, 1], [1.0] * rows)
