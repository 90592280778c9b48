"""A table of several typed columns inside a wrapper, whose converter takes one tensor.

The wrapper's graph begins with a stand-in for the table, which it hands to its members. A member's
first step is put behind a :class:`Table`, which takes the columns themselves in place of it: nodes
that are cut out afterwards, so that what they gave becomes the graph's inputs.
"""

import copy
import re
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper
from skl2onnx import update_registered_converter
from skl2onnx._parse import _parse_sklearn
from skl2onnx.algebra.onnx_ops import OnnxCast, OnnxConcat, OnnxIdentity
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, StringTensorType
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer

from converter.estimators.columns import NUMBER, TEXT, first_step
from converter.estimators.custom_converters.registry import VERSION
from converter.estimators.custom_converters.texts import drop_unused, rename_input
from converter.estimators.layout import MATRIX, Layout
from converter.estimators.members import members_of, with_members

STAND_IN = "table"
_CUT = re.compile(r"column(\d+)__cut\d*")


class Table(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A fitted step that reads columns of the table; ``numeric`` says which are of numbers."""

    def __init__(self, step: Any, columns: list[int], numeric: list[bool]) -> None:
        self.step = step
        self.columns = columns
        self.numeric = numeric

    def transform(self, rows: Any) -> Any:
        """Transform ``rows`` by the step."""
        return self.step.transform(rows)

    @property
    def is_alike(self) -> bool:
        """Whether all columns have one type, so that they make one tensor."""
        return len(set(self.numeric)) == 1


def needs_table(estimator: Any, layout: Layout) -> bool:
    """Return whether a wrapper is the first to see columns that are not all of numbers."""
    only_text = len(layout.columns) == 1 and layout.columns[0].kind == TEXT
    return not layout.is_numeric and not only_text and bool(members_of(first_step(estimator)))


def over_table(estimator: Any, layout: Layout) -> Any:
    """Return a copy of the estimator whose members read the table; it is for conversion only."""
    numeric = [column.kind == NUMBER for column in layout.columns]
    return _over(estimator, list(range(len(numeric))), numeric)


def _over(estimator: Any, columns: list[int], numeric: list[bool]) -> Any:
    def member(part: Any, seen: list[int] | None) -> Any:
        return _over(part, columns if seen is None else [columns[at] for at in seen], numeric)

    if members_of(estimator):
        return with_members(estimator, member)
    plain = copy.copy(estimator)
    if isinstance(estimator, Pipeline):
        (name, first), *others = estimator.steps
        plain.steps = [(name, _over(first, columns, numeric)), *others]
    elif isinstance(estimator, FeatureUnion):
        plain.transformer_list = [
            (name, _over(part, columns, numeric)) for name, part in estimator.transformer_list
        ]
    else:
        return _read_by(estimator, columns, [numeric[column] for column in columns])
    return plain


def _read_by(step: Any, columns: list[int], numeric: list[bool]) -> Any:
    if not hasattr(step, "predict"):
        return Table(step, columns, numeric)
    return Pipeline([("table", Table(FunctionTransformer(), columns, numeric)), ("predict", step)])


def feed_columns(model: onnx.ModelProto, layout: Layout, dtype: str) -> None:
    """Make the layout's columns inputs of the graph, in place of the stand-in."""
    graph = model.graph
    names = [layout.input_of(position) for position in range(len(layout.columns))]
    _free(graph, {*names})
    read_as_terms = {text.input for text in layout.texts}
    for node in list(graph.node):
        cut = _CUT.fullmatch(node.output[0])
        if not cut:
            continue
        position = int(cut.group(1))
        if layout.is_matrix:
            index = f"{node.output[0]}_index"
            graph.initializer.append(numpy_helper.from_array(np.array([position]), index))
            node.CopyFrom(
                onnx.helper.make_node("Gather", [MATRIX, index], [node.output[0]], axis=1)
            )
        else:
            rename_input(graph, node.output[0], names[position])
            graph.node.remove(node)
    drop_unused(graph)
    used = {name for node in graph.node for name in node.input}
    del graph.input[[given.name for given in graph.input].index(STAND_IN)]
    for number, (name, kind) in enumerate(layout.initial_types(dtype)):
        if name in used or name not in read_as_terms:
            element = TensorProto.STRING
            if not isinstance(kind, StringTensorType):
                element = TensorProto.FLOAT if dtype == "float32" else TensorProto.DOUBLE
            given = onnx.helper.make_tensor_value_info(name, element, kind.shape)
            graph.input.insert(number, given)


def _free(graph: onnx.GraphProto, names: set[str]) -> None:
    """Rename results inside the graph that are called as its inputs will be."""
    for node in graph.node:
        for place, name in enumerate(node.output):
            if name in names:
                node.output[place] = f"inner__{name}"
                rename_input(graph, name, f"inner__{name}")


def _types(table: Table, source: Any) -> list[Any]:
    number = DoubleTensorType if isinstance(source.type, DoubleTensorType) else FloatTensorType
    kinds = [number if is_number else StringTensorType for is_number in table.numeric]
    if table.is_alike:
        return [kinds[0]([None, len(kinds)])]
    return [kind([None, 1]) for kind in kinds]


def _parse(scope: Any, model: Table, inputs: Any, custom_parsers: Any = None) -> Any:
    operator = scope.declare_local_operator("InferXTable", model)
    operator.inputs.extend(inputs)
    for kind in _types(model, inputs[0]):
        operator.outputs.append(scope.declare_local_variable("columns", kind))
    return _parse_sklearn(scope, model.step, list(operator.outputs), custom_parsers=custom_parsers)


def _shapes(operator: Any) -> None:
    kinds = _types(operator.raw_operator, operator.inputs[0])
    for output, kind in zip(operator.outputs, kinds, strict=True):
        output.type = kind


def _convert(scope: Any, operator: Any, container: Any) -> None:
    table, source = operator.raw_operator, operator.inputs[0]
    doubles = isinstance(source.type, DoubleTensorType)
    cuts = [
        OnnxCast(
            source,
            to=_element(is_number, doubles),
            op_version=VERSION,
            output_names=[scope.get_unique_variable_name(f"column{position}__cut")],
        )
        for position, is_number in zip(table.columns, table.numeric, strict=True)
    ]
    if table.is_alike and len(cuts) > 1:
        cuts = [OnnxConcat(*cuts, axis=1, op_version=VERSION)]
    for cut, output in zip(cuts, operator.outputs, strict=True):
        OnnxIdentity(cut, op_version=VERSION, output_names=[output]).add_to(scope, container)


def _element(is_number: bool, doubles: bool) -> int:
    if not is_number:
        return int(TensorProto.STRING)
    return int(TensorProto.DOUBLE if doubles else TensorProto.FLOAT)


def add() -> None:
    """Register it."""
    update_registered_converter(
        Table, "InferXTable", _shapes, _convert, overwrite=True, parser=_parse
    )
