"""What a network takes is declared, stored, or guessed by its first layer and tried."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from deep.torch_files.reading import read
from inferx.input_hints import InputHints
from sandbox.formats import detect
from tests.deep.torch.networks import (
    Conversion,
    TextClassifier,
    TwoInTwoOut,
    refusal,
    save_module,
    save_program,
    save_script,
    save_trace,
)


@pytest.mark.parametrize(
    ("module", "dtype", "shape"),
    [
        (nn.Sequential(nn.Linear(5, 2)), "float32", [None, 5]),
        (nn.Sequential(nn.Linear(5, 2)).double(), "float64", [None, 5]),
        (nn.Sequential(nn.Flatten(), nn.Linear(5, 2)), "float32", [None, 5]),
        (nn.Sequential(nn.BatchNorm1d(5), nn.Linear(5, 2)), "float32", [None, 5]),
        (nn.Sequential(nn.LayerNorm(5), nn.Linear(5, 2)), "float32", [None, 5]),
        (
            nn.Sequential(nn.Unflatten(1, (1, 4, 4)), nn.Conv2d(1, 2, 3)),
            "float32",
            [None, 16],
        ),
        (nn.Sequential(nn.Embedding(9, 3)), "int64", [None, None]),
        (
            nn.Sequential(nn.Embedding(9, 3), nn.Flatten(), nn.Linear(21, 2)),
            "int64",
            [None, 7],
        ),
        (nn.Sequential(nn.Conv1d(2, 3, 3)), "float32", [None, 2, None]),
        (
            nn.Sequential(nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten()),
            "float32",
            [None, 3, None, None],
        ),
        (
            nn.Sequential(nn.Conv2d(3, 2, 3), nn.Flatten(), nn.Linear(1800, 2)),
            "float32",
            [None, 3, 32, 32],
        ),
        (
            nn.Sequential(nn.Conv2d(4, 4, 3, groups=2), nn.AdaptiveMaxPool2d(1), nn.Flatten()),
            "float32",
            [None, 4, None, None],
        ),
        (nn.GRU(6, 2, batch_first=True), "float32", [None, None, 6]),
    ],
)
def test_first_layer_shows_what_a_module_takes(
    module: nn.Module, dtype: str, shape: list[int | None], tmp_path: Path
) -> None:
    converted = Conversion(save_module(module, tmp_path / "source"))

    assert converted.inputs == {"input": (dtype, shape)}


@pytest.mark.parametrize(
    "layer", [nn.BatchNorm1d(2), nn.BatchNorm2d(2)], ids=["features", "channels"]
)
def test_rows_lie_where_the_first_normalisation_saw_them(layer: nn.Module, tmp_path: Path) -> None:
    layer.running_mean.copy_(torch.tensor([100.0, -5.0]))
    layer.running_var.copy_(torch.tensor([4.0, 9.0]))
    source = save_module(nn.Sequential(layer.eval()), tmp_path / "source")

    (found,) = read(source, detect(source), InputHints()).inputs

    assert found.centre.ravel().tolist() == [100.0, -5.0]
    assert found.spread.ravel().tolist() == [2.0, 3.0]
    assert found.centre.ndim == len(found.shape)


def test_what_was_assumed_is_in_the_warnings(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Conv2d(3, 2, 3), nn.Flatten(), nn.Linear(1800, 2))

    converted = Conversion(save_module(module, tmp_path / "source"))

    assert converted.facts["warnings"] == [
        "The file does not hold the shape of the input: [3, 32, 32] was taken, for the first layer "
        "is Conv2d with 3 channels and the model runs on it. Upload the model again with "
        "input_shape if that is wrong."
    ]


def test_shape_that_the_first_layer_leaves_open_is_asked_for(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Conv2d(1, 2, 3, stride=16), nn.Flatten(), nn.Linear(8, 2))

    sentence = refusal(save_module(module, tmp_path / "source"))

    assert "its first layer is Conv2d with 1 channels; it runs on [1, 20, 20] as on" in sentence
    assert "input_shape=[1, 28, 28]" in sentence


def test_network_without_weights_asks_for_its_shape(tmp_path: Path) -> None:
    sentence = refusal(save_module(nn.Sequential(nn.ReLU()), tmp_path / "source"))

    assert "does not hold the shape of what Sequential takes. Upload it again" in sentence


def test_several_inputs_of_a_script_are_asked_for(tmp_path: Path) -> None:
    sentence = refusal(save_script(TwoInTwoOut(), tmp_path / "source"))

    assert "TwoInTwoOut takes 2 inputs (left, right)" in sentence
    assert "[[8], [4]] for two inputs" in sentence


def test_lack_of_memory_is_not_taken_for_a_shape_that_does_not_fit(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Upsample(scale_factor=1e6))

    with pytest.raises(MemoryError):
        Conversion(save_module(module, tmp_path / "source"), shapes=((1, 8, 8),))


def test_declared_shapes_are_taken(tmp_path: Path) -> None:
    source = save_script(TwoInTwoOut(), tmp_path / "source")

    converted = Conversion(source, shapes=((4,), (3,)), dtypes=("float32", "float32"))

    assert converted.inputs == {"left": ("float32", [None, 4]), "right": ("float32", [None, 3])}


def test_declared_shape_with_a_free_length_is_taken(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Linear(4, 2))

    converted = Conversion(save_module(module, tmp_path / "source"), shapes=((None, 4),))

    assert converted.predict(input=np.zeros((2, 9, 4), "float32"))["output"].shape == (2, 9, 2)


@pytest.mark.parametrize(
    ("hints", "complaint"),
    [
        ({"shapes": ((7,),)}, "does not take rows of the shape [7] (float32); PyTorch reports:"),
        ({"shapes": ((4,),), "dtypes": ("int64",)}, "does not take rows of the shape [4] (int64)"),
        ({"shapes": ((4,), (4,))}, "input_shape describes 2 inputs, and Sequential takes 1"),
        ({"dtypes": ("int64", "int64")}, "input_dtype describes 2 inputs"),
    ],
)
def test_wrong_declaration_is_refused_with_what_the_model_takes(
    hints: dict[str, Any], complaint: str, tmp_path: Path
) -> None:
    source = save_module(nn.Sequential(nn.Linear(4, 2)), tmp_path / "source")

    sentence = refusal(source, **hints)

    assert complaint in sentence


def test_shape_of_a_trace_is_the_one_it_was_traced_with(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Conv2d(3, 2, 3), nn.AdaptiveAvgPool2d(1))

    converted = Conversion(save_trace(module, tmp_path / "source", torch.zeros(5, 3, 20, 30)))

    assert converted.inputs["input"] == ("float32", [None, 3, 20, 30])


def test_traced_texts_come_with_a_word_about_their_length(tmp_path: Path) -> None:
    ids = torch.zeros(2, 12, dtype=torch.int64)

    converted = Conversion(save_trace(TextClassifier(), tmp_path / "source", ids))

    assert converted.inputs["ids"] == ("int64", [None, 12])
    assert "null there in input_shape" in converted.facts["warnings"][0]


@pytest.mark.parametrize("module", [nn.LSTM(4, 5), nn.TransformerEncoderLayer(4, 2, 8)])
def test_rows_along_the_second_axis_are_refused(module: nn.Module, tmp_path: Path) -> None:
    sentence = refusal(save_module(module, tmp_path / "source"))

    assert "batch_first=False" in sentence


def test_trace_with_rows_along_the_second_axis_is_refused(tmp_path: Path) -> None:
    class Second(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(4, 5)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.lstm(x)[0]

    sentence = refusal(save_trace(Second(), tmp_path / "source", torch.zeros(6, 3, 4)))

    assert "the first axis of its input is not that of the rows" in sentence


def test_trace_in_training_mode_is_refused(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.5), nn.Linear(8, 2))
    source = tmp_path / "source"
    with warnings.catch_warnings(action="ignore"):
        torch.jit.save(torch.jit.trace(module, torch.zeros(2, 3), check_trace=False), source)

    assert "Call model.eval()" in refusal(source)


@pytest.mark.parametrize("layer", [nn.Dropout(0.5), nn.BatchNorm1d(8)])
def test_program_in_training_mode_is_refused(layer: nn.Module, tmp_path: Path) -> None:
    module = nn.Sequential(nn.Linear(3, 8), layer)

    sentence = refusal(save_program(module, tmp_path / "source", torch.zeros(4, 3)))

    assert "torch.export.export(model.eval(), ...)" in sentence


def test_program_that_only_takes_its_own_number_of_rows_is_refused(tmp_path: Path) -> None:
    class Fixed(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.reshape(4, 8)

    source = save_program(Fixed(), tmp_path / "source", torch.zeros(4, 2, 4), free=None)

    sentence = refusal(source)

    assert "in the shape [4, 2, 4] alone" in sentence
    assert "dynamic_shapes=({0: torch.export.Dim('batch')},)" in sentence


def test_program_that_takes_a_number_is_refused(tmp_path: Path) -> None:
    class Scaled(nn.Module):
        def forward(self, x: torch.Tensor, by: int) -> torch.Tensor:
            return x * by

    source = tmp_path / "source"
    shapes = ({0: torch.export.Dim("batch")}, None)
    exported = torch.export.export(Scaled(), (torch.zeros(2, 3), 3), dynamic_shapes=shapes)
    with source.open("wb") as file:
        torch.export.save(exported, file)

    assert "takes a number or a text besides tensors" in refusal(source)
