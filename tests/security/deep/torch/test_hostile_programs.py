"""No part of a .pt2 is evaluated, imported, unpickled or turned into source code.

``torch.export.load`` of PyTorch 2.13 runs each of these (the first test shows it for one).
"""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.security.deep.torch.forging import (
    CODE,
    MARKER,
    program,
    with_member,
    with_program,
    written,
)

Refusal = Callable[[bytes], str]
Change = Callable[[dict[str, Any]], None]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


def _batch(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the symbolic number of rows of the input."""
    expression: dict[str, Any] = fields["graph_module"]["graph"]["tensor_values"]["input"]["sizes"][
        0
    ]["as_expr"]
    return expression


def _with_size(expression: str) -> bytes:
    def change(fields: dict[str, Any]) -> None:
        _batch(fields)["expr_str"] = expression

    return with_program(program(), change)


def test_loading_such_a_file_with_torch_alone_runs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = written(_with_size(f"{CODE} or Symbol('s31', positive=True, integer=True)"), tmp_path)

    with path.open("rb") as file, contextlib.suppress(Exception):
        torch.export.load(file)

    assert (tmp_path / MARKER).exists()


@pytest.mark.parametrize(
    "expression",
    [
        CODE,
        "().__class__",
        "Symbol('s0', positive=True).__class__",
        "Symbol(__import__('os'))",
        "Symbol('s0', positive=print(1))",
        "Symbol('s0', cls=Symbol)",
        "[s0 for s0 in (1,)]",
        "lambda: 0",
        "'s0'",
        "Function('f')(s0)",
        "sympify('1')",
        "S('1')",
        "Pow(Integer(9), Integer(999999999))",
        "9**9**9",
        "((9**8)**8)**8",
        "Pow(Pow(Pow(Integer(9), Integer(8)), Integer(8)), Integer(8))",
        "Pow(s0, s1)",
        "Integer(99999999999999999999)",
        "Float(s0, '9')",
        "Mul(*s0)",
        "s0 if s0 else s0",
        "(s0 := 1)",
        "f'{s0}'",
        "((((",
        "",
    ],
)
def test_size_that_is_no_arithmetic_is_refused(expression: str, refusal: Refusal) -> None:
    assert "not plain arithmetic" in refusal(_with_size(expression))


@pytest.mark.parametrize("expression", ["-" * 5_000 + "1", "-" * 3_990 + "1", "(" * 1_900 + "1"])
def test_very_long_or_deep_size_is_refused(expression: str, refusal: Refusal) -> None:
    assert "not plain arithmetic" in refusal(_with_size(expression))


def _node(fields: dict[str, Any]) -> dict[str, Any]:
    node: dict[str, Any] = fields["graph_module"]["graph"]["nodes"][0]
    return node


def _target(name: str) -> Change:
    return lambda fields: _node(fields).update(target=name)


@pytest.mark.parametrize(
    "target",
    [
        "torch.hub.load",
        "torch.load",
        "torch.save",
        "torch.ops.aten.from_file.default",
        "torch.ops.load_library",
        "torch.ops.image.read_file.default",
        "torch.ops.higher_order.call_torchbind",
        "torch._C._debug_only",
        "torch.os.system",
        "math.__loader__",
        "_operator.methodcaller",
        "_operator.attrgetter",
        "#extension:op",
        "builtins.eval",
        "",
    ],
)
def test_operator_that_is_not_torchs_own_is_refused(target: str, refusal: Refusal) -> None:
    sentence = refusal(with_program(program(), _target(target)))

    assert "no operator of PyTorch's own" in sentence


def test_operator_as_an_argument_is_refused(refusal: Refusal) -> None:
    def change(fields: dict[str, Any]) -> None:
        _node(fields)["inputs"][0]["arg"] = {"as_operator": "torch.hub.load"}

    assert "no operator of PyTorch's own" in refusal(with_program(program(), change))


def _everywhere(old: str, new: str) -> bytes:
    """Return a program with a name replaced wherever it stands."""
    return with_member(
        program(),
        "models/model.json",
        lambda body: body.replace(json.dumps(old).encode(), json.dumps(new).encode()),
    )


def test_name_that_would_become_source_code_is_refused(refusal: Refusal) -> None:
    sentence = refusal(_everywhere("relu", f"relu = {CODE}"))

    assert "the name 'relu = " in sentence


def test_name_of_an_argument_that_would_become_source_code_is_refused(refusal: Refusal) -> None:
    def change(fields: dict[str, Any]) -> None:
        signature = fields["graph_module"]["module_call_graph"][0]["signature"]
        signature["forward_arg_names"] = [f"input={CODE}"]

    assert "the name 'input=" in refusal(with_program(program(), change))


def test_name_of_a_weight_that_would_become_source_code_is_refused(refusal: Refusal) -> None:
    def change(fields: dict[str, Any]) -> None:
        spec = fields["graph_module"]["signature"]["input_specs"][0]["parameter"]
        spec["parameter_name"] = f'0", {CODE}, "'

    assert "the name '0\", " in refusal(with_program(program(), change))


def test_range_of_what_is_no_symbol_is_refused(refusal: Refusal) -> None:
    def change(fields: dict[str, Any]) -> None:
        fields["range_constraints"] = {CODE: {"min_val": 0, "max_val": 9}}

    assert "the name '__import__" in refusal(with_program(program(), change))


@pytest.mark.parametrize(
    ("kind", "context"),
    [
        ("builtins.dict", '{"__enum__": true, "fqn": "antigravity:x", "name": "X"}'),
        ("builtins.dict", '[{"__enum__": true, "fqn": "antigravity:x", "name": "X"}]'),
        ("builtins.dict", f'["a={CODE}"]'),
        ("collections.namedtuple", '"x"'),
        ("builtins.tuple", "[1]"),
        ("torch.Size", "null"),
        (3, "null"),
    ],
)
def test_tree_of_inputs_that_is_no_tree_of_names_is_refused(
    kind: Any, context: str, refusal: Refusal
) -> None:
    def change(fields: dict[str, Any]) -> None:
        leaf: dict[str, Any] = {"type": None, "context": None, "children_spec": []}
        tree = [1, {"type": kind, "context": context, "children_spec": [leaf]}]
        signature = fields["graph_module"]["module_call_graph"][0]["signature"]
        signature["out_spec"] = json.dumps(tree)

    assert "What the program takes or returns" in refusal(with_program(program(), change))


def test_object_of_a_class_is_refused(refusal: Refusal) -> None:
    def change(fields: dict[str, Any]) -> None:
        _node(fields)["inputs"][0]["arg"] = {"as_custom_obj": {"name": "x", "class_fqn": "a.B"}}

    assert "an object of a class of its own" in refusal(with_program(program(), change))


@pytest.mark.parametrize(
    "change",
    [
        lambda fields: fields.pop("graph_module"),
        lambda fields: fields.update(graph_module=[]),
        lambda fields: fields.update(verifiers=["os"]),
        lambda fields: fields.update(torch_version="2.13\n" * 100),
        lambda fields: _node(fields).update(target=["torch"]),
        lambda fields: _node(fields)["inputs"][0].update(arg={}),
        lambda fields: _node(fields)["inputs"][0].update(arg={"as_x": 1}),
        lambda fields: _node(fields)["inputs"][0].update(arg={"as_int": 1 << 70}),
        lambda fields: _node(fields)["inputs"][0].update(arg={"as_int": True}),
        lambda fields: _node(fields)["inputs"][0].update(arg={"as_string": "x" * 2_000}),
        lambda fields: _node(fields)["inputs"][0].update(kind=9),
        lambda fields: _node(fields)["inputs"].clear(),
        lambda fields: fields["schema_version"].update(major=99),
    ],
)
def test_program_of_another_form_is_refused(change: Change, refusal: Refusal) -> None:
    assert "again" in refusal(with_program(program(), change))


def test_very_deep_program_is_refused(refusal: Refusal) -> None:
    deep = b"[" * 100_000

    assert "no JSON" in refusal(with_member(program(), "models/model.json", lambda _: deep))
