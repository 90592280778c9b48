"""Rebuilds how the layers of a Functional model are connected, in the form of Keras 3."""

from collections.abc import Mapping, Sequence
from typing import Any

from deep.keras_files.classes import LAYERS, MODELS, OPERATIONS
from deep.keras_files.refusals import malformed, unserved_setting
from deep.keras_files.values import plain_value

_TENSOR = "__keras_tensor__"
_RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM2D")


def rebuilt_nodes(entry: Mapping[str, Any], name: str) -> list[Any]:
    """Return the calls of one layer: what it takes each time.

    Args:
        entry: the layer's, of unknown origin.
        name: the layer's, for refusals.
    """
    nodes = entry.get("inbound_nodes") or []
    if not isinstance(nodes, list):
        raise malformed(f"the connections of '{name:.50}'")
    return [_call(node, str(entry["class_name"]), name) for node in nodes]


def operation_module(entry: Mapping[str, Any]) -> str:
    """Return the module of an operation of ``keras.ops``, which ``.h5`` files leave out.

    Layers of the same name take a list of tensors, and operations take one after another.

    Args:
        entry: a layer's or an operation's, of unknown origin.
    """
    class_name = entry["class_name"]
    modules = [key.rpartition(".")[0] for key in OPERATIONS if key.endswith(f".{class_name}")]
    node = next(iter(entry.get("inbound_nodes") or []), None)
    args = node.get("args") if isinstance(node, dict) else None
    apart = isinstance(args, list) and len(args) > 1 and isinstance(args[0], dict)
    return modules[0] if modules and (apart or class_name not in LAYERS) else ""


def rebuilt_graph(
    config: Mapping[str, Any], layers: Sequence[dict[str, Any]], *, old: bool
) -> dict[str, Any]:
    """Return where a model's inputs and outputs are.

    Args:
        config: the model's, of unknown origin.
        layers: its layers, rebuilt; where Keras 2 wrote the file, references to nested models are
            numbered anew in place.
        old: Keras 2 wrote it.
    """
    found = {key: _references(config.get(key)) for key in ("input_layers", "output_layers")}
    if not old:
        return found
    nested = {each["name"]: each for each in layers if each["class_name"] in MODELS}
    for layer in layers:
        for tensor in _tensors(layer["inbound_nodes"]):
            history = tensor["config"]["keras_history"]
            history[1] -= _starts_at(nested.get(history[0]), history[1])
    for reference in _leaves(found["output_layers"]):
        inner = nested.get(reference[0])
        if inner is not None and inner["class_name"] == "Sequential":
            reference[1] -= _starts_at(inner, reference[1])
    return found


def _starts_at(nested: Mapping[str, Any] | None, index: int) -> int:
    """Return how many calls Keras 2 counted before the first: a model with inputs counted one."""
    if nested is None or index == 0:
        return 0
    first = next(iter(nested["config"]["layers"]), None)
    return 1 if first is not None and first["class_name"] == "InputLayer" else 0


def _call(node: Any, class_name: str, name: str) -> dict[str, Any]:
    if isinstance(node, dict):
        args, kwargs = node.get("args"), node.get("kwargs")
        if not isinstance(args, list) or not isinstance(kwargs, dict):
            raise malformed(f"the connections of '{name:.50}'")
        return {"args": _argument(args), "kwargs": _options(kwargs, class_name, name, _argument)}
    if not isinstance(node, list) or not node:
        raise malformed(f"the connections of '{name:.50}'")
    tensors = [_tensor_of(each) for each in node]
    last = node[0]
    options = last[3] if len(last) > 3 and isinstance(last[3], dict) else {}
    kwargs = _options(options, class_name, name, _old_argument)
    if class_name in _RECURRENT and len(tensors) > 1:
        # Keras 2 appended the initial state to what the layer takes.
        return {"args": [tensors[0]], "kwargs": {**kwargs, "initial_state": tensors[1:]}}
    return {"args": [tensors[0] if len(tensors) == 1 else tensors], "kwargs": kwargs}


def _options(kwargs: Mapping[str, Any], class_name: str, name: str, read: Any) -> dict[str, Any]:
    if kwargs.get("training"):
        raise unserved_setting(name, class_name, "training")
    return {key: read(value) for key, value in kwargs.items() if key != "training"}


def _argument(value: Any) -> Any:
    if isinstance(value, list):
        return [_argument(each) for each in value]
    if isinstance(value, dict) and value.get("class_name") == _TENSOR:
        config = value.get("config")
        if not isinstance(config, dict):
            raise malformed("a connection without a layer")
        return _tensor_of(config.get("keras_history"))
    if isinstance(value, dict) and "class_name" not in value:
        return {key: _argument(each) for key, each in value.items()}
    return plain_value(value)


def _old_argument(value: Any) -> Any:
    if _is_reference(value):
        return _tensor_of(value)
    if isinstance(value, list) and value and all(_is_reference(each) for each in value):
        return [_tensor_of(each) for each in value]
    return plain_value(value)


def _tensor_of(reference: Any) -> dict[str, Any]:
    if not _is_reference(reference):
        raise malformed("a connection that names no layer")
    # Keras looks the tensor up by its history; its shape and type here are only placeholders.
    config = {"shape": [None], "dtype": "float32", "keras_history": list(reference[:3])}
    return {"class_name": _TENSOR, "config": config}


def _is_reference(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and all(type(place) is int and 0 <= place < 100_000 for place in value[1:3])
    )


def _references(value: Any) -> Any:
    if _is_reference(value):
        return list(value[:3])
    if isinstance(value, list):
        return [_references(each) for each in value]
    if isinstance(value, dict):
        return {key: _references(each) for key, each in value.items()}
    raise malformed("the model's inputs or outputs")


def _leaves(value: Any) -> list[list[Any]]:
    if _is_reference(value):
        return [value]
    inner = value.values() if isinstance(value, dict) else value
    return [leaf for each in inner for leaf in _leaves(each)]


def _tensors(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict) and value.get("class_name") == _TENSOR:
        return [value]
    inner = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return []
    return [tensor for each in inner for tensor in _tensors(each)]
