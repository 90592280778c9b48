"""skl2onnx's own tree converters in a graph of doubles: rows are rounded at each tree's own input.

scikit-learn's trees, and XGBoost's, round their input to float32; everything before them runs in
float64. So the cast belongs before each tree, wherever it is: in voting, bagging, calibration.
"""

from collections.abc import Callable
from typing import Any

from skl2onnx import get_model_alias
from skl2onnx.common._apply_operation import apply_cast, apply_identity
from skl2onnx.common._registration import get_converter, register_converter
from skl2onnx.common.data_types import (
    DoubleTensorType,
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
)
from skl2onnx.proto import onnx_proto
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    IsolationForest,
    RandomTreesEmbedding,
)
from sklearn.svm import SVC, SVR, NuSVC, NuSVR, OneClassSVM

type Convert = Callable[[Any, Any, Any], None]

TREES = (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    IsolationForest,
    RandomTreesEmbedding,
)
"""Those that skl2onnx converts, in float32."""


CONTINUOUS = (
    NuSVC,
    NuSVR,
    OneClassSVM,
    SVC,
    SVR,
)
"""Those without a form for doubles, whose scores move no farther than their input."""


def rounded(convert: Convert, only: tuple[type, ...] | None = None) -> Convert:
    """Return a converter that rounds double input to float32, and gives its output as doubles.

    Args:
        convert: the converter that takes float32.
        only: the classes to round for, where the converter is for others as well.
    """

    def converter(scope: Any, operator: Any, container: Any) -> None:
        others = only is not None and not isinstance(operator.raw_operator, only)
        if others or not isinstance(operator.inputs[0].type, DoubleTensorType):
            convert(scope, operator, container)
            return
        inner = scope.declare_local_operator(operator.type, operator.raw_operator)
        for given in operator.inputs:
            single = scope.declare_local_variable("rounded", FloatTensorType(given.type.shape))
            apply_cast(
                scope,
                given.full_name,
                single.full_name,
                container,
                to=onnx_proto.TensorProto.FLOAT,
            )
            inner.inputs.append(single)
        for wanted in operator.outputs:
            double = isinstance(wanted.type, DoubleTensorType)
            kind = FloatTensorType if double else _label_type(wanted)
            result = scope.declare_local_variable("single", kind())
            inner.outputs.append(result)
            if double:
                apply_cast(
                    scope,
                    result.full_name,
                    wanted.full_name,
                    container,
                    to=onnx_proto.TensorProto.DOUBLE,
                )
            else:
                apply_identity(scope, result.full_name, wanted.full_name, container)

    return converter


def _label_type(variable: Any) -> Any:
    known = (StringTensorType, Int64TensorType, FloatTensorType)
    return next(kind for kind in known if isinstance(variable.type, kind))


def add() -> None:
    """Register these converters again, each with the cast in front."""
    classes = (*TREES, *CONTINUOUS)
    for alias in sorted({get_model_alias(cls) for cls in classes}):
        known = get_converter(alias)
        register_converter(
            alias, rounded(known._fct, classes), overwrite=True, options=known.get_allowed_options()
        )
