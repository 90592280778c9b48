"""Images in base64, and models that take them."""

import base64
from io import BytesIO
from typing import Any

import numpy as np
from onnx import helper
from PIL import Image

from tools.onnx_models import graph, signature, tensor


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> str:
    """Return a picture as a file in base64."""
    written = BytesIO()
    picture.save(written, kind, **options)
    return base64.b64encode(written.getvalue()).decode()


def grey(height: int = 2, width: int = 3, first: int = 0) -> Image.Image:
    """Return a grey picture whose pixels count up from a number."""
    counted = np.arange(first, first + height * width, dtype=np.uint8)
    return Image.fromarray(counted.reshape(height, width))


def coloured(height: int = 2, width: int = 3) -> Image.Image:
    """Return a picture of red, green and blue whose values count up from 0."""
    counted = np.arange(height * width * 3, dtype=np.uint8)
    return Image.fromarray(counted.reshape(height, width, 3))


def image_input(name: str = "image", **changes: Any) -> dict[str, Any]:
    """Return the description of an input of grey images of 2 by 3 pixels, unless changed."""
    usual = {
        "input": name,
        "height": 2,
        "width": 3,
        "channels": 1,
        "layout": "channels_last",
        "scale": 1.0,
        "mean": [0.0],
        "std": [1.0],
    }
    return usual | changes


def image_signature(
    shape: tuple[int | None, ...] = (None, 2, 3, 1), dtype: str = "float32", **changes: Any
) -> dict[str, Any]:
    """Return the signature of a model whose prediction is the image that it gets."""
    return signature(
        inputs=[tensor("image", dtype, shape)],
        outputs=[tensor("pixels", dtype, shape)],
        features=None,
        prediction="pixels",
        images=[image_input(**changes)],
    )


def image_and_age() -> bytes:
    """Return a model that adds an age to each pixel of a grey image of 2 by 3 pixels."""
    about = signature(
        inputs=[tensor("image", shape=(None, 2, 3, 1)), tensor("age", shape=(None, 1))],
        outputs=[tensor("sum", shape=(None, 6))],
        features=None,
        prediction="sum",
        images=[image_input()],
    )
    flat = helper.make_node("Flatten", ["image"], ["flat"], axis=1)
    return graph([flat, helper.make_node("Add", ["flat", "age"], ["sum"])], about)
