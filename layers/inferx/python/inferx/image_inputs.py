"""Inputs of a graph that take images: what a request's picture becomes. Standard library only."""

import math
from dataclasses import dataclass
from typing import Any

from inferx.untrusted import MAX_NAME, fields_of, integer, items, one_of, text, wrong

CHANNELS = (1, 3, 4)
"""Grey; red, green and blue; the same with opacity."""

LAYOUTS = ("channels_last", "channels_first")
"""[rows, height, width, channels] as Keras has it, or [rows, channels, height, width]."""

DTYPES = ("float32", "float64", "float16", "uint8")
"""Of inputs that may take images."""

MAX_SIDE = 4_096
"""Pixels of a side to which images are resized."""

_LARGEST, _SMALLEST = 1e6, 1e-6


@dataclass(frozen=True, slots=True)
class ImageInput:
    """One input of rank 4, and what is made of an image for it: ``(x * scale - mean) / std``.

    Attributes:
        input: the graph's name for it.
        height: to which images are resized; ``None`` where they keep theirs.
        width: as ``height``.
        channels: one of :data:`CHANNELS`.
        layout: one of :data:`LAYOUTS`.
        scale: what the values from 0 to 255 are multiplied by.
        mean: one for all channels, or one for each.
        std: as ``mean``.
    """

    input: str
    height: int | None
    width: int | None
    channels: int
    layout: str
    scale: float
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)

    @property
    def row_shape(self) -> tuple[int | None, int | None, int | None]:
        """The shape of one image as the graph takes it."""
        if self.layout == "channels_first":
            return self.channels, self.height, self.width
        return self.height, self.width, self.channels

    @classmethod
    def from_dict(cls, data: object) -> "ImageInput":
        """Check a description of unknown origin.

        Raises:
            Malformed: for anything a conversion does not write.
        """
        fields = fields_of(data, cls)
        channels = integer(fields["channels"], "channels", max(CHANNELS))
        mean, std = numbers_of(fields["mean"], "mean"), deviations(fields["std"], "std")
        if channels not in CHANNELS or {len(mean), len(std)} - {1, channels}:
            raise wrong("channels")
        return cls(
            input=text(fields["input"], "input", MAX_NAME),
            height=_side(fields["height"], "height"),
            width=_side(fields["width"], "width"),
            channels=channels,
            layout=one_of(fields["layout"], LAYOUTS, "layout"),
            scale=factor(fields["scale"], "scale"),
            mean=mean,
            std=std,
        )


def numbers_of(value: object, field: str) -> tuple[float, ...]:
    """Take a list of 1 to 4 numbers, none of them very large.

    Raises:
        Malformed: naming the field.
    """
    found = items(value, lambda each: _number(each, field), field, max(CHANNELS))
    if not found:
        raise wrong(field)
    return found


def deviations(value: object, field: str) -> tuple[float, ...]:
    """Take a list of 1 to 4 numbers to divide by, above zero.

    Raises:
        Malformed: naming the field.
    """
    found = numbers_of(value, field)
    if min(found) < _SMALLEST:
        raise wrong(field)
    return found


def factor(value: object, field: str) -> float:
    """Take a number to multiply by, not zero.

    Raises:
        Malformed: naming the field.
    """
    found = _number(value, field)
    if abs(found) < _SMALLEST:
        raise wrong(field)
    return found


def _number(value: Any, field: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(field)
    if not math.isfinite(value) or abs(value) > _LARGEST:
        raise wrong(field)
    return float(value)


def _side(value: object, field: str) -> int | None:
    if value is None:
        return None
    side = integer(value, field, MAX_SIDE)
    if not side:
        raise wrong(field)
    return side
