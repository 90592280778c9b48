"""Reads a pickle into inert parts: nothing is imported, called or built."""

import pickletools
from collections.abc import Callable, Hashable
from typing import Any, TypeAlias

from deep.torch_files.parts import Call, Content, Instance, Name, Persistent
from inferx.errors import Refused

MAX_PICKLE_BYTES = 32 * 1024 * 1024
_MAX_STEPS = 2_000_000
_MAX_MEMO = 1_000_000
_MAX_WHOLE_NUMBER_BYTES = 9  # torch.save writes sizes and seeds, all of 64 bits


class _Mark:
    pass


_MARK = _Mark()
_DAMAGE = (
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)
_Step: TypeAlias = Callable[["_Reader", Any], None]


def read(content: bytes) -> Content:
    """Read one pickle from the beginning of ``content``.

    Raises:
        Refused: it holds what ``torch.save`` does not write.
    """
    if len(content) > MAX_PICKLE_BYTES:
        raise Refused("The description of the model in the file is too large to be read.")
    reader = _Reader()
    try:
        for steps, (opcode, argument, position) in enumerate(pickletools.genops(content)):
            if steps > _MAX_STEPS:
                raise Refused("The description of the model in the file has too many parts.")
            if opcode.name == "STOP":
                return reader.content(int(position or 0) + 1)
            step = _STEPS.get(opcode.name)
            if step is None:
                raise Refused(_not_written(f"the pickle opcode {opcode.name}"))
            step(reader, argument)
    except _DAMAGE as damage:
        raise Refused("The pickle in the file is damaged; save the model again.") from damage
    raise Refused("The pickle in the file ends too early; save the model again.")


class _Reader:
    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.names: list[Name] = []
        self.outside: list[Persistent] = []
        self.calls: list[Call] = []

    def content(self, end: int) -> Content:
        """Return the whole, once the pickle has stopped at ``end``."""
        (root,) = self.stack
        found = (tuple(self.names), tuple(self.outside), tuple(self.calls))
        return Content(root, *found, end)

    def marked(self) -> list[Any]:
        """Take everything above the last mark off the stack."""
        place = len(self.stack) - 1
        while self.stack[place] is not _MARK:
            place -= 1
            if place < 0:
                raise IndexError
        taken = self.stack[place + 1 :]
        del self.stack[place:]
        return taken

    def take(self) -> Any:
        value = self.stack.pop()
        if value is _MARK:
            raise IndexError
        return value

    def remember(self, place: int) -> None:
        if not 0 <= place < _MAX_MEMO or self.stack[-1] is _MARK:
            raise IndexError
        self.memo[place] = self.stack[-1]

    def name(self, module: Any, name: Any) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise TypeError
        if not module or not name or set(module + name) & set(" \n\r\0"):
            raise Refused(_not_written("a class without a proper name"))
        found = Name(module, name)
        self.names.append(found)
        self.stack.append(found)


def _push(reader: _Reader, value: Any) -> None:
    reader.stack.append(value)


def _number(reader: _Reader, value: int) -> None:
    if value.bit_length() > 8 * _MAX_WHOLE_NUMBER_BYTES:
        raise Refused(_not_written("a whole number of more than 64 bits"))
    reader.stack.append(value)


def _global(reader: _Reader, value: str) -> None:
    module, _, name = value.partition(" ")
    reader.name(module, name)


def _stack_global(reader: _Reader, _: Any) -> None:
    name, module = reader.take(), reader.take()
    reader.name(module, name)


def _tuple(length: int) -> _Step:
    def step(reader: _Reader, _: Any) -> None:
        parts = [reader.take() for _ in range(length)]
        reader.stack.append(tuple(reversed(parts)))

    return step


def _append(reader: _Reader, _: Any) -> None:
    value = reader.take()
    _members(reader.stack[-1]).append(value)


def _appends(reader: _Reader, _: Any) -> None:
    values = reader.marked()
    _members(reader.stack[-1]).extend(values)


def _add_items(reader: _Reader, _: Any) -> None:
    values = reader.marked()
    if not isinstance(reader.stack[-1], set):
        raise TypeError
    reader.stack[-1].update(map(_key, values))


