"""A network becomes a served model only if its ONNX form predicts as the framework does."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from deep.network import NetworkInput
from deep.serving import served
from inferx.errors import Refused
from inferx.onnx_session import ort
from inferx.signature import METADATA_KEY
from sandbox.job_request import JobRequest
from tests.deep.networks import exporter, network_of

_TABLE = NetworkInput("row", "float32", (4,))
_IMAGE = NetworkInput("image", "float32", (1, None, None))


class _Twins(nn.Module):
    """Two inputs, two outputs."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(4, 3), nn.Linear(2, 5)

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> tuple[torch.Tensor, ...]:
        together = torch.cat([self.first(left), self.second(right)], dim=1)
        return together.softmax(-1), together.sum(-1, keepdim=True)


@pytest.fixture(autouse=True)
def _same_weights_every_time() -> None:
    torch.manual_seed(0)


def _classifier() -> nn.Module:
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3), nn.Softmax(-1))


def test_classifier_is_proved_on_its_labels(tmp_path: Path) -> None:
    facts = served(network_of(_classifier(), [_TABLE]), tmp_path / "model.onnx", JobRequest())

    assert facts["task"] == "classification"
    assert facts["parity"]["label_agreement"] == 1.0
    assert facts["parity"]["max_abs_diff"] < 1e-5
    assert facts["parity"]["probes"] == {"typical": 10, "magnitudes": 20}
    assert "1, 2 and 7 rows" in facts["parity"]["reason"]


def test_served_file_holds_its_signature_and_predicts_alone(tmp_path: Path) -> None:
    network = network_of(_classifier(), [_TABLE])
    facts = served(network, tmp_path / "model.onnx", JobRequest())
    session = ort.InferenceSession(tmp_path / "model.onnx")
    rows = np.random.default_rng(1).normal(size=(5, 4)).astype("float32")

    (found,) = session.run(["output"], {"row": rows})

    assert np.allclose(found, network.predict([rows])[0], atol=1e-6)
    held = session.get_modelmeta().custom_metadata_map[METADATA_KEY]
    assert json.loads(held) == facts["signature"]


def test_free_axes_stay_free_and_are_compared_at_two_lengths(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())

    facts = served(network_of(module, [_IMAGE]), tmp_path / "model.onnx", JobRequest())

    (output,) = facts["signature"]["outputs"]
    assert output["shape"] == [None, 2, None, None]
    assert "lengths of 8 and 13" in facts["parity"]["reason"]
    assert facts["parity"]["rows"] == 60


def test_longer_lengths_are_tried_where_a_network_needs_them(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Conv2d(1, 2, 20), nn.AdaptiveAvgPool2d(1), nn.Flatten())

    facts = served(network_of(module, [_IMAGE]), tmp_path / "model.onnx", JobRequest())

    assert "lengths of 32 and 45" in facts["parity"]["reason"]
    assert facts["signature"]["outputs"][0]["shape"] == [None, 2]


def test_several_inputs_and_outputs_keep_their_names(tmp_path: Path) -> None:
    inputs = [NetworkInput("left", "float32", (4,)), NetworkInput("right", "float32", (2,))]
    network = network_of(_Twins(), inputs, ("shares", "total"))

    facts = served(network, tmp_path / "model.onnx", JobRequest())

    assert [each["name"] for each in facts["signature"]["inputs"]] == ["left", "right"]
    assert [each["name"] for each in facts["signature"]["outputs"]] == ["shares", "total"]
    assert set(facts["example"]["input"]) == {"left", "right"}


def test_a_name_that_the_graph_uses_inside_is_free_for_an_output(tmp_path: Path) -> None:
    network = network_of(_classifier(), [_TABLE], ("linear",))

    facts = served(network, tmp_path / "model.onnx", JobRequest())

    assert facts["signature"]["prediction"] == "linear"


def test_whole_numbers_stay_below_the_size_of_an_embedding(tmp_path: Path) -> None:
    tokens = NetworkInput("tokens", "int64", (None,), below=5)

    facts = served(network_of(nn.Embedding(5, 3), [tokens]), tmp_path / "m.onnx", JobRequest())

    assert max(facts["example"]["input"]) < 5
    assert facts["signature"]["outputs"][0]["shape"] == [None, None, 3]


def test_frozen_number_of_rows_is_refused(tmp_path: Path) -> None:
    module, square = nn.Flatten(), NetworkInput("square", "float32", (2, 2))
    network = network_of(module, [square], export=exporter(module, [square], frozen=True))

    with pytest.raises(Refused, match=r"does not take \[1, 2, 2\].*fixed the number of rows"):
        served(network, tmp_path / "model.onnx", JobRequest())


def test_frozen_length_is_refused(tmp_path: Path) -> None:
    module = nn.Flatten()
    fixed = NetworkInput("image", "float32", (1, 8, 8))
    network = network_of(module, [_IMAGE], export=exporter(module, [fixed], frozen=True))

    with pytest.raises(Refused, match="fixed the number of rows or a length"):
        served(network, tmp_path / "model.onnx", JobRequest())


def test_other_predictions_are_refused_with_both_numbers(tmp_path: Path) -> None:
    network = network_of(_classifier(), [_TABLE], export=exporter(_classifier(), [_TABLE]))

    with pytest.raises(Refused, match=r"output 'output' is 0\.\d+ where it should be 0\.\d+"):
        served(network, tmp_path / "model.onnx", JobRequest())


def test_dropout_left_on_is_noticed(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Linear(4, 64), nn.Dropout(0.5), nn.Linear(64, 1))
    network = network_of(module, [_TABLE])
    module.train()

    with pytest.raises(Refused, match="does not predict as the model itself"):
        served(network, tmp_path / "model.onnx", JobRequest())


def test_failing_exporter_is_a_refusal_with_its_first_line(tmp_path: Path) -> None:
    def fail(_: Path) -> None:
        raise ValueError("no such operator\nand much more")

    with pytest.raises(Refused, match=r"exporter fails on it \(ValueError: no such operator\)"):
        served(network_of(_classifier(), [_TABLE], export=fail), tmp_path / "m.onnx", JobRequest())


def test_output_without_rows_is_refused(tmp_path: Path) -> None:
    class Mean(nn.Module):
        def forward(self, row: torch.Tensor) -> torch.Tensor:
            return row.mean()

    with pytest.raises(Refused, match="its first axis must be the rows"):
        served(network_of(Mean(), [_TABLE]), tmp_path / "model.onnx", JobRequest())


def test_samples_are_compared_and_the_first_is_the_example(tmp_path: Path) -> None:
    samples: tuple[Any, ...] = ([0.0, 1.0, 2.0, 3.0], [1e6, 0, 0, 0])

    facts = served(
        network_of(_classifier(), [_TABLE]), tmp_path / "model.onnx", JobRequest(samples=samples)
    )

    assert facts["parity"]["samples"] == {"rows": 2, "agreed": 2}
    assert facts["example"] == {"input": [0.0, 1.0, 2.0, 3.0]}


def test_sample_that_the_model_does_not_take_is_named(tmp_path: Path) -> None:
    request = JobRequest(samples=([0.0, 1.0, 2.0, 3.0], [1.0]))

    with pytest.raises(Refused, match="Sample 2"):
        served(network_of(_classifier(), [_TABLE]), tmp_path / "model.onnx", request)
