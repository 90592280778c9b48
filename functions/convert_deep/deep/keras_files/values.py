"""Rebuilds the plain values of an architecture: numbers, texts, lists, arrays, slices, types."""

from typing import Any

from deep.keras_files.refusals import malformed, unserved_setting

_TEXT = 10_000
_ARRAYS = ("__tensor__", "__numpy__")
_PARTS_OF_SLICES = ("start", "stop", "step")
DTYPES = (
    *("float16", "float32", "float64", "bfloat16", "bool"),
    *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
)
"""Names of element types."""

_POLICIES = ("DTypePolicy", "Policy", "FloatDTypePolicy")
_MIXED = ("mixed_float16", "mixed_bfloat16")


def plain_value(value: Any) -> Any:
    """Return a value with nothing in it that Keras would make more of than a value.

    Raises:
        Refused: it holds an object of another kind.
    """
    if isinstance(value, list):
        return [plain_value(each) for each in value]
    if isinstance(value, str):
        if len(value) > _TEXT:
            raise malformed("a text of a setting is too long")
        return value
    if not isinstance(value, dict):
        return value
    if "class_name" not in value:
        return {key: plain_value(each) for key, each in value.items()}
    return _rebuilt(str(value["class_name"]), value.get("config"))


def _rebuilt(class_name: str, config: Any) -> Any:
    if class_name == "__ellipsis__":
        return {"class_name": class_name, "config": {}}
    if class_name in _ARRAYS and _is_array(config):
        made = {"value": config["value"], "dtype": config["dtype"]}
        return {"class_name": class_name, "config": made}
    if class_name == "__slice__" and isinstance(config, dict):
        parts = {part: _index(config.get(part)) for part in _PARTS_OF_SLICES}
        return {"class_name": class_name, "config": parts}
    if class_name in _POLICIES:
        return policy_of({"config": config}, class_name)
    raise malformed(f"a setting holds an object of the class {class_name!r:.60}")


def policy_of(value: Any, layer: str) -> str:
    """Return the element type that a layer computes in; mixed precision is computed in float32.

    Args:
        value: a name, or an object with one.
        layer: names it in refusals.

    Raises:
        Refused: it is no plain type of numbers, such as a quantized one or text.
    """
    if isinstance(value, dict):
        config = value.get("config")
        value = config.get("name") if isinstance(config, dict) else config
    if value is None or value in _MIXED:
        return "float32"
    if value not in DTYPES:
        raise unserved_setting(layer, "dtype", f"dtype {value!s:.30}")
    return str(value)


def _index(value: Any) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise malformed("a slice is not made of whole numbers")


def _is_array(config: Any) -> bool:
    known = isinstance(config, dict) and config.get("dtype") in DTYPES
    return known and _is_numbers(config.get("value"))


def _is_numbers(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_numbers(each) for each in value)
    return isinstance(value, bool | int | float)