def _set_item(reader: _Reader, _: Any) -> None:
    value, key = reader.take(), reader.take()
    _items(reader.stack[-1])[_key(key)] = value


def _set_items(reader: _Reader, _: Any) -> None:
    pairs = reader.marked()
    if len(pairs) % 2:
        raise ValueError
    target = _items(reader.stack[-1])
    for key, value in zip(pairs[::2], pairs[1::2], strict=True):
        target[_key(key)] = value


def _reduce(reader: _Reader, _: Any) -> None:
    arguments, function = reader.take(), reader.take()
    if not isinstance(arguments, tuple):
        raise TypeError
    found = Call(function, arguments)
    reader.calls.append(found)
    reader.stack.append(found)


def _new(reader: _Reader, _: Any) -> None:
    arguments, cls = reader.take(), reader.take()
    if not isinstance(arguments, tuple):
        raise TypeError
    reader.stack.append(Instance(cls, arguments))


def _build(reader: _Reader, _: Any) -> None:
    state = reader.take()
    target = reader.stack[-1]
    if not isinstance(target, Call | Instance) or target.state is not None:
        raise Refused(_not_written("a state for what has none"))
    target.state = state


def _persistent(reader: _Reader, _: Any) -> None:
    found = Persistent(reader.take())
    reader.outside.append(found)
    reader.stack.append(found)


def _members(target: Any) -> list[Any]:
    if isinstance(target, list):
        return target
    if isinstance(target, Call):
        return target.members
    raise TypeError


def _items(target: Any) -> dict[Any, Any]:
    if isinstance(target, dict):
        return target
    if isinstance(target, Call):
        return target.items
    raise TypeError


def _key(value: Any) -> Hashable:
    if isinstance(value, str | int | float | bool | bytes | Name | None):
        return value
    if isinstance(value, tuple):
        for part in value:
            _key(part)
        return value
    raise Refused(_not_written("a dictionary with objects as its keys"))


def _not_written(what: str) -> str:
    return f"The file holds {what}, which torch.save does not write for a model. Save it again."


def _nothing(_: _Reader, __: Any) -> None:
    return


_STEPS: dict[str, _Step] = {
    **dict.fromkeys(
        (
            "BINUNICODE",
            "SHORT_BINUNICODE",
            "BINUNICODE8",
            "BINBYTES",
            "SHORT_BINBYTES",
            "SHORT_BINSTRING",
            "BINSTRING",
            "BINFLOAT",
        ),
        _push,
    ),
    **dict.fromkeys(("BININT", "BININT1", "BININT2", "LONG1"), _number),
    **dict.fromkeys(("PROTO", "FRAME"), _nothing),
    **dict.fromkeys(("BINPUT", "LONG_BINPUT"), lambda reader, place: reader.remember(place)),
    **dict.fromkeys(
        ("BINGET", "LONG_BINGET"), lambda reader, place: _push(reader, reader.memo[place])
    ),
    "MEMOIZE": lambda reader, _: reader.remember(len(reader.memo)),
    "NONE": lambda reader, _: _push(reader, None),
    "NEWTRUE": lambda reader, _: _push(reader, True),
    "NEWFALSE": lambda reader, _: _push(reader, False),
    "EMPTY_TUPLE": lambda reader, _: _push(reader, ()),
    "EMPTY_LIST": lambda reader, _: _push(reader, []),
    "EMPTY_DICT": lambda reader, _: _push(reader, {}),
    "EMPTY_SET": lambda reader, _: _push(reader, set()),
    "MARK": lambda reader, _: _push(reader, _MARK),
    "TUPLE": lambda reader, _: _push(reader, tuple(reader.marked())),
    "TUPLE1": _tuple(1),
    "TUPLE2": _tuple(2),
    "TUPLE3": _tuple(3),
    "APPEND": _append,
    "APPENDS": _appends,
    "ADDITEMS": _add_items,
    "SETITEM": _set_item,
    "SETITEMS": _set_items,
    "GLOBAL": _global,
    "STACK_GLOBAL": _stack_global,
    "REDUCE": _reduce,
    "NEWOBJ": _new,
    "BUILD": _build,
    "BINPERSID": _persistent,
}
