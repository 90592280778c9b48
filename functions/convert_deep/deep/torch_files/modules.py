"""Makes a module of ``torch.nn`` classes of inert parts, each attribute checked before it is set.

Nothing is called but the classes' own ``__new__`` and ``__setstate__``; no name of the file is
imported. What could run when the module is called (hooks, methods hidden by attributes of their
name, functions) is refused.
"""

import re
from typing import Any

import torch
from torch import nn

from deep.torch_files.module_classes import CLASSES, FUNCTIONS, REPLICAS
from deep.torch_files.parts import Call, Instance, Name, Persistent
from deep.torch_files.saved import Saved, is_class
from deep.torch_files.tensors import DTYPES, ORDERED, Tensors, is_parameter, is_tensor
from deep.torch_files.wording import shown
from inferx.errors import Refused

_MAX_DEPTH = 60
_MAX_MODULES = 100_000
_ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_PART_NAME = re.compile(r"[^.\x00-\x1f]{1,200}")
_SET = (Name("__builtin__", "set"), Name("builtins", "set"))
_SIZE = Name("torch", "Size")
_DEVICE = Name("torch", "device")
_OF_OLD_RELEASES = frozenset({"_backend"})
"""Attributes that no release since 1.2 reads; what they hold is left out."""

_HOLDERS = ("_modules", "_parameters", "_buffers")


class _Maker:
    def __init__(self, saved: Saved) -> None:
        self._tensors = Tensors(saved)
        self._made: dict[int, nn.Module | None] = {}

    def module(self, part: Any, path: str, depth: int = 0) -> nn.Module:
        """Make one module and those within it; ``path`` names it in sentences."""
        if depth > _MAX_DEPTH or len(self._made) > _MAX_MODULES:
            raise Refused("The model in the file is nested too deeply, or has too many layers.")
        if id(part) in self._made:
            found = self._made[id(part)]
            if found is None:
                raise Refused(f"{_at(path)} holds itself, which no network does.")
            return found
        cls = class_of(part)
        state = dictionary(part.state) if isinstance(part, Instance) else None
        if cls not in CLASSES or state is None or part.arguments:
            raise Refused(f"{_at(path)} is no module of torch.nn; save the model again.")
        self._made[id(part)] = None
        made = self._filled(CLASSES[cls], state, path, depth)
        self._made[id(part)] = made
        return made

    def _filled(
        self, cls: type[nn.Module], state: dict[Any, Any], path: str, depth: int
    ) -> nn.Module:
        attributes: dict[str, Any] = {}
        for name, value in state.items():
            _check_attribute(cls, name, path)
            if name in _OF_OLD_RELEASES or name in _HOLDERS or name == "_flat_weights":
                continue
            attributes[name] = _plain(value, f"{_at(path)}, attribute '{name}'", name)
        held = {name: _held(state, name, path) for name in _HOLDERS}
        for kind in held.values():
            for name in kind:
                _check_attribute(cls, name, path, pattern=_PART_NAME)
        attributes["_modules"] = {
            name: None if value is None else self.module(value, f"{path}.{name}", depth + 1)
            for name, value in held["_modules"].items()
        }
        for holder in ("_parameters", "_buffers"):
            attributes[holder] = {
                name: self._tensor(value, holder, f"{path}.{name}")
                for name, value in held[holder].items()
            }
        return _instance(cls, attributes, path)

    def _tensor(self, part: Any, kind: str, path: str) -> torch.Tensor | None:
        if part is None:
            return None
        if not is_tensor(part) or (kind == "_parameters") != is_parameter(part):
            raise Refused(f"{_at(path)} is no tensor of torch's own; save the model again.")
        return self._tensors.made(part)


def made(saved: Saved) -> nn.Module:
    """Make the module that a file holds, in inference mode.

    Raises:
        Refused: naming the first layer that holds what ``torch.nn`` does not give it.
    """
    root = saved.root
    if class_of(root) in REPLICAS:
        root = (_held(dictionary(root.state) or {}, "_modules", "") or {}).get("module")
    module = _Maker(saved).module(root, "")
    return module.eval().requires_grad_(False)


def class_of(part: Any) -> Name | None:
    """Return the class whose instance a part stands for."""
    cls = part.cls if isinstance(part, Instance) else None
    if isinstance(cls, Persistent) and is_class(cls):  # with its source, which is not read
        cls = cls.identity[1]
    return cls if isinstance(cls, Name) else None


