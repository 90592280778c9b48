"""Files that Keras 2 wrote under TensorFlow predict what TensorFlow predicted."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inferx.onnx_session import ort
from tests.deep.keras.files import converted

_FOLDER = Path(__file__).parents[1] / "keras_2"
_FILES = sorted(path.name for path in _FOLDER.iterdir() if path.suffix in (".h5", ".keras"))


def _expected(name: str, kind: str) -> list[Any]:
    with np.load(_FOLDER / "expected.npz") as held:
        keys = sorted(key for key in held.files if key.startswith(f"{name}/{kind}/"))
        return [held[key] for key in keys]


@pytest.mark.parametrize("file", _FILES)
def test_file_of_keras_2_predicts_as_tensorflow_does(file: str, tmp_path: Path) -> None:
    network, facts = converted(_FOLDER / file, tmp_path)
    session = ort.InferenceSession(tmp_path / "model.onnx")
    name = file.split(".", maxsplit=1)[0]
    rows = {
        each.name: row.astype(each.dtype)
        for each, row in zip(network.inputs, _expected(name, "input"), strict=True)
    }

    found = session.run(list(network.outputs), rows)

    assert facts["framework_version"].startswith("2.15")
    for ours, theirs in zip(found, _expected(name, "output"), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-6, rtol=1e-5)
