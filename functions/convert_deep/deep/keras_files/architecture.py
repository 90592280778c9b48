"""Rebuilds an architecture from what is allowed in one: only Keras's own classes and plain values.

What a file says of modules, registered names, initializers, regularizers, losses and optimizers is
dropped; every class is looked up in :mod:`deep.keras_files.classes`, and the result names it.
"""

from collections.abc import Mapping
from typing import Any

from deep.keras_files import keras_2
from deep.keras_files.classes import ACTIVATIONS, LAYERS, MODELS, NAMES, OPERATIONS, settings_of
from deep.keras_files.functions import FUNCTIONS, REPLACED, REPLACED_OF_KERAS_2
from deep.keras_files.nodes import operation_module, rebuilt_graph, rebuilt_nodes
from deep.keras_files.refusals import (
    NO_ARITHMETIC,
    foreign_class,
    foreign_function,
    malformed,
    refused_layer,
    unknown_setting,
    unserved_setting,
)
from deep.keras_files.values import plain_value, policy_of

_DROPPED_ENDS = ("_regularizer", "_constraint", "_initializer")
_LEFT_OUT = keras_2.LEFT_OUT | {"name", "trainable", "dtype"}
_DROPPED = {"seed", "batch_shape", "batch_input_shape", "input_shape", "lora_rank", "lora_alpha"}
_OWN_MODULES = ("keras", "tf_keras", "tensorflow", "builtins")


def rebuilt(entry: Mapping[str, Any], *, old: bool) -> dict[str, Any]:
    """Return the architecture of a model as this Keras writes it.

    Args:
        entry: the file's own, of unknown origin.
        old: Keras 2 wrote it.

    Raises:
        Refused: naming the first layer that is not allowed, and why.
    """
    if entry.get("class_name") not in MODELS:
        class_name = str(entry.get("class_name"))
        raise foreign_class(_name(entry), class_name)
    return _model(entry, old)


def _model(entry: Mapping[str, Any], old: bool) -> dict[str, Any]:
    config = entry.get("config")
    if isinstance(config, list):  # Sequential, before Keras 2.2
        config = {"name": "sequential", "layers": config}
    if not isinstance(config, dict) or not isinstance(config.get("layers"), list):
        raise malformed("a model without layers")
    _check_origin(entry)
    layers = [_layer(each, old) for each in config["layers"]]
    named: dict[str, Any] = {"name": _name(entry), "layers": layers}
    named["trainable"] = config.get("trainable") is not False  # by it .h5 files order weights
    if entry["class_name"] == "Sequential":
        first = config["layers"][0] if config["layers"] else {}
        shape = _shape_of(first) or _built(config.get("build_input_shape"))
        shape = shape or _built((entry.get("build_config") or {}).get("input_shape"))
        if shape and layers and layers[0]["class_name"] != "InputLayer":
            layers.insert(0, _input(f"{layers[0]['config']['name']}_input", shape, "float32"))
        return _object("keras", "Sequential", named)
    graph = rebuilt_graph(config, layers, old=old)
    return _object("keras.src.models.functional", "Functional", {**named, **graph})


def _layer(entry: Any, old: bool) -> dict[str, Any]:
    """Rebuild a layer, an operation or a nested model, with its place in the graph."""
    if not isinstance(entry, dict) or not isinstance(entry.get("class_name"), str):
        raise malformed("a layer without a class")
    found = _one(entry, old)
    name = str(found["config"].get("name"))
    return {**found, "name": name, "inbound_nodes": rebuilt_nodes(entry, name)}


def _one(entry: Mapping[str, Any], old: bool) -> dict[str, Any]:
    class_name, module = entry["class_name"], str(entry.get("module") or "")
    if class_name in MODELS:
        return _model(entry, old)
    _check_origin(entry)
    config = entry.get("config")
    if not isinstance(config, dict):
        raise malformed("a layer without settings")
    if class_name == "InputLayer":
        return _rebuilt_input(entry)
    module = module or operation_module(entry)
    if f"{module}.{class_name}" in OPERATIONS:
        values = {key: plain_value(value) for key, value in config.items() if key != "dtype"}
        return _object(module, class_name, {**values, "name": _name(entry)})
    if class_name in NO_ARITHMETIC:
        raise refused_layer(_name(entry), class_name)
    if old:
        class_name, config = keras_2.renewed(class_name, config)
    if class_name not in LAYERS or module.startswith("keras.src.ops"):
        raise foreign_class(_name(entry), class_name)
    cls = LAYERS[class_name]
    settings = _settings(cls, config, _name(entry), old)
    return _object("keras.layers", NAMES[cls], settings)