def dictionary(part: Any) -> dict[Any, Any] | None:
    """Return the dictionary that a part stands for, ``None`` where it stands for none."""
    if isinstance(part, Call) and part.function == ORDERED:
        return part.items if not part.arguments else None
    return part if isinstance(part, dict) else None


def _check_attribute(
    cls: type[nn.Module], name: Any, path: str, pattern: re.Pattern[str] = _ATTRIBUTE
) -> None:
    if not isinstance(name, str) or not pattern.fullmatch(name) or name.startswith("__"):
        raise Refused(f"{_at(path)} has an attribute without a proper name; save the model again.")
    hidden = getattr(cls, name, None)
    if callable(hidden) or isinstance(hidden, property):
        raise Refused(
            f"{_at(path)} has a method of its own, '{name}', in place of its class's, and no such "
            "code of a file is run. Export the model with torch.export.save and upload the .pt2."
        )


def _held(state: dict[Any, Any], name: str, path: str) -> dict[Any, Any]:
    found = dictionary(state.get(name))
    if found is None:
        raise Refused(f"{_at(path)} has no {name}; save the model again.")
    return found


def _plain(part: Any, place: str, name: str, depth: int = 0) -> Any:
    """Return the value of an attribute, of Python's and torch's plain types alone."""
    if "hooks" in name:
        return _no_hooks(part, place)
    if part is None or isinstance(part, bool | int | float | str):
        return part
    if depth < 8:
        if isinstance(part, tuple | list | set):
            return type(part)(_plain(each, place, "", depth + 1) for each in part)
        items = dictionary(part)
        if items is not None:
            return {key: _plain(value, place, "", depth + 1) for key, value in items.items()}
    if name == "activation" and isinstance(part, Name) and part in FUNCTIONS:
        return FUNCTIONS[part]
    if isinstance(part, Name) and part.module == "torch" and part.name in DTYPES:
        return DTYPES[part.name]
    if isinstance(part, Call):
        return _called(part, place)
    raise Refused(
        f"{place} is {_kind(part)}, which no layer of torch.nn has. Export the model with "
        "torch.export.save and upload the .pt2 file."
    )


def _called(part: Call, place: str) -> Any:
    """Return the value of the few calls by which plain values are written."""
    function, arguments = part.function, part.arguments
    if function in _SET and len(arguments) == 1 and isinstance(arguments[0], list):
        return {_plain(each, place, "", 8) for each in arguments[0]}
    if function == _SIZE and len(arguments) == 1 and isinstance(arguments[0], tuple):
        return torch.Size(_plain(each, place, "", 8) for each in arguments[0])
    if function == _DEVICE:
        return torch.device("cpu")
    raise Refused(
        f"{place} calls {shown(function)}, which torch.save does not write for a layer of "
        "torch.nn. Nothing of the file was run."
    )


def _no_hooks(part: Any, place: str) -> dict[Any, Any]:
    found = dictionary(part)
    if found is None or found:
        raise Refused(
            f"{place} holds functions to call, as torch.nn.utils.weight_norm, prune and profilers "
            "add them, and no code of a file is run. Remove them (remove_weight_norm, "
            "prune.remove, handle.remove()), and save the model again."
        )
    return {}


def _instance(cls: type[nn.Module], attributes: dict[str, Any], path: str) -> nn.Module:
    made: nn.Module = cls.__new__(cls)  # type: ignore[call-overload]  # torch is not there for mypy
    if isinstance(made, nn.RNNBase):
        names = attributes.get("_flat_weights_names", [])
        weights = attributes["_parameters"]
        named = isinstance(names, list) and all(isinstance(name, str) for name in names)
        if not named or not all(name in weights for name in names):
            raise Refused(f"{_at(path)} does not name its weights; save the model again.")
        attributes["_flat_weights"] = [weights[name] for name in names]
    try:
        made.__setstate__(attributes)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as damage:
        raise Refused(
            f"{_at(path)} lacks what its class, {cls.__name__}, has; save the model again with a "
            "current release of PyTorch."
        ) from damage
    return made


def _at(path: str) -> str:
    return f"Layer '{shown(path.lstrip('.'))}' of the model" if path else "The model"


def _kind(part: Any) -> str:
    if is_tensor(part):
        return "a tensor"
    if isinstance(part, Name):
        return f"the function or class {shown(part)}"
    if isinstance(part, Instance):
        return f"an object of {shown(class_of(part))}"
    return f"a {type(part).__name__}"
