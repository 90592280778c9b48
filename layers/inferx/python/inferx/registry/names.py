"""What models, files and aliases may be called, and which file endings each type has."""

import re
from pathlib import PurePosixPath

from inferx.entities.models import ModelType
from inferx.errors import Fault, Invalid

# Letters, digits, space and . _ - with something in it besides spaces.
NAME_PATTERN = r"^[A-Za-z0-9 ._-]*[A-Za-z0-9._-][A-Za-z0-9 ._-]*$"
NAME_LENGTH = 100
ALIAS_PATTERN = r"[A-Za-z0-9._-]+"
ALIAS_LENGTH = 50
SHA256_PATTERN = r"^[0-9A-Fa-f]{64}$"

ENDINGS: dict[ModelType, tuple[str, ...]] = {
    "sklearn": (
        *(".pkl", ".pickle", ".joblib", ".sav", ".dill", ".skops"),
        *(".json", ".ubj", ".txt"),  # XGBoost's and LightGBM's own
    ),
    "tensorflow": (".h5", ".keras"),
    "pytorch": (".pth", ".pt", ".pt2"),
    "onnx": (".onnx",),
}

# Which declared type each framework, as the conversion names it, counts as.
TYPE_OF_FRAMEWORK: dict[str, ModelType] = {
    "sklearn": "sklearn",
    "xgboost": "sklearn",
    "lightgbm": "sklearn",
    "catboost": "sklearn",
    "keras": "tensorflow",
    "pytorch": "pytorch",
    "onnx": "onnx",
}


def check_file_name(file_name: str) -> None:
    """Raise unless this is a plain file name that ends like a model's.

    Any type's ending is accepted: the file decides what it is, not its name.

    Raises:
        Invalid: the name has a path in it, cannot be part of an S3 key, or ends otherwise.
    """
    # S3 replaces ${filename} in a form's key; keys are 1,024 bytes at most, prefix included.
    if any(mark in file_name for mark in "/\\$") or not file_name.isprintable():
        raise Invalid.field("file_name", "must be a plain file name, without a path")
    if len(file_name.encode()) > 255:
        raise Invalid.field("file_name", "must not be longer than 255 bytes")
    if PurePosixPath(file_name).suffix.lower() not in _every_ending():
        endings = " ".join(_every_ending())
        raise Invalid.field("file_name", f"must end in one of {endings}")


def check_alias(alias: str) -> None:
    """Raise unless this is 1 to 50 letters, digits and ``. _ -``.

    Raises:
        Invalid: the alias is something else.
    """
    if len(alias) > ALIAS_LENGTH or not re.fullmatch(ALIAS_PATTERN, alias):
        raise Invalid(
            [
                Fault(
                    ("path", "alias"),
                    f"must be 1 to {ALIAS_LENGTH} letters, digits or . _ -",
                    "string_pattern_mismatch",
                )
            ]
        )


def _every_ending() -> list[str]:
    return [ending for endings in ENDINGS.values() for ending in endings]
