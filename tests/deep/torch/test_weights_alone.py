"""Files without a network are refused with what they hold and the lines that export the model."""

import json
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from sandbox.formats import Format, detect
from tests.deep.torch.networks import TextClassifier, refusal, save_module

_LINES = (
    "program = torch.export.export(model.eval(), (two_rows,), "
    "dynamic_shapes=({0: torch.export.Dim('batch')},))\n"
    "torch.export.save(program, 'model.pt2')"
)


def _save(value: Any, folder: Path, **options: Any) -> Path:
    torch.save(value, folder / "source", **options)
    return folder / "source"


@pytest.mark.parametrize("zipped", [True, False])
def test_state_dict_is_described_with_the_lines_that_export_its_model(
    zipped: bool, tmp_path: Path
) -> None:
    state = nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 2)).state_dict()

    sentence = refusal(_save(state, tmp_path, _use_new_zipfile_serialization=zipped))

    assert sentence == (
        "This is a state dict: 4 tensors ('0.weight' [8, 4], '0.bias' [8], '1.weight' [2, 8], ...) "
        "without the network's code. Export the model where its class is, and upload model.pt2:\n"
        "model = YourModel(); model.load_state_dict(torch.load('weights.pt'))\n" + _LINES
    )


def test_checkpoint_is_described_with_its_keys(tmp_path: Path) -> None:
    module = nn.Linear(4, 2)
    optimizer = torch.optim.Adam(module.parameters())
    checkpoint = {"epoch": 3, "model_state_dict": module.state_dict(), "optimizer": optimizer}
    checkpoint["optimizer"] = optimizer.state_dict()

    sentence = refusal(_save(checkpoint, tmp_path))

    assert "a checkpoint (of epoch, model_state_dict, optimizer): 2 tensors" in sentence
    assert "model.load_state_dict(torch.load('weights.pt')['model_state_dict'])" in sentence
    assert sentence.endswith(_LINES)


def test_sentence_for_long_names_is_short_enough(tmp_path: Path) -> None:
    state = {f"{'encoder.' * 20}{place}.weight": torch.zeros(3, 4, 5, 6) for place in range(9)}
    checkpoint = {f"{'state_dict' * 9}": state} | {f"{'key' * 30}{place}": 1 for place in range(9)}

    sentence = refusal(_save(checkpoint, tmp_path))

    assert sentence.endswith(_LINES)


def test_checkpoint_with_a_whole_model_names_its_key(tmp_path: Path) -> None:
    sentence = refusal(_save({"epoch": 1, "model": nn.Linear(4, 2)}, tmp_path))

    assert "a checkpoint with a whole model under 'model'" in sentence
    assert sentence.endswith(_LINES)


@pytest.mark.parametrize("value", [torch.ones(3), [nn.Linear(2, 2)], "text", None, 3])
def test_file_of_something_else_is_refused(value: Any, tmp_path: Path) -> None:
    assert "The file holds no network" in refusal(_save(value, tmp_path))


def test_dictionary_without_weights_is_refused(tmp_path: Path) -> None:
    sentence = refusal(_save(OrderedDict(rate=0.1, names=["a"]), tmp_path))

    assert "its keys: rate, names" in sentence


def test_missing_classes_of_a_whole_model_are_named(tmp_path: Path) -> None:
    sentence = refusal(save_module(TextClassifier(), tmp_path / "source"))

    assert "tests.deep.torch.networks.TextClassifier" in sentence
    assert "torch.load('model.pt', weights_only=False)" in sentence
    assert sentence.endswith(_LINES)


def test_list_of_layers_is_refused(tmp_path: Path) -> None:
    sentence = refusal(save_module(nn.ModuleList([nn.Linear(2, 2)]), tmp_path / "source"))

    assert "does not say in which order they run" in sentence


def _safetensors(folder: Path, header: bytes) -> Path:
    path = folder / "source"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(32))
    return path


def test_safetensors_is_described_with_its_tensors(tmp_path: Path) -> None:
    entry = {"dtype": "F32", "shape": [2, 4], "data_offsets": [0, 32]}
    header = json.dumps({"__metadata__": {"format": "pt"}, "fc.weight": entry}).encode()
    source = _safetensors(tmp_path, header)

    sentence = refusal(source)

    assert detect(source) is Format.SAFETENSORS
    assert "This is a safetensors file: 1 tensors ('fc.weight' [2, 4])" in sentence
    assert "safetensors.torch.load_file('model.safetensors')" in sentence
    assert sentence.endswith(_LINES)


@pytest.mark.parametrize(
    "header", [b'{"a', b'{"a": [' * 50_000, b'{"a": 3}', b'{"a": {"shape": 1}}']
)
def test_damaged_safetensors_is_refused(header: bytes, tmp_path: Path) -> None:
    assert "This is a safetensors file" in refusal(_safetensors(tmp_path, header))
