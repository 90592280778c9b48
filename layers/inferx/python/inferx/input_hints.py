"""What an owner says about the inputs of a model whose file does not: shapes and types."""

from dataclasses import asdict, dataclass
from typing import Any

from inferx.signature import DTYPES
from inferx.untrusted import fields_of, integer, items, one_of, plain

MAX_INPUTS = 100
MAX_AXES = 8
MAX_LENGTH = 1_000_000
_OPTIONAL: dict[str, Any] = {"shapes": [], "dtypes": []}


@dataclass(frozen=True, slots=True)
class InputHints:
    """What an upload declares of a model's inputs, in the model's own order.

    Attributes:
        shapes: the shape of one row of each input, without the axis of the rows; ``None`` is a
            length that may vary. Empty when nothing is declared.
        dtypes: the element type of each input, one of the signature's. Empty when nothing is
            declared.
    """

    shapes: tuple[tuple[int | None, ...], ...] = ()
    dtypes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the hints as JSON has them; only what is declared."""
        fields = asdict(self, dict_factory=plain)
        return {name: value for name, value in fields.items() if value not in ([], None)}

    @classmethod
    def from_dict(cls, data: object) -> "InputHints":
        """Check hints of unknown origin.

        Raises:
            Malformed: naming the field.
        """
        fields = fields_of(_OPTIONAL | data if isinstance(data, dict) else data, cls)
        return cls(
            shapes=items(fields["shapes"], _shape, "shapes", MAX_INPUTS),
            dtypes=items(fields["dtypes"], _dtype, "dtypes", MAX_INPUTS),
        )


def _shape(value: object) -> tuple[int | None, ...]:
    return items(value, _length, "shapes", MAX_AXES)


def _length(value: object) -> int | None:
    return None if value is None else integer(value, "shapes", MAX_LENGTH)


def _dtype(value: object) -> str:
    return one_of(value, DTYPES, "dtypes")
