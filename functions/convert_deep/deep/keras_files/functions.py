"""Activations of rebuilt architectures that Keras 3 does not have, or not as ONNX needs them."""

from collections.abc import Callable
from typing import Any

from keras import ops


def _hard_sigmoid(x: Any) -> Any:
    """Compute Keras 2's hard sigmoid; Keras 3's has another slope."""
    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


def _log_sigmoid(x: Any) -> Any:
    """Compute the logarithm of the sigmoid; the exporter's own is -inf below about -88."""
    return -ops.softplus(-x)


HARD_SIGMOID_OF_KERAS_2, LOG_SIGMOID = "keras_2_hard_sigmoid", "inferx_log_sigmoid"

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    HARD_SIGMOID_OF_KERAS_2: _hard_sigmoid,
    LOG_SIGMOID: _log_sigmoid,
}
"""Each by the name that rebuilt architectures use."""

REPLACED = {"log_sigmoid": LOG_SIGMOID}
"""What replaces activations of Keras 3, by their names."""

REPLACED_OF_KERAS_2 = {
    **REPLACED,
    "hard_sigmoid": HARD_SIGMOID_OF_KERAS_2,
    "softmax_v2": "softmax",
}
"""What replaces activations of Keras 2, by their names."""
