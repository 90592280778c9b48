"""Networks saved by Keras 3 are served with the predictions that Keras makes."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from sklearn.datasets import load_digits

from inferx.errors import Refused
from inferx.input_hints import InputHints
from inferx.onnx_session import ort
from tests.deep.keras.files import converted, network_in, saved

L = keras.layers


@pytest.fixture(autouse=True)
def _same_weights_every_time() -> None:
    keras.utils.set_random_seed(4)


def _run(folder: Path, *rows: Any) -> list[Any]:
    session = ort.InferenceSession(folder / "model.onnx")
    names = [each.name for each in session.get_inputs()]
    return list(session.run(None, dict(zip(names, rows, strict=True))))


def _digits_classifier() -> tuple[Any, Any, Any]:
    images, digits = load_digits(return_X_y=True)
    images = images.reshape(-1, 8, 8, 1).astype("float32")
    model = keras.Sequential(
        [
            L.Input((8, 8, 1), name="image"),
            L.Rescaling(1 / 16),
            L.Conv2D(8, 3, activation="relu"),
            L.BatchNormalization(momentum=0.8),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dropout(0.2),
            L.Dense(10, activation="softmax", name="digit"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(images[:1200], digits[:1200], epochs=5, batch_size=64, verbose=0)
    return model, images[1200:], digits[1200:]


def test_classifier_of_digits_keeps_its_accuracy(tmp_path: Path) -> None:
    model, images, digits = _digits_classifier()
    expected = model.predict(images, verbose=0)

    for ending in (".keras", ".h5"):
        _, facts = converted(saved(model, tmp_path, ending), tmp_path)

        (found,) = _run(tmp_path, images)
        assert np.allclose(found, expected, atol=1e-5)
        assert (found.argmax(1) == digits).mean() == (expected.argmax(1) == digits).mean() > 0.8
        assert facts["task"] == "classification"
        assert facts["framework_version"] == keras.__version__
        assert facts["signature"]["inputs"][0] == {
            "name": "image",
            "dtype": "float32",
            "shape": [None, 8, 8, 1],
        }
        assert facts["signature"]["prediction"] == "digit"


def test_masked_recurrent_network_takes_any_length_and_padding(tmp_path: Path) -> None:
    model = keras.Sequential(
        [
            L.Input((None,), dtype="int32", name="words"),
            L.Embedding(20, 6, mask_zero=True),
            L.LSTM(5, return_sequences=True),
            L.Bidirectional(L.GRU(4)),
            L.Dense(2, activation="softmax"),
        ]
    )
    network, _ = converted(saved(model, tmp_path), tmp_path)
    assert network.inputs[0].below == 20

    for length in (3, 17):
        words = np.random.default_rng(length).integers(1, 20, (6, length)).astype("int32")
        words[0, :2] = words[1, 1:] = words[2, 1] = words[3] = 0
        (found,) = _run(tmp_path, words)

        assert np.allclose(found, model(words, training=False).detach().numpy(), atol=1e-6)


def test_transformer_takes_any_length(tmp_path: Path) -> None:
    words = keras.Input((None,), dtype="int32")
    hidden = L.Embedding(20, 8, mask_zero=True)(words)
    hidden = L.LayerNormalization()(hidden + L.MultiHeadAttention(2, 4)(hidden, hidden))
    model = keras.Model(words, L.Dense(3)(L.GlobalAveragePooling1D()(hidden)))

    converted(saved(model, tmp_path), tmp_path)

    rows = np.random.default_rng(1).integers(0, 20, (4, 11)).astype("int32")
    (found,) = _run(tmp_path, rows)
    assert np.allclose(found, model(rows, training=False).detach().numpy(), atol=1e-5)


def test_inputs_and_outputs_keep_their_names_and_order(tmp_path: Path) -> None:
    right, left = keras.Input((3,), name="right"), keras.Input((5,), name="left")
    both = L.Concatenate()([left, L.Dense(4, activation="tanh")(right)])
    outputs = [L.Dense(2, name="zone")(both), L.Dense(1, name="area")(both)]
    model = keras.Model([right, left], outputs)

    network, facts = converted(saved(model, tmp_path, ".h5"), tmp_path)

    rows = [np.ones((3, 3), "float32"), np.zeros((3, 5), "float32")]
    found = _run(tmp_path, *rows)
    expected = [each.detach().numpy() for each in model(rows, training=False)]
    assert [each["name"] for each in facts["signature"]["inputs"]] == ["right", "left"]
    assert network.outputs == ("zone", "area")
    assert all(
        np.allclose(one, other, atol=1e-6) for one, other in zip(found, expected, strict=True)
    )


def test_mixed_precision_is_computed_in_float32(tmp_path: Path) -> None:
    layer = L.Dense(3, dtype="mixed_float16")
    model = keras.Sequential([L.Input((4,)), layer])

    _, facts = converted(saved(model, tmp_path), tmp_path)

    assert facts["signature"]["outputs"][0]["dtype"] == "float32"
    assert "mixed precision" in facts["warnings"][0]


def test_shape_that_the_file_lacks_is_asked_for_and_taken(tmp_path: Path) -> None:
    model = keras.Sequential([L.Dense(3), L.Dense(2)])
    model.build((None, 4))
    path = saved(model, tmp_path)
    bare = keras.Sequential([L.Dense(3), L.Dense(2)])
    network = network_in(path, tmp_path)
    assert network.inputs[0].shape == (4,)  # Keras kept what it was built for

    bare.build((None, 4))
    without = _without_shape(saved(bare, tmp_path, ".h5"))
    with pytest.raises(Refused, match=r"upload it again with input_shape, e.g. \[28, 28, 1\]"):
        network_in(without, tmp_path)
    network, _ = converted(without, tmp_path, InputHints(shapes=((4,),)))

    assert network.inputs[0].shape == (4,)


def _without_shape(path: Path) -> Path:
    import json

    import h5py

    with h5py.File(path, "r+") as file:
        held = json.loads(file.attrs["model_config"])
        held["config"].pop("build_input_shape", None)
        held["config"]["layers"] = [
            each for each in held["config"]["layers"] if each["class_name"] != "InputLayer"
        ]
        for each in held["config"]["layers"]:
            each["config"].pop("batch_input_shape", None)
        file.attrs["model_config"] = json.dumps(held)
    return path


def test_weights_of_a_partly_frozen_part_keep_their_places(tmp_path: Path) -> None:
    inner = keras.Sequential([L.Input((4,)), L.Dense(4), L.Dense(4, trainable=False), L.Dense(4)])
    inner.layers[0].trainable = False
    model = keras.Sequential([L.Input((4,)), inner, L.Dense(2)])
    rows = np.random.default_rng(3).normal(size=(5, 4)).astype("float32")

    network = network_in(saved(model, tmp_path, ".h5"), tmp_path)

    expected = model(rows, training=False).detach().numpy()
    assert np.allclose(network.predict([rows])[0], expected, atol=1e-6)


@pytest.mark.parametrize(
    ("hints", "words"),
    [
        (InputHints(shapes=((5,),)), r"has the shape \[4\] in the file, and \[5\] is declared"),
        (InputHints(dtypes=("int64",)), "of the type float32 in the file, and int64"),
        (InputHints(shapes=((4,), (4,))), "The model has 1 inputs and 2 are declared"),
    ],
)
def test_hints_that_contradict_the_file_are_refused(
    hints: InputHints, words: str, tmp_path: Path
) -> None:
    path = saved(keras.Sequential([L.Input((4,)), L.Dense(2)]), tmp_path)

    with pytest.raises(Refused, match=words):
        network_in(path, tmp_path, hints)


def test_loop_without_an_operator_needs_a_fixed_number_of_steps(tmp_path: Path) -> None:
    model = keras.Sequential([L.Input((None, 3)), L.RNN([L.LSTMCell(4), L.GRUCell(2)])])
    path = saved(model, tmp_path)

    with pytest.raises(Refused, match="becomes a loop of a fixed number of steps"):
        network_in(path, tmp_path)
    _, facts = converted(path, tmp_path, InputHints(shapes=((5, 3),)))

    assert facts["signature"]["inputs"][0]["shape"] == [None, 5, 3]


def test_rows_are_drawn_where_normalisation_was_fitted(tmp_path: Path) -> None:
    normal = L.Normalization()
    normal.adapt(np.random.default_rng(1).normal(1000, 7, (200, 3)))
    model = keras.Sequential([L.Input((3,)), normal, L.Dense(1)])

    network = network_in(saved(model, tmp_path), tmp_path)

    assert np.allclose(network.inputs[0].centre, 1000, atol=3)
    assert np.allclose(network.inputs[0].spread, 7, atol=1)


def test_model_of_a_loop_with_state_between_batches_is_refused(tmp_path: Path) -> None:
    first = keras.Input(batch_shape=(2, 4, 3))
    path = saved(keras.Model(first, L.LSTM(2, stateful=True)(first)), tmp_path)

    with pytest.raises(Refused, match="'stateful' set in a way that is not served"):
        network_in(path, tmp_path)
