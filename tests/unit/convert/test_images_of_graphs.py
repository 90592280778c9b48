"""Uploaded ONNX files whose owner declares that an input takes images."""

import sys
from pathlib import Path
from typing import Any

import pytest
from onnx import TensorProto, helper

from converter.uploaded_onnx import adopt
from inferx.errors import Refused
from inferx.input_hints import ImageHint, InputHints
from inferx.serving.model import Model
from sandbox.job_request import JobRequest
from tests.support.pictures import encoded, grey

IMAGE = ("image", [None, 8, 6, 1])


def graph(*inputs: tuple[str, list[int | None]]) -> bytes:
    """Return a graph that gives the mean of each row of its first input."""
    mean = helper.make_node("ReduceMean", ["image"], ["mean"], axes=[1, 2, 3], keepdims=0)
    body = helper.make_graph(
        [mean],
        "g",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs],
        [helper.make_tensor_value_info("mean", TensorProto.FLOAT, [None])],
    )
    opsets = [helper.make_opsetid("", 17)]
    content: bytes = helper.make_model(body, opset_imports=opsets, ir_version=8).SerializeToString()
    return content


def adopted(content: bytes, directory: Path, hint: ImageHint, *rows: Any) -> Any:
    (directory / "source").write_bytes(content)
    request = JobRequest(samples=rows, hints=InputHints(image=hint))
    return adopt(directory / "source", directory / "model.onnx", request)


def test_the_served_graph_takes_images(tmp_path: Path) -> None:
    facts = adopted(graph(IMAGE), tmp_path, ImageHint(scale=1.0))

    content, rows = Model(tmp_path / "model.onnx").predict(encoded(grey(8, 6)))
    assert (content["prediction"], rows) == (23.5, 1)
    assert facts["signature"]["images"][0]["width"] == 6


def test_the_example_is_an_image(tmp_path: Path) -> None:
    facts = adopted(graph(IMAGE), tmp_path, ImageHint())

    assert facts["example"]["input"].startswith("iVBORw0KGgo")
    assert Model(tmp_path / "model.onnx").predict(facts["example"]["input"])[1] == 1


def test_the_example_has_an_image_beside_other_inputs(tmp_path: Path) -> None:
    facts = adopted(graph(IMAGE, ("age", [None, 1])), tmp_path, ImageHint())

    given = facts["example"]["input"]
    assert given["image"].startswith("iVBORw0KGgo")
    assert Model(tmp_path / "model.onnx").predict(given)[1] == 1


def test_an_example_of_any_size_stays_numbers(tmp_path: Path) -> None:
    facts = adopted(graph(("image", [None, None, None, 3])), tmp_path, ImageHint())

    assert isinstance(facts["example"]["input"], list)


def test_samples_are_pixels(tmp_path: Path) -> None:
    pixels = [[[0.5]] * 6] * 8

    facts = adopted(graph(IMAGE), tmp_path, ImageHint(), pixels)

    assert facts["parity"]["samples"] == {"rows": 1, "agreed": 1}


@pytest.mark.parametrize("sample", [encoded(grey()), {"image": encoded(grey())}])
def test_samples_that_are_images_are_refused_with_what_to_do(sample: Any, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"Sample 1 .*send its pixels as nested lists"):
        adopted(graph(IMAGE), tmp_path, ImageHint(), sample)


def test_no_imaging_library_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)

    assert adopted(graph(IMAGE), tmp_path, ImageHint())["example"]["input"].startswith("iVBOR")


def test_a_graph_without_such_an_input_is_refused(tmp_path: Path) -> None:
    body = graph(("image", [None, 8, 8, 8]))

    with pytest.raises(Refused, match="has its channels; add layout"):
        adopted(body, tmp_path, ImageHint())
