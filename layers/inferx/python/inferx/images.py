"""From what an owner declares of images to the input of the graph that takes them.

Standard library only: converters use it, and none of them needs an imaging library for it.
"""

import base64
import struct
import zlib
from dataclasses import replace
from typing import Any

from inferx.errors import Refused
from inferx.image_inputs import CHANNELS, DTYPES, LAYOUTS, MAX_SIDE, ImageInput
from inferx.input_hints import ImageHint
from inferx.signature import Signature, TensorSpec

__all__ = ["ImageInput", "declared", "example_image", "with_example_images"]

_EXAMPLE_SIDE = 8
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR_TYPES = {1: 0, 3: 2, 4: 6}  # PNG (third edition), table 8


def declared(signature: Signature, hint: ImageHint) -> Signature:
    """Return the signature with the input that the hint means declared as one of images.

    Args:
        signature: of the graph.
        hint: what the model's owner says.

    Raises:
        Refused: no input of the graph fits the hint, or several do.
    """
    spec = _input(signature, hint)
    layout = _layout(spec, hint)
    height, width, channels = _axes(spec, layout)
    channels = _same(spec, "channels", channels, hint.channels)
    sides = hint.size or (None, None)
    for value in (hint.mean, hint.std):
        if value is not None and len(value) not in (1, channels):
            raise _wrong(
                f"lists {len(value)} numbers for mean or std, and input {_shown(spec)} has "
                f"{channels} channels; give one number, or one for each channel"
            )
    image = ImageInput(
        input=spec.name,
        height=_same(spec, "height", height, sides[0]),
        width=_same(spec, "width", width, sides[1]),
        channels=channels or 3,
        layout=layout,
        scale=_scale(spec, hint),
        mean=hint.mean or (0.0,),
        std=hint.std or (1.0,),
    )
    others = tuple(each for each in signature.images if each.input != spec.name)
    return replace(signature, images=(*others, image))


def example_image(image: ImageInput) -> str:
    """Return a small PNG in base64, to show how the input is called.

    Args:
        image: the input; its own size is taken where it has one of at most 8 by 8 pixels, and a
            larger one is left to the resizing.
    """
    height = min(image.height or _EXAMPLE_SIDE, _EXAMPLE_SIDE)
    width = min(image.width or _EXAMPLE_SIDE, _EXAMPLE_SIDE)
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOUR_TYPES[image.channels], 0, 0, 0)
    # Each line of pixels begins with the number of its filter: none.
    lines = (
        bytes([0, *(_shade(row, column, each) for column in range(width) for each in _each(image))])
        for row in range(height)
    )
    chunks = (
        (b"IHDR", header),
        (b"IDAT", zlib.compress(b"".join(lines), 9)),
        (b"IEND", b""),
    )
    written = _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks)
    return base64.b64encode(written).decode()


def with_example_images(signature: Signature, given: Any) -> Any:
    """Return a request's input with small images in the place of the numbers of images.

    Images of any size keep their numbers: not every size may do.

    Args:
        signature: of the model.
        given: an input of one row that the model takes: the row of its only input, or an object
            of one for each input.
    """
    examples = {
        each.input: example_image(each)
        for each in signature.images
        if None not in (each.height, each.width)
    }
    if len(signature.inputs) == 1:
        return next(iter(examples.values()), given)
    return {name: examples.get(name, value) for name, value in given.items()}


def _input(signature: Signature, hint: ImageHint) -> TensorSpec:
    fitting = [each for each in signature.inputs if len(each.shape) == 4 and each.dtype in DTYPES]
    if hint.input is not None:
        named = [each for each in signature.inputs if each.name == hint.input]
        if not named:
            names = ", ".join(_shown(each) for each in signature.inputs[:5])
            raise _wrong(f"names an input that the model does not have; its inputs are {names}")
        if named[0] not in fitting:
            raise _wrong(
                f"names input {_shown(named[0])}, which takes {_taken(named[0])}; an image needs "
                "four axes (rows, height, width, channels) of float32, float64, float16 or uint8"
            )
        return named[0]
    if len(fitting) > 1:
        names = ", ".join(_shown(each) for each in fitting[:5])
        raise _wrong(f"may mean any of the inputs {names}; name one in its field input")
    if not fitting:
        taken = "; ".join(f"{_shown(each)} takes {_taken(each)}" for each in signature.inputs[:2])
        raise _wrong(
            f"needs an input of four axes (rows, height, width, channels), and {taken:.150}; "
            "leave it out, or export the model with such an input"
        )
    return fitting[0]


def _layout(spec: TensorSpec, hint: ImageHint) -> str:
    if hint.layout is not None:
        return hint.layout
    # Four channels are rare, and 4 may as well be a small height: they are taken when declared.
    known = (1, 3) if hint.channels is None else (hint.channels,)
    possible = [each for each in LAYOUTS if _axes(spec, each)[2] in known]
    if not possible and hint.channels is not None:
        possible = [each for each in LAYOUTS if _axes(spec, each)[2] is None]
    if len(possible) != 1:
        raise _wrong(
            f"does not say where input {_shown(spec)}, which takes {_taken(spec)}, has its "
            "channels; add layout, channels_last or channels_first"
        )
    return possible[0]


def _axes(spec: TensorSpec, layout: str) -> tuple[int | None, int | None, int | None]:
    """Return the height, the width and the channels that the graph has."""
    _, first, second, third = spec.shape
    return (first, second, third) if layout == "channels_last" else (second, third, first)


def _same(spec: TensorSpec, what: str, has: int | None, wanted: int | None) -> int | None:
    if None not in (has, wanted) and has != wanted:
        raise _wrong(
            f"declares {what} {wanted}, and input {_shown(spec)} takes {_taken(spec)}: {what} "
            f"{has}; correct it or leave it out"
        )
    found = wanted if has is None else has
    if what == "channels" and found not in CHANNELS:
        raise _wrong(
            f"needs 1, 3 or 4 channels, and input {_shown(spec)}, which takes {_taken(spec)}, has "
            f"{'any number' if found is None else found}; add channels or correct layout"
        )
    if found is not None and found > MAX_SIDE:
        raise _wrong(f"may have sides of at most {MAX_SIDE:,} pixels, and {what} is {found:,}")
    return found


def _scale(spec: TensorSpec, hint: ImageHint) -> float:
    if spec.dtype != "uint8":
        return 1 / 255 if hint.scale is None else hint.scale
    if hint.scale not in (None, 1) or hint.mean is not None or hint.std is not None:
        raise _wrong(
            f"has scale, mean or std, and input {_shown(spec)} takes whole numbers from 0 to 255 "
            "as they are; leave them out"
        )
    return 1.0


def _taken(spec: TensorSpec) -> str:
    shape = ", ".join("any" if each is None else str(each) for each in spec.shape[:6])
    return f"{spec.dtype} [{shape}]"


def _shown(spec: TensorSpec) -> str:
    return f"'{spec.name[:40]}'"


def _wrong(sentence: str) -> Refused:
    return Refused(f"input_kind {sentence}.")


def _each(image: ImageInput) -> range:
    return range(image.channels)


def _shade(row: int, column: int, channel: int) -> int:
    return 255 if channel == 3 else (32 * row + 16 * column + 64 * channel) % 256


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
