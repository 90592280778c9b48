"""What an owner says about the inputs of a model whose file does not: shapes, types, images."""

from dataclasses import asdict, dataclass
from typing import Any

from inferx.image_inputs import CHANNELS, LAYOUTS, MAX_SIDE, deviations, factor, numbers_of
from inferx.signature import DTYPES
from inferx.untrusted import (
    MAX_NAME,
    fields_of,
    integer,
    items,
    one_of,
    optional,
    plain,
    text,
    wrong,
)

MAX_INPUTS = 100
MAX_AXES = 8
MAX_LENGTH = 1_000_000
_OPTIONAL: dict[str, Any] = {"shapes": [], "dtypes": [], "image": None}
_IMAGE: dict[str, Any] = dict.fromkeys(
    ("input", "size", "channels", "layout", "scale", "mean", "std")
)


@dataclass(frozen=True, slots=True)
class ImageHint:
    """What an upload declares of an input that takes images; ``None`` is for what it leaves open.

    Attributes:
        input: the input's name; the only one that may take images where there is none.
        size: height and width, in pixels, to which images are resized.
        channels: 1 for grey, 3 for red, green and blue.
        layout: where the axis of the channels is.
        scale: what the values from 0 to 255 are multiplied by.
        mean: what is then subtracted, once or for each channel.
        std: what the difference is then divided by, once or for each channel.
    """

    input: str | None = None
    size: tuple[int, int] | None = None
    channels: int | None = None
    layout: str | None = None
    scale: float | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the hint as JSON has it; only what is declared."""
        fields = asdict(self, dict_factory=plain)
        return {name: value for name, value in fields.items() if value is not None}

    @classmethod
    def from_dict(cls, data: object) -> "ImageHint":
        """Check a hint of unknown origin.

        Raises:
            Malformed: naming the field.
        """
        fields = fields_of(_IMAGE | data if isinstance(data, dict) else data, cls)
        size, channels, layout = fields["size"], fields["channels"], fields["layout"]
        mean, std = fields["mean"], fields["std"]
        if channels not in (None, *CHANNELS):
            raise wrong("channels")
        return cls(
            input=optional(text, fields["input"], "input", MAX_NAME),
            size=None if size is None else _size(size),
            channels=None if channels is None else integer(channels, "channels", max(CHANNELS)),
            layout=None if layout is None else one_of(layout, LAYOUTS, "layout"),
            scale=None if fields["scale"] is None else factor(fields["scale"], "scale"),
            mean=None if mean is None else numbers_of(mean, "mean"),
            std=None if std is None else deviations(std, "std"),
        )


@dataclass(frozen=True, slots=True)
class InputHints:
    """What an upload declares of a model's inputs, in the model's own order.

    Attributes:
        shapes: the shape of one row of each input, without the axis of the rows; ``None`` is a
            length that may vary. Empty when nothing is declared.
        dtypes: the element type of each input, one of the signature's. Empty when nothing is
            declared.
        image: which input takes images, and what is made of them; ``None`` when nothing is
            declared.
    """

    shapes: tuple[tuple[int | None, ...], ...] = ()
    dtypes: tuple[str, ...] = ()
    image: ImageHint | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the hints as JSON has them; only what is declared."""
        declared: dict[str, Any] = {}
        if self.shapes:
            declared["shapes"] = [list(shape) for shape in self.shapes]
        if self.dtypes:
            declared["dtypes"] = list(self.dtypes)
        if self.image is not None:
            declared["image"] = self.image.to_dict()
        return declared

    @classmethod
    def from_dict(cls, data: object) -> "InputHints":
        """Check hints of unknown origin.

        Raises:
            Malformed: naming the field.
        """
        fields = fields_of(_OPTIONAL | data if isinstance(data, dict) else data, cls)
        image = fields["image"]
        return cls(
            shapes=items(fields["shapes"], _shape, "shapes", MAX_INPUTS),
            dtypes=items(fields["dtypes"], _dtype, "dtypes", MAX_INPUTS),
            image=None if image is None else ImageHint.from_dict(image),
        )


def _size(value: object) -> tuple[int, int]:
    sides = items(value, _side, "size", 2)
    if len(sides) != 2:
        raise wrong("size")
    return sides[0], sides[1]


def _side(value: object) -> int:
    return _positive(value, "size", MAX_SIDE)


def _shape(value: object) -> tuple[int | None, ...]:
    return items(value, _length, "shapes", MAX_AXES)


def _length(value: object) -> int | None:
    return None if value is None else _positive(value, "shapes", MAX_LENGTH)


def _positive(value: object, field: str, limit: int) -> int:
    found = integer(value, field, limit)
    if not found:
        raise wrong(field)
    return found


def _dtype(value: object) -> str:
    return one_of(value, DTYPES, "dtypes")
