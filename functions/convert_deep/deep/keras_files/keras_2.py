"""What Keras 2 wrote otherwise than Keras 3 does: names, settings, and one activation."""

from collections.abc import Callable, Mapping
from typing import Any

from keras import ops

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


def _hard_sigmoid(x: Any) -> Any:
    """Compute Keras 2's hard sigmoid; Keras 3's has another slope."""
    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


ACTIVATIONS: dict[str, Callable[[Any], Any]] = {"keras_2_hard_sigmoid": _hard_sigmoid}
"""Functions that only files of Keras 2 mean, by the names that rebuilt architectures use."""

_ACTIVATIONS = {"hard_sigmoid": "keras_2_hard_sigmoid", "softmax_v2": "softmax"}


def activation(name: Any) -> Any:
    """Return the name, in a rebuilt architecture, of an activation that Keras 2 named so."""
    return _ACTIVATIONS.get(name, name) if isinstance(name, str) else name


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
