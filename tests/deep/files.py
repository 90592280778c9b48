"""Trains small networks and saves each in every format that is read.

Run by tests outside the environment that has PyTorch: ``python -m tests.deep.files FOLDER``. Beside
the files it writes ``expected.json``: for each file the input of a request, what its framework
predicts for it, and how often that is right.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn

from tests.deep.sentences import WORDS, sentences

ROWS = 30
EPOCHS = 6
STEPS = 60


def main(folder: Path) -> None:
    """Write the files and ``expected.json`` to ``folder``."""
    digits = load_digits()
    images = (digits.images / 16).astype("float32")
    torch.manual_seed(0)
    keras.utils.set_random_seed(0)
    files = {
        **_keras_digits(folder, images, digits.target),
        **_torch_digits(folder, images, digits.target),
        **_recurrent_texts(folder),
        **_attentive_texts(folder),
        **_two_in_two_out(folder, images, digits.target),
        **_of_keras_2(folder),
    }
    (folder / "expected.json").write_text(json.dumps({"files": files}))


def _keras_digits(folder: Path, images: Any, labels: Any) -> dict[str, Any]:
    model = keras.Sequential(
        [
            keras.layers.Input((8, 8, 1)),
            keras.layers.Conv2D(8, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    rows = images[..., np.newaxis]
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(rows[ROWS:], labels[ROWS:], epochs=EPOCHS, verbose=0)
    predicted = model.predict(rows[:ROWS], verbose=0)
    model.save(folder / "digits.keras")
    model.save(folder / "digits.h5")
    expected = _expected("tensorflow", rows[:ROWS], predicted, labels[:ROWS])
    return dict.fromkeys(("digits.keras", "digits.h5"), expected)


def _torch_digits(folder: Path, images: Any, labels: Any) -> dict[str, Any]:
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(72, 10),
        nn.Softmax(-1),
    )
    rows = torch.from_numpy(images[:, np.newaxis])
    _train(model, (rows[ROWS:],), torch.from_numpy(labels[ROWS:]))
    given = rows[:ROWS]
    with torch.inference_mode():
        predicted = model(given).numpy()
    torch.save(model, folder / "digits_module.pt")
    torch.jit.trace(model, given).save(folder / "digits_traced.pt")
    _save_program(model, (given,), folder / "digits.pt2")
    expected = _expected("pytorch", given.numpy(), predicted, labels[:ROWS])
    return dict.fromkeys(("digits_module.pt", "digits_traced.pt", "digits.pt2"), expected)


def _recurrent_texts(folder: Path) -> dict[str, Any]:
    rows, labels = sentences()
    model = keras.Sequential(
        [
            keras.layers.Input((None,), dtype="int64"),
            keras.layers.Embedding(WORDS, 16, mask_zero=True),
            keras.layers.Bidirectional(keras.layers.LSTM(12)),
            keras.layers.Dense(int(labels.max()) + 1, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    model.fit(rows[ROWS:], labels[ROWS:], epochs=EPOCHS, verbose=0)
    predicted = model.predict(rows[:ROWS], verbose=0)
    model.save(folder / "texts_lstm.keras")
    expected = _expected("tensorflow", rows[:ROWS], predicted, labels[:ROWS])
    return {"texts_lstm.keras": expected}


class _Attention(nn.Module):
    """Attends to the words of a sentence, and takes their mean."""

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.words = nn.Embedding(WORDS, 16, padding_idx=0)
        self.attention = nn.MultiheadAttention(16, 2, batch_first=True)
        self.label = nn.Linear(16, labels)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        words = self.words(tokens)
        seen, _ = self.attention(words, words, words, need_weights=False)
        return self.label((seen + words).mean(1)).softmax(-1)


def _attentive_texts(folder: Path) -> dict[str, Any]:
    rows, labels = sentences()
    tokens = torch.from_numpy(rows)
    model = _Attention(int(labels.max()) + 1)
    _train(model, (tokens[ROWS:],), torch.from_numpy(labels[ROWS:]))
    with torch.inference_mode():
        predicted = model(tokens[:ROWS]).numpy()
    _save_program(model, (tokens[:ROWS],), folder / "texts_attention.pt2")
    return {"texts_attention.pt2": _expected("pytorch", rows[:ROWS], predicted, labels[:ROWS])}


class _TwoInTwoOut(nn.Module):
    """Reads an image and the sums of its lines, and gives the digit and whether it is even."""

    def __init__(self) -> None:
        super().__init__()
        self.image = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Flatten())
        self.digit = nn.Linear(8 * 36 + 8, 10)
        self.even = nn.Linear(8 * 36 + 8, 1)

    def forward(self, image: torch.Tensor, sums: torch.Tensor) -> dict[str, torch.Tensor]:
        both = torch.cat([self.image(image), sums], dim=1)
        return {"digit": self.digit(both).softmax(-1), "even": self.even(both).sigmoid()}


def _two_in_two_out(folder: Path, images: Any, labels: Any) -> dict[str, Any]:
    image, sums = torch.from_numpy(images[:, np.newaxis]), torch.from_numpy(images.sum(2))
    model = _TwoInTwoOut()
    _train(model, (image[ROWS:], sums[ROWS:]), torch.from_numpy(labels[ROWS:]), "digit")
    given = image[:ROWS], sums[:ROWS]
    with torch.inference_mode():
        predicted = {name: each.numpy() for name, each in model(*given).items()}
    _save_program(model, given, folder / "two_in_two_out.pt2")
    rows = {"image": given[0].tolist(), "sums": given[1].tolist()}
    right = predicted["digit"].argmax(-1) == labels[:ROWS]
    expected = {
        "model_type": "pytorch",
        "input": rows,
        "prediction": [
            {"digit": digit.tolist(), "even": float(even[0])}
            for digit, even in zip(predicted["digit"], predicted["even"], strict=True)
        ],
        "accuracy": float(right.mean()),
    }
    return {"two_in_two_out.pt2": expected}


def _of_keras_2(folder: Path) -> dict[str, Any]:
    """Copy a file that TensorFlow's Keras 2 wrote, with TensorFlow's own predictions."""
    written = Path(__file__).parent / "keras_2"
    (folder / "keras_2.h5").write_bytes((written / "digits.h5").read_bytes())
    with np.load(written / "expected.npz") as held:
        rows, predicted = held["digits/input/0"], held["digits/output/0"]
    return {"keras_2.h5": _expected("tensorflow", rows, predicted)}


def _save_program(model: nn.Module, given: tuple[torch.Tensor, ...], path: Path) -> None:
    free = tuple({0: torch.export.Dim.DYNAMIC} for _ in given)
    torch.export.save(torch.export.export(model, given, dynamic_shapes=free), path)


def _train(
    model: nn.Module, rows: tuple[torch.Tensor, ...], labels: torch.Tensor, output: str = ""
) -> None:
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    for _ in range(STEPS):
        optimizer.zero_grad()
        predicted = model(*rows)
        # A softmax comes last, so its logarithm is what the loss takes.
        chosen = predicted[output] if output else predicted
        nn.functional.nll_loss(chosen.log(), labels).backward()
        optimizer.step()
    model.eval()


def _expected(model_type: str, rows: Any, predicted: Any, labels: Any = None) -> dict[str, Any]:
    right = None if labels is None else float((predicted.argmax(-1) == labels).mean())
    return {
        "model_type": model_type,
        "input": rows.tolist(),
        "prediction": predicted.tolist(),
        "accuracy": right,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
