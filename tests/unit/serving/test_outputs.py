"""Results into predictions."""

import json
from typing import Any

import numpy as np
import pytest

from inferx.serving.outputs import PredictionWriter
from inferx.signature import Signature
from tools.onnx_models import signature, tensor

PROBABILITIES = [tensor("label", "int64", (None,)), tensor("p", shape=(None, 2))]


def write(results: list[Any], *, single: bool = False, **about: Any) -> dict[str, Any]:
    writer = PredictionWriter(Signature.from_dict(signature(**about)))
    arrays = [np.array(each) for each in results]
    return writer.write(arrays, len(arrays[0]) if arrays[0].ndim else 1, single)


@pytest.mark.parametrize("shape", [(2,), (2, 1)])
def test_one_number_a_row(shape: tuple[int, ...]) -> None:
    assert write([np.array([1.5, 2.5]).reshape(shape)]) == {"prediction": [1.5, 2.5]}


def test_a_single_row_is_no_list() -> None:
    assert write([[[1.5]]], single=True) == {"prediction": 1.5}


def test_several_outputs_are_a_list_each_row() -> None:
    assert write([[[1, 2], [3, 4]]]) == {"prediction": [[1, 2], [3, 4]]}


@pytest.mark.parametrize(
    ("classes", "keys"),
    [([0, 1], ["0", "1"]), (["no", "yes"], ["no", "yes"]), ([False, True], ["false", "true"])],
)
def test_probabilities_come_by_label(classes: list[Any], keys: list[str]) -> None:
    written = write(
        [[1], [[0.25, 0.75]]],
        outputs=PROBABILITIES,
        prediction="label",
        probabilities="p",
        classes=classes,
    )

    assert written["probabilities"] == [dict(zip(keys, [0.25, 0.75], strict=True))]


@pytest.mark.parametrize(
    ("classes", "graph", "labels"),
    [
        ([False, True], [0, 1], [False, True]),
        ([1.0, 2.0], [2, 1], [2.0, 1.0]),
        ([1, 2], [2, 1], [2, 1]),
        ([[False, True], [False, True]], [[0, 1]], [[False, True]]),
    ],
)
def test_labels_come_back_as_they_were_trained(
    classes: list[Any], graph: list[Any], labels: list[Any]
) -> None:
    prediction = write([graph], classes=classes)["prediction"]

    assert json.dumps(prediction) == json.dumps(labels)


def test_probabilities_without_classes_are_a_list() -> None:
    written = write(
        [[1], [[0.25, 0.75]]], outputs=PROBABILITIES, prediction="label", probabilities="p"
    )

    assert written["probabilities"] == [[0.25, 0.75]]


def test_several_outputs_have_probabilities_each() -> None:
    written = write(
        [[[1, 0]], [[[0.25, 0.75, 0], [0.5, 0.25, 0.25]]]],
        outputs=PROBABILITIES,
        prediction="label",
        probabilities="p",
        classes=[[0, 1], ["a", "b", "c"]],
    )

    assert written["probabilities"] == [[{"0": 0.25, "1": 0.75}, {"a": 0.5, "b": 0.25, "c": 0.25}]]


SEVERAL: dict[str, Any] = {
    "outputs": [tensor("boxes", shape=(None, 2)), tensor("score")],
    "prediction": "boxes",
}


def test_several_outputs_of_the_graph_come_by_name_for_each_row() -> None:
    assert write([[[1, 2], [3, 4]], [[5], [6]]], **SEVERAL) == {
        "prediction": [{"boxes": [1, 2], "score": 5}, {"boxes": [3, 4], "score": 6}]
    }


def test_several_outputs_of_the_graph_come_by_name_for_a_single_row() -> None:
    assert write([[[1, 2]], [[5]]], single=True, **SEVERAL) == {
        "prediction": {"boxes": [1, 2], "score": 5}
    }


@pytest.mark.parametrize("total", [7, [7, 8, 9]], ids=["no axis", "another length"])
def test_outputs_that_are_not_one_a_row_come_whole_by_name(total: Any) -> None:
    assert write([[[1, 2], [3, 4]], total], **SEVERAL) == {
        "prediction": {"boxes": [[1, 2], [3, 4]], "score": total}
    }


@pytest.mark.parametrize("whole", [7, [7, 8, 9]], ids=["no axis", "another length"])
def test_an_output_that_is_not_one_a_row_comes_whole_for_a_single_row(whole: Any) -> None:
    assert write([whole], single=True) == {"prediction": whole}
