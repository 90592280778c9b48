"""The sentences for files that hold weights without a network, with the lines that export it."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from deep.torch_files.module_classes import CLASSES, FUNCTIONS, REPLICAS
from deep.torch_files.modules import class_of, dictionary
from deep.torch_files.parts import Instance, Name
from deep.torch_files.saved import Saved
from deep.torch_files.tensors import geometry, is_tensor
from deep.torch_files.wording import shown
from inferx.errors import Refused
from inferx.input_hints import InputHints
from inferx.untrusted import MAX_TEXT

_SAFETENSORS_HEADER_BYTES = 8 * 1024 * 1024
_LISTED = 3
_EXPORT = (
    "program = torch.export.export(model.eval(), (two_rows,), "
    "dynamic_shapes=({0: torch.export.Dim('batch')},))\n"
    "torch.export.save(program, 'model.pt2')"
)
_WRITTEN = frozenset(
    {
        Name("torch._utils", "_rebuild_tensor_v2"),
        Name("torch._utils", "_rebuild_parameter"),
        Name("collections", "OrderedDict"),
        Name("__builtin__", "set"),
        Name("builtins", "set"),
        Name("torch", "Size"),
        Name("torch", "device"),
    }
)
"""What ``torch.save`` names besides classes, storages and element types."""


def check_holds_network(saved: Saved) -> None:
    """Raise unless a file holds a whole network of ``torch.nn`` classes.

    Raises:
        Refused: saying what it holds instead, and the lines that export the model.
    """
    root = class_of(saved.root)
    if root is None:
        raise Refused(_without_network(saved.root))
    missing = sorted({str(name) for name in saved.names if not _is_of_torch(name)})
    if missing:
        raise Refused(_of_other_classes(missing))


def refuse_safetensors(source: Path, _: InputHints) -> NoReturn:
    """Raise the refusal of a safetensors file, which always holds weights alone.

    Raises:
        Refused: listing its first tensors and the lines that export the model.
    """
    with source.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = file.read(length) if length <= _SAFETENSORS_HEADER_BYTES else b"{}"
    try:
        entries = json.loads(header)
    except (ValueError, RecursionError):
        entries = {}
    tensors = [
        (key, entry.get("shape"))
        for key, entry in (entries.items() if isinstance(entries, dict) else ())
        if key != "__metadata__" and isinstance(entry, dict)
    ]
    loaded = "safetensors.torch.load_file('model.safetensors')"
    raise Refused(_weights("a safetensors file", tensors, loaded))


def _without_network(root: Any) -> str:
    state = dictionary(root)
    if state is None:
        return (
            "The file holds no network: torch.save was given something else than a module. Save "
            "the module itself, torch.save(model, 'model.pt'), or better, export it: "
            f"{_EXPORT}"
        )
    tensors = list(_tensors(state))
    if tensors:
        return _weights("a state dict", tensors, "torch.load('weights.pt')")
    for key, value in state.items():
        if isinstance(value, Instance) and isinstance(key, str):
            return _module_within(key)
        inner = list(_tensors(dictionary(value) or {}))
        if inner and isinstance(key, str):
            quoted = f"['{key}']" if shown(key, 30) == key else "[...]"
            loaded = f"torch.load('weights.pt'){quoted}"
            return _weights(f"a checkpoint (of {_keys(state)})", inner, loaded)
    return (
        f"The file holds a dictionary without a network or weights (its keys: {_keys(state)}). "
        f"Export the model: {_EXPORT}"
    )


def _weights(what: str, tensors: Sequence[tuple[Any, Any]], loaded: str) -> str:
    return _listing(
        f"This is {what}: {len(tensors)} tensors",
        [f"'{shown(key, 40)}' {shape!s:.40}" for key, shape in tensors],
        " without the network's code. Export the model where its class is, and upload model.pt2:\n"
        f"model = YourModel(); model.load_state_dict({loaded})\n{_EXPORT}",
    )


def _listing(begin: str, names: Sequence[str], end: str) -> str:
    """Return a sentence with as many of the names as it has room for."""
    for count in range(min(_LISTED, len(names)), 0, -1):
        more = ", ..." if len(names) > count else ""
        sentence = f"{begin} ({', '.join(names[:count])}{more}){end}"
        if len(sentence) <= MAX_TEXT:
            return sentence
    return f"{begin}{end}"


def _module_within(key: str) -> str:
    return (
        f"This is a checkpoint with a whole model under '{shown(key, 40)}'. Export that model, "
        "and upload model.pt2:\n"
        f"model = torch.load('checkpoint.pt', weights_only=False)['{shown(key, 40)}']\n{_EXPORT}"
    )


def _of_other_classes(missing: Sequence[str]) -> str:
    return _listing(
        "The file needs code that is not torch.nn's own",
        [shown(name, 70) for name in missing],
        ", and no code named by a file is run here. Export the model where it was made, and upload "
        f"model.pt2:\nmodel = torch.load('model.pt', weights_only=False)\n{_EXPORT}",
    )


def _is_of_torch(name: Name) -> bool:
    if name in CLASSES or name in FUNCTIONS or name in REPLICAS or name in _WRITTEN:
        return True
    if name.module.startswith("torch.nn.utils."):  # hooks, which modules.py refuses by their place
        return True
    # Storages, and element types such as torch.float32: names, of which nothing is called.
    return name.module == "torch" and (
        name.name.endswith("Storage") or (name.name.islower() and name.name[-1:].isdigit())
    )


def _tensors(state: dict[Any, Any]) -> Iterator[tuple[Any, Any]]:
    for key, value in state.items():
        if is_tensor(value):
            yield key, list(geometry(value)[2])


def _keys(state: dict[Any, Any]) -> str:
    return shown(", ".join(shown(key, 25) for key in list(state)[:4]), 70)
