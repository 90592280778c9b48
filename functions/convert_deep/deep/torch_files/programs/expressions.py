"""Checks the symbolic sizes of a ``.pt2``: PyTorch evaluates them as Python."""

import ast
import re

from deep.torch_files.wording import shown
from inferx.errors import Refused

_MAX_LETTERS = 4_000
_MAX_NUMBER = 1 << 63
_MAX_EXPONENT = 8
_MAX_POWERS = 2
"""Of powers within powers, which would keep the evaluation busy for ever."""

_SYMBOL = re.compile(r"(s|u|zf|zuf|z)\d{1,6}")
_FUNCTIONS = frozenset(
    {
        "Abs",
        "Add",
        "And",
        "CeilDiv",
        "CeilToInt",
        "CleanDiv",
        "Eq",
        "Equality",
        "Float",
        "FloatTrueDiv",
        "FloorDiv",
        "FloorToInt",
        "GreaterThan",
        "Identity",
        "IntTrueDiv",
        "Integer",
        "LessThan",
        "Max",
        "Min",
        "Mod",
        "ModularIndexing",
        "Mul",
        "Ne",
        "Not",
        "Or",
        "PythonMod",
        "Rational",
        "RoundToInt",
        "StrictGreaterThan",
        "StrictLessThan",
        "Symbol",
        "ToFloat",
        "TruncToFloat",
        "TruncToInt",
        "Unequality",
        "Where",
    }
)
_POWERS = frozenset({"Pow", "PowByNatural", "FloatPow"})
_NAMES = frozenset({"true", "false"})
_OPERATORS = (
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.FloorDiv,
    ast.Mod,
    ast.Pow,
    ast.USub,
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.Load,
    ast.Expression,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
)


def check(expression: str) -> None:
    """Raise unless an expression is arithmetic over symbols, of the functions that sizes need.

    Raises:
        Refused: quoting the expression.
    """
    if len(expression) > _MAX_LETTERS:
        raise Refused(_refusal(expression))
    try:
        tree = ast.parse(expression, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Refused(_refusal(expression)) from None
    try:
        plain = all(map(_is_arithmetic, _unnamed(tree))) and _powers(tree) <= _MAX_POWERS
    except RecursionError:
        plain = False
    if not plain:
        raise Refused(_refusal(expression))


def _unnamed(tree: ast.Expression) -> list[ast.AST]:
    """Return the nodes, without those that a call of ``Symbol`` or ``Float`` takes as its facts."""
    facts = {
        id(node)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _is_fact(call)
        for argument in (*call.args, *call.keywords)
        for node in ast.walk(argument)
    }
    return [node for node in ast.walk(tree) if id(node) not in facts]


def _is_fact(call: ast.Call) -> bool:
    """Return whether a call is ``Symbol('s0', integer=True)`` or ``Float('1.5', precision=53)``."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name not in ("Symbol", "Float") or len(call.args) != 1:
        return False
    first = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
    pattern = _SYMBOL if name == "Symbol" else re.compile(r"-?[0-9.]{1,30}(e-?\d{1,3})?")
    if not isinstance(first, str) or not pattern.fullmatch(first):
        return False
    return all(
        keyword.arg in ("positive", "nonnegative", "integer", "real", "precision")
        and isinstance(keyword.value, ast.Constant)
        and isinstance(keyword.value.value, bool | int)
        and abs(keyword.value.value) < 1_000
        for keyword in call.keywords
    )


def _is_arithmetic(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        number = node.value
        return isinstance(number, bool | int | float) and abs(number) < _MAX_NUMBER
    if isinstance(node, ast.Call):
        return _is_known_call(node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return _is_exponent(node.right)
    if isinstance(node, ast.Name):
        known = _FUNCTIONS | _POWERS | _NAMES
        return node.id in known or _SYMBOL.fullmatch(node.id) is not None
    return isinstance(node, _OPERATORS)


def _is_known_call(call: ast.Call) -> bool:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name in _POWERS:
        exponent = call.args[1] if len(call.args) == 2 else None
        return not call.keywords and _is_exponent(exponent)
    return name in _FUNCTIONS and (not call.keywords or _is_fact(call))


def _is_exponent(node: ast.AST | None) -> bool:
    if isinstance(node, ast.Call) and len(node.args) == 1:
        node = node.args[0]
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, int) and 0 <= value <= _MAX_EXPONENT


def _is_power(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _POWERS
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)


def _powers(node: ast.AST) -> int:
    """Return how many powers are within each other, at most."""
    within = max((_powers(each) for each in ast.iter_child_nodes(node)), default=0)
    return within + _is_power(node)


def _refusal(expression: str) -> str:
    return (
        f"The program has a size '{shown(expression, 60)}' that is not plain arithmetic, and "
        "PyTorch would run it as code. Export the model again with torch.export.save."
    )
