"""How large a graph becomes when the functions of its file are put in the place of their calls.

Forty functions that each call the next one twice make 2**40 nodes, in two kilobytes.
"""

from typing import NamedTuple

import onnx

from converter.uploaded_onnx.parts import nodes_of
from inferx.errors import Refused

_MAX_NODES = 100_000
_MAX_LEVELS = 50  # the checker and the inliner call themselves at every level

type _Body = onnx.GraphProto | onnx.FunctionProto
type _Key = tuple[str, str, str]


class _Extent(NamedTuple):
    """How many nodes there are, and how many levels of functions below each other."""

    nodes: int
    levels: int


def check_expansion(model: onnx.ModelProto) -> None:
    """Check the nodes of a model's graph, each call counted as what it stands for.

    Raises:
        Refused: there are too many, or functions call each other in a circle or too deeply.
    """
    if not model.functions:
        return
    bodies: dict[_Key, _Body] = {
        _key(each.domain, each.name, each.overload): each for each in model.functions
    }
    known: dict[_Key, _Extent] = {}
    for body in (*bodies.values(), model.graph):
        _extent(body, bodies, known, 0)


def _extent(
    body: _Body, bodies: dict[_Key, _Body], known: dict[_Key, _Extent], level: int
) -> _Extent:
    """Return what a graph or function is once its calls are replaced."""
    nodes, levels = 0, 0
    for node in nodes_of(body):
        called = _key(node.domain, node.op_type, node.overload)
        if called in bodies and called not in known and level < _MAX_LEVELS:
            known[called] = _extent(bodies[called], bodies, known, level + 1)
        if called in bodies and (called not in known or known[called].levels == _MAX_LEVELS):
            raise Refused(
                "The functions of the model call each other in a circle, or more than "
                f"{_MAX_LEVELS} levels deep; export it without functions."
            )
        inner = known.get(called, _Extent(1, -1))
        nodes, levels = nodes + inner.nodes, max(levels, inner.levels + 1)
        if nodes > _MAX_NODES:
            raise Refused(
                f"The model has more than {_MAX_NODES:,} nodes once its functions are in the place "
                "of their calls; export a smaller one."
            )
    return _Extent(nodes, levels)


def _key(domain: str, name: str, overload: str) -> _Key:
    return "" if domain == "ai.onnx" else domain, name, overload
