"""Whether what an upload says of its inputs fits together: shapes, types, images."""

from collections.abc import Sequence

from inferx.errors import Invalid
from inferx.image_inputs import DTYPES as IMAGE_DTYPES
from inferx.image_inputs import LAYOUTS
from inferx.input_hints import ImageHint, InputHints
from input_fields import ImageKind, Shape


def hints_of(
    shapes: Sequence[Shape] | None, dtypes: Sequence[str] | None, kind: ImageKind | None
) -> InputHints | None:
    """Return what an upload declares of its inputs; ``None`` where it declares nothing.

    Args:
        shapes: of one row of each input.
        dtypes: of each input, or one for all of them.
        kind: what an input takes in place of numbers.

    Raises:
        Invalid: two of them contradict each other.
    """
    if shapes is None and dtypes is None and kind is None:
        return None
    shapes, dtypes = tuple(shapes or ()), tuple(dtypes or ())
    if len(shapes) > 1 and len(dtypes) == 1:
        dtypes *= len(shapes)
    if shapes and dtypes and len(shapes) != len(dtypes):
        raise Invalid.field(
            "input_dtype",
            f"Lists {len(dtypes)} types, and input_shape {len(shapes)} shapes; give one type, or "
            "one for each input",
        )
    image = None if kind is None else kind.hint()
    if image is not None:
        _check_channels(image)
        _check_types(image, dtypes)
        _check_shapes(image, shapes)
    return InputHints(shapes, dtypes, image)


def _check_channels(image: ImageHint) -> None:
    for name in ("mean", "std"):
        numbers = getattr(image, name) or (0.0,)
        channels = (image.channels,) if image.channels else (3, 4)
        if len(numbers) not in (1, *channels):
            raise _wrong(
                f"Has {len(numbers)} numbers as {name}; give one number, or one for each channel"
            )


def _check_types(image: ImageHint, dtypes: tuple[str, ...]) -> None:
    possible = [each for each in dtypes if each in IMAGE_DTYPES]
    if dtypes and not possible:
        raise _wrong(
            f"An image needs an input of {', '.join(IMAGE_DTYPES)}, and input_dtype is "
            f"{', '.join(dtypes[:5])}; correct one of them"
        )
    if set(possible) == {"uint8"} and (image.scale not in (None, 1) or image.mean or image.std):
        raise _wrong(
            "An input of uint8 takes whole numbers from 0 to 255 as they are; leave out scale, "
            "mean and std"
        )


def _check_shapes(image: ImageHint, shapes: tuple[Shape, ...]) -> None:
    layouts = LAYOUTS if image.layout is None else (image.layout,)
    if shapes and not any(_fits(image, shape, layout) for shape in shapes for layout in layouts):
        raise _wrong(
            "Does not fit input_shape: an image is [height, width, channels] with layout "
            "channels_last and [channels, height, width] with channels_first, of 1, 3 or 4 "
            "channels; correct one of them"
        )


def _fits(image: ImageHint, shape: Shape, layout: str) -> bool:
    if len(shape) != 3:
        return False
    last = layout == "channels_last"
    height, width, channels = shape if last else (shape[1], shape[2], shape[0])
    size = image.size or (None, None)
    pairs = ((height, size[0]), (width, size[1]), (channels, image.channels))
    known = channels in (None, 1, 3, 4)
    return known and all(None in pair or pair[0] == pair[1] for pair in pairs)


def _wrong(sentence: str) -> Invalid:
    return Invalid.field("input_kind", sentence)
