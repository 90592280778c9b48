"""Images in base64 become the tensors that the graph takes, or a sentence about the row."""

import base64
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from inferx.errors import BadInput, TooLarge
from inferx.serving.inputs import image_reader, reader_for
from inferx.serving.limits import HTTP
from inferx.signature import Signature
from tests.support.pictures import coloured, encoded, grey, image_signature

pytestmark = pytest.mark.unit

FREE = {"height": None, "width": None}
RGB: dict[str, Any] = {"shape": (None, 2, 3, 3), "channels": 3}


def read(given: Any, **about: Any) -> NDArray[Any]:
    reader = reader_for(Signature.from_dict(image_signature(**about)))
    return reader.read(given, HTTP).tensors["image"]


def refusal(given: Any, **about: Any) -> str:
    with pytest.raises(BadInput) as caught:
        read(given, **about)
    return caught.value.detail


def bomb(width: int, height: int) -> str:
    """Return the beginning of a PNG of this size, in base64."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = b""
    for kind, content in ((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")):
        check = struct.pack(">I", zlib.crc32(kind + content))
        chunks += struct.pack(">I", len(content)) + kind + content + check
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + chunks).decode()


def test_one_image_is_one_row() -> None:
    reader = reader_for(Signature.from_dict(image_signature()))

    feed = reader.read(encoded(grey()), HTTP)

    assert feed.single
    assert feed.tensors["image"].dtype == np.float32
    assert feed.tensors["image"].tolist() == [[[[0], [1], [2]], [[3], [4], [5]]]]


def test_a_list_of_images_is_a_batch() -> None:
    found = read([encoded(grey()), encoded(grey(first=10))])

    assert found.shape == (2, 2, 3, 1)
    assert found[1].ravel().tolist() == [10, 11, 12, 13, 14, 15]


def test_nested_lists_are_taken_as_well() -> None:
    assert read([[[0.5], [1], [2]], [[3], [4], [5]]]).shape == (1, 2, 3, 1)


def test_the_input_may_be_named() -> None:
    assert read({"image": [encoded(grey())] * 2}).shape == (2, 2, 3, 1)


def test_a_data_url_and_lines_of_base64_are_taken() -> None:
    text = encoded(grey())
    lines = "\r\n".join(text[start : start + 76] for start in range(0, len(text), 76))

    assert read([f"data:image/png;base64,{text}", lines]).shape == (2, 2, 3, 1)


def test_the_values_are_scaled_as_the_owner_declared() -> None:
    found = read(
        encoded(coloured()), **RGB, scale=1 / 255, mean=[0.5, 0.25, 0.0], std=[0.5, 1.0, 2.0]
    )

    pixels = np.arange(18).reshape(2, 3, 3) / 255
    assert np.allclose(found[0], (pixels - [0.5, 0.25, 0]) / [0.5, 1, 2], atol=1e-7)


def test_one_mean_counts_for_each_channel() -> None:
    found = read(encoded(coloured()), **RGB, mean=[1.0], std=[2.0, 4.0, 8.0])

    assert found[0, 0, 0].tolist() == [-0.5, 0.0, 0.125]


def test_a_scale_of_1_255_gives_the_nearest_float32() -> None:
    found = read(encoded(grey(16, 16)), shape=(None, 16, 16, 1), height=16, width=16, scale=1 / 255)

    assert (found.ravel() == (np.arange(256) / 255).astype(np.float32)).all()


def test_channels_may_come_first() -> None:
    found = read(encoded(coloured()), shape=(None, 3, 2, 3), channels=3, layout="channels_first")

    assert found.shape == (1, 3, 2, 3)
    assert found[0, 0].tolist() == [[0, 3, 6], [9, 12, 15]]


def test_whole_numbers_stay_as_they_are() -> None:
    found = read(encoded(grey()), dtype="uint8")

    assert found.dtype == np.uint8
    assert found.ravel().tolist() == [0, 1, 2, 3, 4, 5]


def test_an_image_of_another_size_is_resized_as_pillow_resizes_it() -> None:
    picture = coloured(5, 4)

    found = read(encoded(picture), **RGB)

    expected = np.asarray(picture.resize((3, 2), Image.Resampling.BILINEAR))
    assert (found[0] == expected).all()


def test_an_image_keeps_its_size_where_the_model_takes_any() -> None:
    assert read(encoded(grey(5, 4)), shape=(None, None, None, 1), **FREE).shape == (1, 5, 4, 1)


def test_images_of_several_sizes_at_once_are_refused_there() -> None:
    about: dict[str, Any] = {"shape": (None, None, None, 1), **FREE}

    sentence = refusal([encoded(grey(5, 4)), encoded(grey(4, 5))], **about)

    assert sentence.startswith("Row 2 (input[1]): Input image: the image has another size")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_becomes_red_green_and_blue(mode: str) -> None:
    level = 255 if mode == "1" else 200

    found = read(encoded(_of_mode(mode, level)), **RGB)

    assert found.shape == (1, 2, 3, 3)
    assert np.abs(found - level).max() <= 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_becomes_grey(mode: str) -> None:
    level = 255 if mode == "1" else 200

    found = read(encoded(_of_mode(mode, level)))

    assert found.shape == (1, 2, 3, 1)
    assert np.abs(found - level).max() <= 1


def test_opacity_is_the_fourth_channel() -> None:
    picture = Image.new("RGBA", (3, 2), (10, 20, 30, 40))

    found = read(encoded(picture), shape=(None, 2, 3, 4), channels=4)

    assert found[0, 0, 0].tolist() == [10, 20, 30, 40]


def test_the_transparency_of_a_palette_is_dropped() -> None:
    picture = Image.new("RGB", (3, 2), (200, 100, 50)).quantize(4)

    found = read(encoded(picture, transparency=b"\x00\x80"), **RGB)

    assert found[0, 0, 0].tolist() == [200, 100, 50]


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_mode_of_jpeg_is_read(mode: str) -> None:
    picture = Image.new("RGB", (3, 2), (120, 120, 120)).convert(mode)

    found = read(encoded(picture, "JPEG", quality=95), **RGB)

    assert np.abs(found - 120).max() <= 2


def test_a_photo_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise by 90 degrees
    picture = Image.fromarray(np.array([[0, 0], [0, 0], [255, 255]], np.uint8))

    found = read(encoded(picture, "JPEG", exif=exif, quality=100), shape=(None, 2, 3, 1))

    assert found[0, :, :, 0].round(-1).tolist() == [[260, 0, 0], [260, 0, 0]]


def test_the_first_picture_of_an_animation_is_read() -> None:
    written = encoded(grey(), save_all=True, append_images=[grey(first=100)])

    assert read(written).ravel().tolist() == [0, 1, 2, 3, 4, 5]


def _garbage(at: int) -> str:
    content = bytearray(base64.b64decode(encoded(coloured(40, 40))))
    content[at] ^= 0xFF
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "neither PNG nor JPEG"),
        ("AAAA", "neither PNG nor JPEG"),
        ("iVBORw0KGgo=", "neither PNG nor JPEG"),
        ("no base64!", "no base64"),
        ("é", "no base64"),
        (encoded(grey())[:-5], "no base64"),
        (encoded(grey(20, 20))[:-40], "damaged or ends early"),
        (encoded(coloured(40, 40), "JPEG")[:-80], "damaged or ends early"),
        (_garbage(60), "damaged or ends early"),
        (encoded(grey(), "GIF"), "neither PNG nor JPEG"),
        (encoded(grey(), "BMP"), "neither PNG nor JPEG"),
        (encoded(coloured(), "TIFF"), "neither PNG nor JPEG"),
        ("data:image/gif;base64,AAAA", "no base64"),
    ],
)
def test_what_is_no_image_is_refused_by_row(text: str, words: str) -> None:
    assert words in refusal(text)

    sentence = refusal([encoded(grey()), text])

    assert sentence.startswith("Row 2 (input[1]): Input image")
    assert words in sentence


@pytest.mark.parametrize("other", [1, None, [[[1], [2], [3]]] * 2, {}])
def test_images_and_numbers_do_not_mix(other: Any) -> None:
    sentence = refusal([encoded(grey()), other])

    assert sentence.startswith("Row 2 (input[1]): Input image must hold images in base64 only")


def test_a_text_for_a_model_of_numbers_is_refused() -> None:
    about = image_signature() | {"images": []}

    with pytest.raises(BadInput, match="input_kind"):
        reader_for(Signature.from_dict(about)).read(encoded(grey()), HTTP)


@pytest.mark.parametrize("size", [(4_000, 4_000), (100_000, 100_000), (2**31 - 1, 2**31 - 1)])
def test_a_decompression_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(TooLarge, match="may have at most 13,000,000"):
        read(bomb(*size))


def test_many_large_images_are_refused_before_the_last_is_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(image_reader, "MOST_PIXELS_TOGETHER", 17)

    with pytest.raises(TooLarge, match=r"Row 3 \(input\[2\]\).* 17 pixels together"):
        read([encoded(grey())] * 3)


def test_a_tensor_that_takes_too_much_memory_is_refused() -> None:
    about: dict[str, Any] = {
        "shape": (None, 4_096, 4_096, 3),
        "height": 4_096,
        "width": 4_096,
        "channels": 3,
    }

    with pytest.raises(TooLarge, match="tensor of 201,326,592 bytes"):
        read(encoded(coloured()), **about)


def test_images_count_as_rows() -> None:
    with pytest.raises(TooLarge, match="at most 10,000 rows"):
        read(["x"] * 10_001)


def _of_mode(mode: str, level: int) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(np.full((2, 3), level * 257, np.uint16))
    if mode == "PA":
        return Image.new("RGBA", (3, 2), (level, level, level, 90)).quantize(4)
    return Image.new("L", (3, 2), level).convert(mode)
