"""What Keras 2 wrote otherwise than Keras 3 does: names and settings."""

from collections.abc import Mapping
from typing import Any

LEFT_OUT = {
    *("batch_input_shape", "implementation", "input_dim", "input_length", "function_type"),
    *("query_shape", "key_shape", "value_shape", "adjustment", "fused", "virtual_batch_size"),
    *("module", "output_shape_type", "experimental_run_tf_function", "build_input_shape"),
}
"""Settings of Keras 2 that are derived, or that change only how fast a layer is."""

_RENAMED = {
    "LeakyReLU": {"alpha": "negative_slope"},
    "ThresholdedReLU": {"theta": "threshold"},
    "Discretization": {"bins": "bin_boundaries"},
}
_CLASSES = {
    "ThresholdedReLU": "ReLU",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "SyncBatchNormalization": "BatchNormalization",
    "LSTMV2": "LSTM",
    "GRUV2": "GRU",
    "DenseFeatures": "DenseFeatures",
}
_ONE_AXIS = ("BatchNormalization", "Softmax", "GroupNormalization")


def renewed(class_name: str, config: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the class and the settings that Keras 3 has for a layer of Keras 2."""
    names = _RENAMED.get(class_name, {})
    settings = {names.get(key, key): value for key, value in config.items()}
    renamed = _CLASSES.get(class_name, class_name)
    axis = settings.get("axis")
    if renamed in _ONE_AXIS and isinstance(axis, list) and len(axis) == 1:
        settings["axis"] = axis[0]
    if renamed == "GRU":
        settings.setdefault("reset_after", False)  # before it was a setting, it was not done
    if renamed == "CategoryEncoding" and settings.get("output_mode") == "binary":
        settings["output_mode"] = "multi_hot"
    return renamed, settings
