"""What an owner declares of images, against the inputs that the graph has."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from inferx.errors import Refused
from inferx.images import ImageInput, declared, example_image
from inferx.input_hints import ImageHint, InputHints
from inferx.serving.inputs import reader_for
from inferx.serving.limits import HTTP
from inferx.signature import Signature
from inferx.untrusted import Malformed
from tests.support.pictures import image_input, image_signature
from tools.onnx_models import signature, tensor

pytestmark = pytest.mark.unit


def of(*shapes: tuple[int | None, ...], dtype: str = "float32") -> Signature:
    """Return the signature of a graph with inputs of these shapes."""
    names = ("image", "mask", "third")
    inputs = [tensor(name, dtype, shape) for name, shape in zip(names, shapes, strict=False)]
    return Signature.from_dict(signature(inputs=inputs, features=None))


def found(*shapes: tuple[int | None, ...], dtype: str = "float32", **hint: Any) -> ImageInput:
    (image,) = declared(of(*shapes, dtype=dtype), ImageHint(**hint)).images
    return image


def refusal(*shapes: tuple[int | None, ...], dtype: str = "float32", **hint: Any) -> str:
    with pytest.raises(Refused) as caught:
        declared(of(*shapes, dtype=dtype), ImageHint(**hint))
    assert len(caught.value.detail) <= 500
    return caught.value.detail


@pytest.mark.parametrize(
    ("shape", "hint", "expected"),
    [
        ((None, 28, 28, 1), {}, (28, 28, 1, "channels_last")),
        ((None, 3, 224, 192), {}, (224, 192, 3, "channels_first")),
        ((None, None, None, 3), {}, (None, None, 3, "channels_last")),
        ((None, None, None, 3), {"size": (32, 48)}, (32, 48, 3, "channels_last")),
        ((1, 4, 64, 64), {"channels": 4}, (64, 64, 4, "channels_first")),
        ((None, 4, 4, 3), {}, (4, 4, 3, "channels_last")),
        ((None, 3, 3, 3), {"layout": "channels_first"}, (3, 3, 3, "channels_first")),
        ((None, 1, 28, 3), {"channels": 3}, (1, 28, 3, "channels_last")),
        (
            (None, None, None, None),
            {"channels": 3, "layout": "channels_first", "size": (8, 9)},
            (8, 9, 3, "channels_first"),
        ),
    ],
)
def test_layout_and_size_come_from_the_shape(
    shape: tuple[int | None, ...], hint: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    image = found(shape, **hint)

    assert (image.height, image.width, image.channels, image.layout) == expected


def test_the_only_input_that_may_take_images_is_the_one() -> None:
    assert found((None, 28, 28, 1), (None, 3)).input == "image"


def test_one_of_several_is_named() -> None:
    assert found((None, 8, 8, 1), (None, 8, 8, 1), input="mask").input == "mask"


def test_values_are_scaled_to_one_unless_declared() -> None:
    assert found((None, 8, 8, 1)).scale == 1 / 255
    assert found((None, 8, 8, 1), dtype="uint8").scale == 1
    assert found((None, 8, 8, 1), scale=1.0, mean=(127.5,), std=(2.0,)).std == (2.0,)


@pytest.mark.parametrize(
    ("shapes", "hint", "words"),
    [
        ([(None, 12)], {}, "needs an input of four axes"),
        ([(None, 8, 8, 1)] * 2, {}, "any of the inputs 'image', 'mask'; name one"),
        ([(None, 8, 8, 1)], {"input": "x"}, "its inputs are 'image'"),
        ([(None, 8, 8, 1), (None, 2)], {"input": "mask"}, "takes float32 [any, 2]"),
        ([(None, 8, 8, 8)], {}, "add layout"),
        ([(None, 4, 5, 6)], {}, "add layout"),
        ([(None, 3, 8, 3)], {}, "add layout"),
        ([(None, 8, 8, 8)], {"layout": "channels_last"}, "1, 3 or 4 channels"),
        ([(None, 8, 8, 1)], {"channels": 3}, "add layout"),
        ([(None, 8, 8, 1)], {"channels": 3, "layout": "channels_last"}, "declares channels 3"),
        ([(None, 8, 8, 1)], {"size": (8, 9)}, "declares width 9"),
        ([(None, 8, 8, 3)], {"mean": (1.0, 2.0)}, "lists 2 numbers"),
        ([(None, 5_000, 8, 3)], {}, "at most 4,096 pixels"),
    ],
)
def test_what_does_not_fit_the_graph_is_refused(
    shapes: list[tuple[int | None, ...]], hint: dict[str, Any], words: str
) -> None:
    sentence = refusal(*shapes, **hint)

    assert sentence.startswith("input_kind ")
    assert words in sentence


def test_whole_numbers_are_not_scaled() -> None:
    assert "leave them out" in refusal((None, 8, 8, 1), dtype="uint8", scale=0.5)


def test_texts_are_no_images() -> None:
    assert "takes string" in refusal((None, 8, 8, 1), dtype="string")


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("size", [(2, 3), (100, 100), (None, None)])
def test_the_example_is_a_png_that_the_model_takes(
    channels: int, size: tuple[int | None, int | None]
) -> None:
    about = image_signature(
        (None, *size, channels), channels=channels, height=size[0], width=size[1]
    )
    image = ImageInput.from_dict(about["images"][0])

    example = example_image(image)

    feed = reader_for(Signature.from_dict(about)).read(example, HTTP)
    wanted = (size[0] or 8, size[1] or 8)
    assert feed.tensors["image"].shape == (1, *wanted, channels)
    assert np.ptp(feed.tensors["image"]) > 0
    assert len(example) < 500


def test_a_signature_keeps_its_images() -> None:
    about = image_signature()

    assert Signature.from_dict(about).to_dict() == about


def test_a_signature_without_images_does_not_mention_them() -> None:
    assert "images" not in Signature.from_dict(signature()).to_dict()


@pytest.mark.parametrize(
    "change",
    [
        {"input": "other"},
        {"height": 3},
        {"height": 0},
        {"width": 5_000},
        {"channels": 2},
        {"channels": 3},
        {"channels": True},
        {"layout": "nchw"},
        {"scale": 0},
        {"scale": "1"},
        {"scale": float("nan")},
        {"mean": []},
        {"mean": [0.0, 0.0]},
        {"std": [0.0]},
        {"std": [float("inf")]},
        {"more": 1},
    ],
)
def test_any_other_description_is_malformed(change: dict[str, Any]) -> None:
    about = image_signature() | {"images": [image_input() | change]}

    with pytest.raises(Malformed):
        Signature.from_dict(about)


@pytest.mark.parametrize(
    "change",
    [
        {"images": [image_input(), image_input()]},
        {"images": None},
        {"inputs": [tensor("image", "int64", (None, 2, 3, 1))]},
        {"inputs": [tensor("image", shape=(None, 2, 3))]},
        {
            "inputs": [tensor("image", "uint8", (None, 2, 3, 1))],
            "images": [image_input(scale=0.5)],
        },
    ],
)
def test_images_must_fit_the_inputs(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Signature.from_dict(image_signature() | change)


HINTS = InputHints(
    ((28, None),), ("uint8",), ImageHint("x", (1, 2), 3, "channels_first", -1.0, (0.0,), (1.0,))
)


@pytest.mark.parametrize(
    "hints", [InputHints(), HINTS, replace(HINTS, image=None), InputHints(image=ImageHint())]
)
def test_hints_survive_being_written(hints: InputHints) -> None:
    assert InputHints.from_dict(hints.to_dict()) == hints


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"more": 1},
        {"shapes": [[0]]},
        {"shapes": [[-1]]},
        {"shapes": [1]},
        {"shapes": [[1] * 9]},
        {"shapes": [[1.0]]},
        {"dtypes": ["float"]},
        {"image": []},
        {"image": {"more": 1}},
        {"image": {"size": [1]}},
        {"image": {"size": [1, 0]}},
        {"image": {"channels": 2}},
        {"image": {"channels": True}},
        {"image": {"layout": "NCHW"}},
        {"image": {"scale": 0}},
        {"image": {"mean": 1.0}},
        {"image": {"std": [0]}},
        {"image": {"input": 1}},
    ],
)
def test_any_other_hints_are_malformed(data: object) -> None:
    with pytest.raises(Malformed):
        InputHints.from_dict(data)
