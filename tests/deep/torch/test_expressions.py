"""The symbolic sizes that torch.export writes are arithmetic, in its notation of any release."""

import pytest

from deep.torch_files.programs.expressions import check


@pytest.mark.parametrize(
    "expression",
    [
        "Symbol('s31', positive=True, integer=True)",
        "Mul(Integer(2), Symbol('s39', positive=True, integer=True))",
        "Max(Integer(1), TruncToInt(Mul(Float('1.5', precision=53), ToFloat(Symbol('s3')))))",
        "Add(FloorDiv(Add(Symbol('s0', positive=True), Integer(-1)), Integer(2)), Integer(1))",
        "Pow(Add(FloorDiv(Symbol('s0', integer=True), Integer(2)), Integer(1)), Integer(2))",
        "Eq(Mod(Symbol('s0'), Integer(2)), Integer(0))",
        "s0",
        "2*s0 + 1",
        "((s0 - 1)//2) + 1",
        "s0**2",
        "u0",
        "3",
        "1.5",
        "true",
        "s0 >= 2",
    ],
)
def test_size_as_torch_writes_it_is_accepted(expression: str) -> None:
    check(expression)
