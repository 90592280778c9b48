"""Trains small networks on scikit-learn's digits and saves each in every format that is read.

Run by tests outside the environment that has PyTorch: ``python -m tests.deep.files FOLDER``. Beside
the files it writes ``expected.json``: rows, and for each file the digits that its framework
predicts for them.
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

ROWS = 30
EPOCHS = 6
STEPS = 60


def main(folder: Path) -> None:
    """Write the files and ``expected.json`` to ``folder``."""
    digits = load_digits()
    images = (digits.images / 16).astype("float32")
    torch.manual_seed(0)
    keras.utils.set_random_seed(0)
    of_keras = _keras_files(folder, images, digits.target)
    of_torch = _torch_files(folder, images, digits.target)
    (folder / "expected.json").write_text(json.dumps({"files": of_keras | of_torch}))


def _keras_files(folder: Path, images: Any, labels: Any) -> dict[str, Any]:
    model = keras.Sequential(
        [
            keras.layers.Input((8, 8, 1)),
            keras.layers.Conv2D(8, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    rows = images[..., np.newaxis]
    model.fit(rows, labels, epochs=EPOCHS, verbose=0)
    expected = _expected("tensorflow", rows, model.predict(rows[:ROWS], verbose=0))
    model.save(folder / "digits.keras")
    model.save(folder / "digits.h5")
    return dict.fromkeys(("digits.keras", "digits.h5"), expected)


def _torch_files(folder: Path, images: Any, labels: Any) -> dict[str, Any]:
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(72, 10),
        nn.Softmax(-1),
    )
    rows = images[:, np.newaxis]
    _train(model, torch.from_numpy(rows), torch.from_numpy(labels))
    given = torch.from_numpy(rows[:ROWS])
    with torch.inference_mode():
        expected = _expected("pytorch", rows, model(given).numpy())
    torch.save(model, folder / "digits_module.pt")
    torch.jit.trace(model, given).save(folder / "digits_traced.pt")
    free = ({0: torch.export.Dim.DYNAMIC},)
    torch.export.save(
        torch.export.export(model, (given,), dynamic_shapes=free), folder / "digits.pt2"
    )
    return dict.fromkeys(("digits_module.pt", "digits_traced.pt", "digits.pt2"), expected)


def _train(model: nn.Module, rows: torch.Tensor, labels: torch.Tensor) -> None:
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    for _ in range(STEPS):
        optimizer.zero_grad()
        # Softmax is the network's last layer, so its logarithm is what the loss takes.
        nn.functional.nll_loss(model(rows).log(), labels).backward()
        optimizer.step()
    model.eval()


def _expected(model_type: str, rows: Any, probabilities: Any) -> dict[str, Any]:
    return {
        "model_type": model_type,
        "rows": rows[:ROWS].tolist(),
        "digits": probabilities.argmax(-1).tolist(),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
