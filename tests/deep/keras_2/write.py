"""Writes the files of this folder: small networks of Keras 2 and what TensorFlow predicts.

Run once, by Python 3.11 with ``tensorflow-cpu==2.15.*`` and ``numpy<2``::

    python tests/deep/keras_2/write.py

Each network has an ``.h5`` file, and some a ``.keras`` file, as Keras 2 writes them; rows and
predictions of all are in ``expected.npz``, under ``network/input`` and ``network/output``.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

FOLDER = Path(__file__).parent
IN_ARCHIVES_TOO = ("digits", "recurrent", "attention", "nested")
layers = tf.keras.layers


def digits() -> Any:
    """Return a convolutional classifier of images of 8 by 8."""
    return tf.keras.Sequential(
        [
            layers.Rescaling(1 / 16, input_shape=(8, 8, 1)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(10, activation="softmax"),
        ]
    )


def recurrent() -> Any:
    """Return a classifier of texts: embedding with a mask, LSTM, bidirectional GRU."""
    return tf.keras.Sequential(
        [
            layers.Embedding(20, 4, mask_zero=True),
            layers.LSTM(5, return_sequences=True),
            layers.Bidirectional(layers.GRU(3)),
            layers.Dense(2, activation="softmax"),
        ]
    )


def old_recurrent() -> Any:
    """Return recurrent layers with what TensorFlow 1 had as defaults."""
    sequence = tf.keras.Input((None, 3))
    hidden = layers.GRU(4, reset_after=False, return_sequences=True)(sequence)
    hidden = layers.LSTM(4, recurrent_activation="hard_sigmoid", return_sequences=True)(hidden)
    hidden = layers.SimpleRNN(3, go_backwards=True)(hidden)
    return tf.keras.Model(sequence, layers.Dense(1, activation="hard_sigmoid")(hidden))


def two_in_two_out() -> Any:
    """Return a graph with two inputs, two outputs and a shared layer."""
    left, right = tf.keras.Input((4,), name="left"), tf.keras.Input((4,), name="right")
    shared = layers.Dense(5, activation="tanh", name="shared")
    first, second = shared(left), shared(right)
    together = layers.Concatenate()([first, second, layers.Multiply()([first, second])])
    label = layers.Dense(3, activation="softmax", name="label")(together)
    size = layers.Dense(1, name="size")(layers.LeakyReLU(alpha=0.2)(together))
    return tf.keras.Model([left, right], [label, size])


def separable() -> Any:
    """Return separable, depthwise and transposed convolutions, with a frozen normalisation."""
    image = tf.keras.Input((12, 12, 3))
    hidden = layers.SeparableConv2D(6, 3, padding="same", strides=2)(image)
    hidden = layers.BatchNormalization(trainable=False)(hidden)
    hidden = layers.DepthwiseConv2D(3, activation="relu")(hidden)
    hidden = layers.Conv2DTranspose(4, 3, strides=2, padding="same")(hidden)
    hidden = layers.PReLU(shared_axes=[1, 2])(layers.ReLU(max_value=6.0)(hidden))
    return tf.keras.Model(image, layers.GlobalAveragePooling2D()(hidden))


def attention() -> Any:
    """Return attention over a sequence, with layer normalisation."""
    sequence = tf.keras.Input((None, 8))
    seen = layers.MultiHeadAttention(2, 4)(sequence, sequence)
    hidden = layers.LayerNormalization()(layers.Add()([sequence, seen]))
    return tf.keras.Model(sequence, layers.GlobalMaxPooling1D()(hidden))


def nested() -> Any:
    """Return a graph that calls a Sequential, a frozen graph twice, and a normalisation."""
    inner = tf.keras.Input((4,))
    hidden = layers.BatchNormalization()(layers.Dense(4, activation="elu")(inner))
    graph = tf.keras.Model(inner, hidden, name="graph")
    graph.trainable = False
    chain = tf.keras.Sequential(
        [layers.Dense(4, activation="swish", input_shape=(4,)), layers.Dense(4)], name="chain"
    )
    table = tf.keras.Input((4,), name="table")
    normal = layers.Normalization()
    normal.adapt(np.random.default_rng(5).normal(3, 2, (50, 4)))
    hidden = graph(chain(graph(normal(table))))
    return tf.keras.Model(table, layers.Dense(2, activation="softmax")(hidden))


NETWORKS: dict[str, Callable[[], Any]] = {
    make.__name__: make
    for make in (digits, recurrent, old_recurrent, two_in_two_out, separable, attention, nested)
}


def _rows(name: str, model: Any) -> list[Any]:
    random = np.random.default_rng(1)
    if name == "digits":
        return [random.integers(0, 17, (6, 8, 8, 1)).astype("float32")]
    if name == "recurrent":
        rows = random.integers(1, 20, (6, 9))
        rows[1, :4] = rows[2, 5:] = rows[3, 2:4] = rows[4] = 0
        return [rows.astype("float32")]
    shapes = [[length or 7 for length in each.shape[1:]] for each in model.inputs]
    return [random.normal(0, 1.5, (6, *shape)).astype("float32") for shape in shapes]


def _trained(model: Any) -> Any:
    """Give every weight another value than its first: positive ones where they are variances."""
    random = np.random.default_rng(2)
    for layer in model._flatten_layers():
        if isinstance(layer, (tf.keras.Model, layers.Normalization)):
            continue
        own = [*layer._trainable_weights, *layer._non_trainable_weights]
        for weight in own:
            value = random.normal(0, 0.4, weight.shape)
            weight.assign(abs(value) + 0.5 if "variance" in weight.name else value)
    return model


def main() -> None:
    """Write all files."""
    expected: dict[str, Any] = {}
    for name, make in NETWORKS.items():
        tf.keras.utils.set_random_seed(3)
        model = make()
        rows = _rows(name, model) if name != "recurrent" else _rows(name, None)
        model.predict(rows, verbose=0)  # builds what has no input yet
        model = _trained(model)
        for place, each in enumerate(rows):
            expected[f"{name}/input/{place}"] = each
        found = model.predict(rows, verbose=0)
        for place, each in enumerate(found if isinstance(found, list) else [found]):
            expected[f"{name}/output/{place}"] = each
        model.save(FOLDER / f"{name}.h5", include_optimizer=False)
        if name in IN_ARCHIVES_TOO:
            model.save(FOLDER / f"{name}.keras")
    np.savez_compressed(FOLDER / "expected.npz", **expected)


if __name__ == "__main__":
    main()
