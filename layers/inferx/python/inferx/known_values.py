"""The categories of columns in which a model refuses every other value.

An encoder with ``handle_unknown='error'`` raises for a category that it was not fitted with. Its
ONNX form cannot: it would predict something.
"""

from dataclasses import dataclass
from typing import Any

from inferx.untrusted import MAX_NAME, fields_of, integer, items, text, wrong

_MAX_VALUES = 250_000
_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class KnownValues:
    """What one column may hold, apart from missing values.

    Attributes:
        input: the signature's input that the column is in.
        column: in which column of it.
        values: strings, or numbers.
    """

    input: str
    column: int
    values: tuple[str | float, ...]

    @classmethod
    def from_dict(cls, data: object) -> "KnownValues":
        """Check a description of unknown origin.

        Raises:
            Malformed: for anything a conversion does not write.
        """
        fields = fields_of(data, cls)
        return cls(
            input=text(fields["input"], "input", MAX_NAME),
            column=integer(fields["column"], "column", _MAX_VALUES),
            values=items(fields["values"], _value, "values", _MAX_VALUES),
        )


def _value(value: Any) -> str | float:
    if isinstance(value, str):
        return text(value, "values", _LONGEST)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong("values")
    if not abs(value) < float("inf"):  # NaN, too
        raise wrong("values")
    return float(value)
