"""XGBoost and LightGBM: onnxmltools' converters, registered when a model needs them."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from skl2onnx import update_registered_converter
from skl2onnx.common.shape_calculator import (
    calculate_linear_classifier_output_shapes,
    calculate_linear_regressor_output_shapes,
)

from converter.estimators.custom_converters.rounding import rounded

_OPTIONS = {"nocl": [True, False], "zipmap": [True, False, "columns"]}


def library_of(part: Any) -> str | None:
    """Name the boosting library an estimator comes from."""
    package = type(part).__module__.partition(".")[0]
    return package if package in ("xgboost", "lightgbm") else None


@cache
def add(library: str) -> None:
    """Register one library's estimators; importing it is too slow to do for every model."""
    if library == "xgboost":
        _add_xgboost()
    else:
        _add_lightgbm()


def _add_xgboost() -> None:
    from onnxmltools.convert.xgboost.operator_converters.XGBoost import (  # noqa: PLC0415
        convert_xgboost,
    )
    from xgboost import XGBClassifier, XGBRegressor, XGBRFClassifier, XGBRFRegressor  # noqa: PLC0415

    for cls in (XGBClassifier, XGBRFClassifier):
        _register(cls, "XGBoostXGBClassifier", rounded(convert_xgboost), _OPTIONS)
    for cls in (XGBRegressor, XGBRFRegressor):
        _register(cls, "XGBoostXGBRegressor", rounded(convert_xgboost), None)


def _add_lightgbm() -> None:
    from lightgbm import LGBMClassifier, LGBMRegressor  # noqa: PLC0415
    from onnxmltools.convert.lightgbm.operator_converters.LightGbm import (  # noqa: PLC0415
        convert_lightgbm,
    )

    _register(LGBMClassifier, "LightGbmLGBMClassifier", rounded(convert_lightgbm), _OPTIONS)
    _register(LGBMRegressor, "LightGbmLGBMRegressor", rounded(convert_lightgbm), {"split": None})


def _register(cls: type, alias: str, converter: Any, options: Any) -> None:
    shapes = (
        calculate_linear_classifier_output_shapes
        if alias.endswith("Classifier")
        else calculate_linear_regressor_output_shapes
    )
    update_registered_converter(cls, alias, shapes, converter, options=options, overwrite=True)


def thresholds(estimator: Any) -> Iterator[tuple[int, float]]:
    """Yield each split of a fitted booster as ``(feature, threshold)``."""
    if library_of(estimator) == "xgboost":
        names = estimator.get_booster().feature_names
        for tree in estimator.get_booster().get_dump(dump_format="json"):
            for node in _nodes(json.loads(tree), "children"):
                if isinstance(node.get("split_condition"), int | float):
                    split = node["split"]
                    feature = names.index(split) if names else int(split.removeprefix("f"))
                    yield feature, float(node["split_condition"])
    else:
        for tree in estimator.booster_.dump_model()["tree_info"]:
            for node in _nodes(tree["tree_structure"], "left_child", "right_child"):
                if isinstance(node.get("threshold"), int | float):
                    yield int(node["split_feature"]), float(node["threshold"])


def _nodes(root: dict[str, Any], *children: str) -> Iterator[dict[str, Any]]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        for name in children:
            below = node.get(name, [])
            waiting.extend(below if isinstance(below, list) else [below])
