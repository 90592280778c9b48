"""Copies the JSON of a ``.pt2`` field by field, as PyTorch's own schema types it.

What the schema does not have is left out, and so is what only serves debugging (stack traces,
guards, the modules that operators came from): it would be evaluated or become source code.
"""

import dataclasses
import re
import types
import typing
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from torch._export.serde import schema
from torch._export.serde.union import _Union

from deep.torch_files.programs import expressions, operators, trees
from deep.torch_files.wording import shown
from inferx.errors import Refused

_MAX_DEPTH = 40
_MAX_LIST = 1_000_000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,250}|")
_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\- ]{0,500}|")
_SYMBOLS = re.compile(r"[A-Za-z0-9_*+/() ,\-]{1,500}")
_VERSION = re.compile(r"[0-9A-Za-z.+<=_-]{0,60}")
_MAX_TEXT = 1_000

_FOREIGN = (schema.CustomObjArgument, schema.TokenArgument)
"""Objects of classes that are not tensors: loading one runs its class's code."""

_LEFT_OUT: dict[str, Any] = {
    "Node.metadata": {},
    "GraphModule.metadata": {},
    "GraphModule.treespec_namedtuple_fields": {},
    "ExportedProgram.guards_code": [],
    "Device.type": "cpu",
    "Device.index": None,
}

_Check = Callable[[str], None]


def _matching(pattern: re.Pattern[str]) -> _Check:
    def check(text: str) -> None:
        if not pattern.fullmatch(text):
            raise Refused(_damaged(f"the name '{shown(text, 60)}'"))

    return check


def _text(text: str) -> None:
    if len(text) > _MAX_TEXT:
        raise Refused(_damaged("a very long text"))


_TEXTS: dict[str, _Check] = {
    "SymExpr.expr_str": expressions.check,
    "Node.target": operators.check,
    "Argument.as_operator": operators.check,
    "Argument.as_string": _text,
    "Argument.as_strings": _text,
    "ConstantValue.as_string": _text,
    "ModuleCallSignature.in_spec": trees.check,
    "ModuleCallSignature.out_spec": trees.check,
    "ModuleCallEntry.fqn": _matching(_PATH),
    "InputToParameterSpec.parameter_name": _matching(_PATH),
    "InputToBufferSpec.buffer_name": _matching(_PATH),
    "InputToTensorConstantSpec.tensor_constant_name": _matching(_PATH),
    "BufferMutationSpec.buffer_name": _matching(_PATH),
    "ParameterMutationSpec.parameter_name": _matching(_PATH),
    "GradientToParameterSpec.parameter_name": _matching(_PATH),
    "ExportedProgram.verifiers": _matching(re.compile("TRAINING|ATEN|")),
    "ExportedProgram.torch_version": _matching(_VERSION),
    "PayloadMeta.path_name": _matching(re.compile(r"[A-Za-z0-9_.-]{1,200}")),
}
"""How each text is checked; every other is a name."""

_KEYS: dict[str, re.Pattern[str]] = {
    "ExportedProgram.range_constraints": _SYMBOLS,
    "PayloadConfig.config": _PATH,
}
"""The keys of dictionaries, where they are not names."""

_AS_NAME = _matching(_NAME)


def checked(cls: type[Any], data: Any) -> Any:
    """Return a copy of ``data`` that holds what the schema of ``cls`` does, checked.

    Args:
        cls: a class of PyTorch's schema.
        data: JSON of unknown origin.

    Raises:
        Refused: naming what is wrong.
    """
    return _value(cls, data, cls.__name__, 0)


def _value(kind: Any, data: Any, place: str, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise Refused(_damaged("parts that are nested too deeply"))
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return _value(arguments[0], data, place, depth)
    if origin in (typing.Union, types.UnionType):
        return None if data is None else _value(arguments[0], data, place, depth)
    if origin is list:
        _check_length(data, list, place)
        return [_value(arguments[0], each, place, depth + 1) for each in data]
    if origin is dict:
        return _dictionary(arguments[1], data, place, depth)
    if dataclasses.is_dataclass(kind):
        return _fields(typing.cast(Any, kind), data, depth)
    return _plain(kind, data, place)


def _fields(cls: Any, data: Any, depth: int) -> dict[str, Any]:
    if cls in _FOREIGN:
        raise Refused(
            "The program holds an object of a class of its own, and only tensors are loaded. "
            "Export the model without it, and save it again."
        )
    _check_length(data, dict, cls.__name__)
    hints = typing.get_type_hints(cls, globalns=vars(schema), include_extras=True)
    if issubclass(cls, _Union) and (len(data) != 1 or not data.keys() <= hints.keys()):
        raise Refused(_damaged(f"a {cls.__name__} of an unknown kind"))
    found: dict[str, Any] = {}
    for field in dataclasses.fields(cls):
        place = f"{cls.__name__}.{field.name}"
        if place in _LEFT_OUT:
            found[field.name] = _LEFT_OUT[place]
        elif field.name in data:
            found[field.name] = _value(hints[field.name], data[field.name], place, depth + 1)
        elif not issubclass(cls, _Union) and _is_needed(field):
            raise Refused(_damaged(f"no {place}"))
    return found


def _is_needed(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


def _dictionary(kind: Any, data: Any, place: str, depth: int) -> dict[str, Any]:
    _check_length(data, dict, place)
    pattern = _KEYS.get(place, _NAME)
    for key in data:
        if not isinstance(key, str) or not pattern.fullmatch(key):
            raise Refused(_damaged(f"the name '{shown(key, 60)}'"))
    return {key: _value(kind, each, place, depth + 1) for key, each in data.items()}


def _plain(kind: Any, data: Any, place: str) -> Any:
    if place.endswith(".as_none"):  # an empty list in files of older releases
        return True
    if kind is float and isinstance(data, int | float) and not isinstance(data, bool):
        return float(data)
    if isinstance(kind, type) and issubclass(kind, IntEnum):
        if not isinstance(data, int) or data not in {each.value for each in kind}:
            raise Refused(_damaged(f"an unknown {kind.__name__}"))
        return data
    if type(data) is not kind or (kind is int and abs(data) >= 1 << 63):
        raise Refused(_damaged(f"a {type(data).__name__} as {place}"))
    if kind is str:
        _TEXTS.get(place, _AS_NAME)(data)
    return data


def _check_length(data: Any, kind: type[Any], place: str) -> None:
    if type(data) is not kind or len(data) > _MAX_LIST:
        raise Refused(_damaged(f"a {type(data).__name__} as {place}"))


def _damaged(what: str) -> str:
    return (
        f"The program in the file has {what}, which torch.export.save does not write (of the "
        "release here). Export the model again with a current release of PyTorch."
    )
