"""Small networks, trained for a moment or not at all, and the files that hold them."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from torch import nn

from deep.conversion import convert_source
from exported.served import Served
from inferx.errors import Refused
from inferx.input_hints import InputHints
from inferx.serving.inputs import Feed
from sandbox.job_request import JobRequest


class TextClassifier(nn.Module):
    """An LSTM over the entries of a vocabulary, three classes."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(100, 8)
        self.lstm = nn.LSTM(8, 8, batch_first=True, bidirectional=True)
        self.output = nn.Linear(16, 3)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        states, _ = self.lstm(self.embedding(ids))
        return torch.softmax(self.output(states.mean(1)), -1)


class AttentionClassifier(nn.Module):
    """Self-attention over the entries of a vocabulary, three classes."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(100, 16)
        layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.output = nn.Linear(16, 3)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.output(self.encoder(self.embedding(ids)).mean(1)), -1)


class TwoInTwoOut(nn.Module):
    """Two inputs, two outputs by name."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = nn.Linear(4, 8), nn.Linear(3, 8)
        self.label, self.size = nn.Linear(8, 2), nn.Linear(8, 1)

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> dict[str, torch.Tensor]:
        both = torch.relu(self.left(left) + self.right(right))
        return {"label": self.label(both), "size": self.size(both)}


def digits_network() -> tuple[nn.Sequential, Any, Any]:
    """Return a convolutional network trained on scikit-learn's digits, its images and labels."""
    torch.manual_seed(0)
    data = load_digits()
    images = torch.tensor(data.images, dtype=torch.float32).unsqueeze(1) / 16
    labels = torch.tensor(data.target)
    network = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Dropout(0.2),
        nn.Flatten(),
        nn.Linear(128, 10),
    )
    optimizer = torch.optim.Adam(network.parameters(), 0.02)
    for _ in range(25):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(images), labels).backward()
        optimizer.step()
    return network.eval(), images.numpy(), data.target


def quietly(save: Callable[[], Any]) -> None:
    """Save a file without PyTorch's own warnings of what is old in it."""
    with warnings.catch_warnings(action="ignore"):
        save()


def save_module(module: nn.Module, path: Path, **options: Any) -> Path:
    torch.save(module, path, **options)
    return path


def save_trace(module: nn.Module, path: Path, *example: torch.Tensor) -> Path:
    traced = {"check_trace": False, "strict": False}
    quietly(lambda: torch.jit.save(torch.jit.trace(module.eval(), example, **traced), path))
    return path


def save_script(module: nn.Module, path: Path) -> Path:
    quietly(lambda: torch.jit.save(torch.jit.script(module.eval()), path))
    return path


def save_program(module: nn.Module, path: Path, *example: torch.Tensor, free: Any = "rows") -> Path:
    """Save a program of torch.export; ``free`` are its dynamic shapes, by default the rows."""
    rows = torch.export.Dim("batch")
    shapes = tuple({0: rows} for _ in example) if free == "rows" else free

    def save() -> None:
        exported = torch.export.export(module, example, dynamic_shapes=shapes)
        with path.open("wb") as file:
            torch.export.save(exported, file)

    quietly(save)
    return path


class Conversion:
    """One converted file."""

    def __init__(self, source: Path, **hints: Any) -> None:
        target = source.with_name("model.onnx")
        self.facts = convert_source(source, target, JobRequest(hints=InputHints(**hints)))
        self.model = Served(target)

    @property
    def inputs(self) -> dict[str, tuple[str, list[int | None]]]:
        """The element type and the shape of each input."""
        return {
            each["name"]: (each["dtype"], each["shape"])
            for each in self.facts["signature"]["inputs"]
        }

    def predict(self, **tensors: Any) -> dict[str, Any]:
        arrays = {name: np.asarray(value) for name, value in tensors.items()}
        rows = len(next(iter(arrays.values())))
        return self.model.run(Feed(arrays, rows, single=False))


def refusal(source: Path, **hints: Any) -> str:
    """Return the sentence with which a file is refused."""
    with pytest.raises(Refused) as refused:
        Conversion(source, **hints)
    assert len(refused.value.detail) <= 500
    return refused.value.detail
