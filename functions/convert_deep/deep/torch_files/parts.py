"""What a pickle would make, as inert parts.

A part stands for a name, a call of a name, an instance of a class, or something outside the pickle.
Whether anything is made of it is decided by who reads the parts.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Name:
    """A class or a function that the pickle names."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(eq=False)
class Call:
    """What a function would return; ``items`` and ``state`` are what is put into it afterwards."""

    function: Any
    arguments: tuple[Any, ...]
    items: dict[Any, Any] = field(default_factory=dict)
    members: list[Any] = field(default_factory=list)
    state: Any = None


@dataclass(eq=False)
class Instance:
    """An object of a class, and the state that it would be given."""

    cls: Any
    arguments: tuple[Any, ...]
    state: Any = None


@dataclass(eq=False)
class Persistent:
    """What the pickle refers to outside itself: a storage, or a class in old files."""

    identity: Any


@dataclass(frozen=True)
class Content:
    """A whole pickle.

    Attributes:
        root: what it would make.
        names: every class and function that it names, in order.
        outside: everything outside the pickle that it refers to, in order.
        calls: every call that it would make, in order.
        end: how many bytes it takes.
    """

    root: Any
    names: tuple[Name, ...]
    outside: tuple[Persistent, ...]
    calls: tuple[Call, ...]
    end: int
