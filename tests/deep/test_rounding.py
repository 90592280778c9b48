"""Two right answers may differ by what the last bit of the input decides, and by no more."""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from deep.network import NetworkInput
from deep.parity import Tally, compare
from deep.rounding import movement
from deep.serving import served
from inferx.errors import Refused
from sandbox.job_request import JobRequest
from tests.deep.networks import exporter, network_of

_ROWS = NetworkInput("rows", "float32", (8, 16))


@pytest.fixture(autouse=True)
def _same_weights_every_time() -> None:
    torch.manual_seed(0)
    torch.backends.mha.set_fastpath_enabled(False)


def _attention() -> nn.Module:
    layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
    return nn.TransformerEncoder(layer, 2, enable_nested_tensor=False).eval()


@pytest.mark.filterwarnings("ignore")
def test_attention_over_large_values_is_served(tmp_path: Path) -> None:
    network = network_of(_attention(), [_ROWS])

    facts = served(network, tmp_path / "model.onnx", JobRequest())

    assert facts["parity"]["max_rel_diff"] < 1e-3
    assert "move with the last bit of their input" in facts["parity"]["reason"]


@pytest.mark.filterwarnings("ignore")
def test_other_weights_are_not_taken_for_rounding(tmp_path: Path) -> None:
    module = _attention()
    other = copy.deepcopy(module)
    with torch.no_grad():
        other.layers[0].linear1.weight *= 1.001
    network = network_of(module, [_ROWS], export=exporter(other, [_ROWS]))

    with pytest.raises(Refused, match="does not predict as the model itself"):
        served(network, tmp_path / "model.onnx", JobRequest())


def test_movement_is_bounded_by_the_size_of_the_output() -> None:
    def steep(tensors: Sequence[Any]) -> list[Any]:
        return [np.where(tensors[0] > 1, 5.0, 1.0).astype("float32")]

    rows = [np.full((2, 3), np.nextafter(np.float32(1), np.float32(2)))]

    assert movement(steep, rows, steep(rows)) == [pytest.approx(0.5)]


def test_whole_numbers_do_not_move() -> None:
    rows = [np.arange(6).reshape(2, 3)]

    assert movement(lambda tensors: [tensors[0] * 2], rows, [rows[0] * 2]) == [0.0]


def _chaos() -> nn.Module:
    """Return a network in which every difference grows a thousandfold."""

    class Chaos(nn.Module):
        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            for _ in range(5):
                rows = torch.sin(1_000 * rows)
            return rows

    return Chaos()


@pytest.mark.filterwarnings("ignore")
def test_network_that_rounding_decides_on_most_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"cannot be proved|does not predict as the model itself"):
        served(network_of(_chaos(), [_ROWS]), tmp_path / "model.onnx", JobRequest())


def test_labels_are_ties_where_rounding_decides_them() -> None:
    left, right = np.array([[0.501, 0.499]], "float32"), np.array([[0.499, 0.501]], "float32")
    tally = Tally()

    difference = compare([left], [right], tally, moved=[0.01])

    assert difference is None
    assert (tally.ties, tally.label_agreement) == (1, 1.0)
