"""Checks how a ``.pt2`` nests its inputs and outputs: reading it may import modules by name."""

import json
import re
from typing import Any

from deep.torch_files.wording import shown
from inferx.errors import Refused

_MAX_DEPTH = 12
_MAX_NODES = 10_000
# Some of them become the names of arguments in source code.
_KEY = re.compile(r"[\w.\- /]{1,200}")
_PLAIN = frozenset({"builtins.tuple", "builtins.list"})
_NAMED = frozenset({"builtins.dict", "collections.OrderedDict"})


def check(specification: str) -> None:
    """Raise unless a tree specification is of tuples, lists and dictionaries with texts as keys.

    Raises:
        Refused: naming what else it has.
    """
    try:
        protocol, root = json.loads(specification)
    except (ValueError, TypeError, RecursionError):
        raise Refused(_refusal("cannot be read")) from None
    if protocol != 1:
        raise Refused(_refusal("is of an unknown version"))
    _check_node(root, 0, [0])


def _check_node(node: Any, depth: int, count: list[int]) -> None:
    count[0] += 1
    if depth > _MAX_DEPTH or count[0] > _MAX_NODES:
        raise Refused(_refusal("is nested too deeply"))
    if not isinstance(node, dict) or set(node) != {"type", "context", "children_spec"}:
        raise Refused(_refusal("has an unknown part"))
    kind, context, children = node["type"], node["context"], node["children_spec"]
    if not isinstance(children, list):
        raise Refused(_refusal("has an unknown part"))
    if kind is None:
        if context is not None or children:
            raise Refused(_refusal("has an unknown part"))
    elif kind in _PLAIN:
        if context != "null":
            raise Refused(_refusal("has an unknown part"))
    elif kind in _NAMED:
        _check_keys(context, len(children))
    else:
        raise Refused(_refusal(f"has {shown(kind)}"))
    for child in children:
        _check_node(child, depth + 1, count)


def _check_keys(context: Any, length: int) -> None:
    try:
        keys = json.loads(context)
    except (ValueError, TypeError, RecursionError):
        keys = None
    if not isinstance(keys, list) or len(keys) != length:
        raise Refused(_refusal("has an unknown part"))
    if not all(isinstance(key, str) and _KEY.fullmatch(key) for key in keys):
        raise Refused(_refusal("has keys that are no plain names"))


def _refusal(fault: str) -> str:
    return (
        f"What the program takes or returns {fault}; only tensors in tuples, lists and "
        "dictionaries are served. Export the model with such inputs and outputs."
    )