def _settings(cls: type, config: Mapping[str, Any], name: str, old: bool) -> dict[str, Any]:
    taken = settings_of(cls)
    settings: dict[str, Any] = {}
    for key, value in config.items():
        if key in _DROPPED or key.endswith(_DROPPED_ENDS):
            if key.endswith("_initializer") and key in taken:
                settings[key] = "zeros"  # the weights come from the file; drawing them takes long
        elif key not in taken:
            if not _changes_nothing(value) and key not in _LEFT_OUT:
                raise unknown_setting(name, cls.__name__, key)
        elif key == "trainable":
            settings[key] = value is not False
        elif key == "stateful" and value:
            raise unserved_setting(name, cls.__name__, key)
        else:
            settings[key] = _setting(key, value, name, old)
    return {**settings, "name": name}


def _changes_nothing(value: Any) -> bool:
    """Return whether a setting that this Keras lacks has a value that asks for nothing."""
    return (
        value is None
        or value is False
        or value in ("", [], {})
        or (type(value) is int and value <= 1)
    )


def _setting(key: str, value: Any, name: str, old: bool) -> Any:
    if key == "dtype":
        return policy_of(value, name)
    if key.endswith("activation"):
        return _activation(value, name, old)
    if isinstance(value, list) and any(_is_object(each) for each in value):
        return [_setting(key, each, name, old) for each in value]
    if _is_object(value) and not value["class_name"].startswith("__"):
        if value["class_name"] == "function":
            raise foreign_function(name, str(value.get("config")))
        return _one(value, old)
    return plain_value(value)


def _activation(value: Any, name: str, old: bool) -> Any:
    if value is None:
        return None
    if _is_object(value) and value["class_name"] in LAYERS:
        return _one(value, old)
    if _is_object(value):
        own = str(value.get("module") or "builtins").startswith(_OWN_MODULES)
        named = value.get("config") if value["class_name"] == "function" else value["class_name"]
        value = named if own else f"{value.get('module')}.{named}"
    if not isinstance(value, str):
        raise malformed(f"the activation of '{name:.50}'")
    value = (REPLACED_OF_KERAS_2 if old else REPLACED).get(value, value)
    if value not in ACTIVATIONS and value not in FUNCTIONS:
        raise foreign_function(name, value)
    if value in FUNCTIONS:
        return {**_object("builtins", "function", value), "registered_name": value}
    return value


def _rebuilt_input(entry: Mapping[str, Any]) -> dict[str, Any]:
    config, name = entry["config"], _name(entry)
    shape = _shape_of(entry)
    if shape is None:
        raise malformed(f"the input '{name:.50}' has no shape")
    for key in ("sparse", "ragged"):
        if config.get(key):
            raise unserved_setting(name, "InputLayer", key)
    return _input(name, shape, policy_of(config.get("dtype") or "float32", name))


def _input(name: str, shape: list[int | None], dtype: str) -> dict[str, Any]:
    config = {"batch_shape": [None, *shape[1:]], "dtype": dtype, "name": name}
    made = _object("keras.layers", "InputLayer", config)
    return {**made, "name": name, "inbound_nodes": []}


def _shape_of(entry: Any) -> list[int | None] | None:
    config = entry.get("config") if isinstance(entry, dict) else None
    if not isinstance(config, dict):
        return None
    return _built(config.get("batch_shape", config.get("batch_input_shape")))


def _built(shape: Any) -> list[int | None] | None:
    if not isinstance(shape, list) or not 0 < len(shape) < 10:
        return None
    sizes = all(size is None or (type(size) is int and 0 <= size < 1 << 31) for size in shape)
    return shape if sizes else None


def _check_origin(entry: Mapping[str, Any]) -> None:
    """Raise unless the class is one that Keras itself wrote: no custom object of the same name."""
    class_name, module = str(entry["class_name"]), str(entry.get("module") or "keras")
    registered = entry.get("registered_name")
    ours = module.split(".", maxsplit=1)[0] in _OWN_MODULES
    if not ours or registered not in (None, class_name, f"Keras>{class_name}", "Functional"):
        raise foreign_class(_name(entry), str(registered or f"{module}.{class_name}"))


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("class_name"), str)


def _name(entry: Mapping[str, Any]) -> str:
    config = entry.get("config")
    named = config.get("name") if isinstance(config, dict) else None
    return str(named or entry.get("name") or entry.get("class_name"))[:200]


def _object(module: str, class_name: str, config: Any) -> dict[str, Any]:
    return {"module": module, "class_name": class_name, "config": config, "registered_name": None}
