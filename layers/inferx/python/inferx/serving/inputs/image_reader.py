"""Images in base64 as tensors: decoded, turned upright, resized, scaled.

Pillow is imported with the first image, because most models never get one. Of its decoders only
those of PNG and JPEG may run, and only after the header has shown a size within the bounds.
"""

import binascii
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from inferx.errors import BadInput, InferXError, TooLarge
from inferx.image_inputs import ImageInput
from inferx.serving.inputs.input_errors import in_row
from inferx.serving.inputs.reader import Array
from inferx.serving.limits import Limits

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 13_000_000
"""Pixels of one image: a photo of 12 megapixels. Decoding one takes up to 93 MB, with opacity."""

MOST_PIXELS_TOGETHER = 64_000_000
"""Pixels of all images of a request: a second or two of decoding."""

MOST_BYTES = 32 << 20
"""Bytes of the tensor of a request's images: with the above, what one request may take."""

_MODES = {1: "L", 3: "RGB", 4: "RGBA"}
_DATA_URL = re.compile(r"data:image/(?:png|jpe?g);base64,", re.IGNORECASE)
_SPACES = str.maketrans("", "", " \t\r\n")


class ImageReader:
    """Reads the images of one input.

    Args:
        image: what the graph takes.
        dtype: the numpy type of its numbers.
    """

    def __init__(self, image: ImageInput, dtype: np.dtype[Any]) -> None:
        self._image = image
        self._dtype = dtype
        self._values = _values(image, dtype)

    def read(self, given: Any, limits: Limits) -> Array | None:
        """Return the tensor of one image, or of a list of them.

        Args:
            given: what the request has for the input.
            limits: how many images it may hold.

        Returns:
            An array of rank 3 for one image and of rank 4 for a list; ``None`` where no image was
            given, but numbers.

        Raises:
            BadInput: one is no PNG or JPEG, or they differ in size; the sentence names the row.
            TooLarge: they are too many, or too large.
        """
        if type(given) is str:
            (image,) = self._read([given], single=True)
            return np.asarray(image)
        if type(given) is not list or str not in set(map(type, given)):
            return None
        limits.check_rows(len(given))
        return self._read(given, single=False)

    def _read(self, texts: list[Any], *, single: bool) -> Array:
        tensor: Array | None = None
        pixels = 0
        for row, text in enumerate(texts):
            where = in_row(None if single else row) + f"Input {self._image.input:.60}"
            found = self._decoded(text, where, MOST_PIXELS_TOGETHER - pixels)
            pixels += found[1]
            numbers = self._numbers(found[0])
            if tensor is None:
                self._check_bytes(len(texts), numbers.shape)
                tensor = np.empty((len(texts), *numbers.shape), self._dtype)
            elif numbers.shape != tensor.shape[1:]:
                raise BadInput(
                    f"{where}: the image has another size than the first one, and the model takes "
                    "images as they are; send images of one size, or each in a request of its own."
                )
            tensor[row] = numbers
        assert tensor is not None
        return tensor

    def _decoded(self, text: Any, where: str, most_pixels: int) -> tuple[Array, int]:
        """Return an image as the graph wants it, shape [height, width] or with channels."""
        content = _bytes_of(text, where)
        try:
            picture = _opened(content, where)
            width, height = picture.size
            _check_pixels(width * height, most_pixels, where)
            return np.asarray(self._prepared(picture)), width * height
        except (InferXError, MemoryError):
            raise
        except Exception as error:
            # Pillow's decoders raise anything for a file that ends early or is damaged.
            raise BadInput(
                f"{where}: the image is damaged or ends early; send the whole file."
            ) from error

    def _prepared(self, picture: "Image") -> "Image":
        from PIL import Image, ImageOps  # noqa: PLC0415  # only a request with images needs it

        ImageOps.exif_transpose(picture, in_place=True)
        if picture.mode.startswith("I"):
            # 16 bits of grey, of which the upper eight are kept: a conversion would clip them.
            picture = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
        if picture.mode == "P":
            # A palette's transparency has a place in RGBA only; it is dropped after that.
            picture = picture.convert("RGBA")
        mode = _MODES[self._image.channels]
        if picture.mode != mode:
            picture = picture.convert(mode)
        size = (self._image.width or picture.width, self._image.height or picture.height)
        if picture.size == size:
            return picture
        return picture.resize(size, Image.Resampling.BILINEAR)

    def _numbers(self, pixels: Array) -> Array:
        """Return the numbers of an image in the layout of the graph."""
        if pixels.ndim == 2:
            pixels = pixels[:, :, np.newaxis]
        if len(self._values) == 1:
            numbers = self._values[0][pixels]
        else:
            each = [values[pixels[:, :, place]] for place, values in enumerate(self._values)]
            numbers = np.stack(each, axis=-1)
        return numbers.transpose(2, 0, 1) if self._image.layout == "channels_first" else numbers

    def _check_bytes(self, rows: int, shape: tuple[int, ...]) -> None:
        size = rows * int(np.prod(shape)) * self._dtype.itemsize
        if size > MOST_BYTES:
            raise TooLarge(
                f"The images make a tensor of {size:,} bytes, and a request takes at most "
                f"{MOST_BYTES:,}: send fewer, or smaller ones."
            )


def _values(image: ImageInput, dtype: np.dtype[Any]) -> list[Array]:
    """Return what each of the values from 0 to 255 becomes, for all channels or for each."""
    given = np.arange(256, dtype=np.float64) * image.scale
    channels = max(len(image.mean), len(image.std))
    means, deviations = (
        each * (channels if len(each) == 1 else 1) for each in (image.mean, image.std)
    )
    with np.errstate(over="ignore"):
        return [
            ((given - mean) / deviation).astype(dtype)
            for mean, deviation in zip(means, deviations, strict=True)
        ]


def _bytes_of(text: Any, where: str) -> bytes:
    if type(text) is not str:
        raise BadInput(
            f"{where} must hold images in base64 only, or numbers only; this row is neither."
        )
    found = _DATA_URL.match(text)
    encoded = text[found.end() if found else 0 :].translate(_SPACES)
    try:
        return binascii.a2b_base64(encoded, strict_mode=True)
    except ValueError:
        raise BadInput(
            f"{where} takes a PNG or JPEG image as text in base64, and this is no base64: encode "
            "the file's bytes, with the padding."
        ) from None


def _opened(content: bytes, where: str) -> "Image":
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  # as above

    # Pillow's own bound only warns; the size is checked before anything is decoded.
    Image.MAX_IMAGE_PIXELS = None
    try:
        return Image.open(BytesIO(content), formats=("PNG", "JPEG"))
    except UnidentifiedImageError:
        raise BadInput(
            f"{where}: the image is neither PNG nor JPEG; send it in one of these formats."
        ) from None


def _check_pixels(pixels: int, left: int, where: str) -> None:
    if pixels > MOST_PIXELS:
        raise TooLarge(
            f"{where}: the image has {pixels:,} pixels, and may have at most {MOST_PIXELS:,}; send "
            "a smaller one."
        )
    if pixels > left:
        raise TooLarge(
            f"{where}: the images of a request may have at most {MOST_PIXELS_TOGETHER:,} pixels "
            "together; send fewer, or smaller ones."
        )
