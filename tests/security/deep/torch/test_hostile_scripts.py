"""TorchScript is loaded only if its code names no file and nothing of it runs on loading."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from tests.security.deep.torch.forging import (
    MARKER,
    archive,
    call,
    members,
    named,
    script,
    text,
    whole,
    with_member,
)

Refusal = Callable[[bytes], str]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


class _OnLoading(nn.Module):
    """Writes a file when it is loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(x)

    @torch.jit.export
    def __getstate__(self) -> tuple[torch.Tensor, bool]:
        return torch.zeros(2), self.training

    @torch.jit.export
    def __setstate__(self, state: tuple[torch.Tensor, bool]) -> None:
        torch.save(state[0], "marker")
        self.training = state[1]


class _Writing(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        torch.save(x, "marker")
        return x


class _Reading(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + torch.from_file("marker", size=1)


def _with_code(code: str) -> bytes:
    """Return a script whose first module has one more line in its ``forward``."""

    def changed(content: bytes) -> bytes:
        head, mark, rest = content.partition(b"-> Tensor:\n")
        assert mark
        return head + mark + f"    {code}\n".encode() + rest

    parts = members(script())
    name = next(name for name in parts if "modules/linear" in name and name.endswith(".py"))
    return with_member(script(), name, changed)


def test_code_that_runs_on_loading_is_refused(refusal: Refusal) -> None:
    assert "__setstate__" in refusal(script(_OnLoading()))


def test_code_that_writes_files_is_refused(refusal: Refusal) -> None:
    assert "uses 'save'" in refusal(script(_Writing()))


def test_code_that_reads_files_is_refused(refusal: Refusal) -> None:
    assert "uses 'from_file'" in refusal(script(_Reading()))


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        (f'torch . save (input, "{MARKER}")', "'save'"),
        (f'ops.aten.save(input, "{MARKER}")', "'save'"),
        (f'f = torch.save\n    f(input, "{MARKER}")', "'save'"),
        (f'getattr(torch, "save")(input, "{MARKER}")', "'save'"),
        ('ops.prim.rpc_sync("w", "f")', "'rpc_sync'"),
        ("ops.image.read_file(input)", "'image::read_file'"),
        ("ops . c10d . barrier(input)", "'c10d::barrier'"),
        ("x = __torch__.torch.classes.fb.Thing(1)", "'fb.Thing'"),
    ],
)
def test_code_that_reaches_out_is_refused(code: str, seen: str, refusal: Refusal) -> None:
    assert seen in refusal(_with_code(code))


def test_operator_under_a_hidden_name_is_refused(refusal: Refusal) -> None:
    hidden = f'getattr(torch, "sa\\166e")(input, "{MARKER}")'

    assert "runs 'aten::save'" in refusal(_with_code(hidden))


def test_code_traced_on_a_gpu_is_refused(refusal: Refusal) -> None:
    assert "traced on a GPU" in refusal(_with_code('d = torch.device("cuda:0")'))


@pytest.mark.parametrize("member", ["data.pkl", "constants.pkl"])
def test_foreign_name_in_a_pickle_is_refused(member: str, refusal: Refusal) -> None:
    hostile = whole(call(named("posix", "system"), text(f"touch {MARKER}")))

    assert "posix.system" in refusal(with_member(script(), f"/{member}", lambda _: hostile))


def test_storage_longer_than_its_member_is_refused(refusal: Refusal) -> None:
    parts = members(script())
    name = next(name for name in parts if name.endswith("/data/0"))

    assert "another length than its storage" in refusal(archive({**parts, name: b"1234"}))


def test_code_that_does_not_parse_is_refused(refusal: Refusal) -> None:
    assert "cannot load this TorchScript file" in refusal(_with_code("return ]"))


def test_module_without_forward_is_refused(refusal: Refusal) -> None:
    assert "no forward method" in refusal(script(nn.Module()))
