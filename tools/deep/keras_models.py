"""Small models of Keras, one for each common layer."""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np

L = keras.layers
TABLE, SIGNAL, IMAGE, VOLUME = (6,), (None, 4), (None, None, 3), (8, 8, 8, 2)
_FIXED_SIGNAL, _FIXED_IMAGE = (12, 4), (16, 16, 3)
_TOKENS = 20


def chain(shape: tuple[int | None, ...], *layers: Callable[[], Any]) -> Any:
    """Return a Sequential of layers made anew."""
    return keras.Sequential([L.Input(shape), *(make() for make in layers)])


def tokens(*layers: Callable[[], Any]) -> Any:
    """Return a Sequential over sequences of whole numbers."""
    return keras.Sequential([L.Input((None,), dtype="int32"), *(make() for make in layers)])


def two(merge: Callable[[], Any]) -> Any:
    """Return a model of two inputs."""
    left, right = keras.Input((6,), name="left"), keras.Input((6,), name="right")
    return keras.Model([left, right], merge()([left, L.Dense(6)(right)]))


def attended(make: Callable[[], Any]) -> Any:
    """Return a layer of attention over a normalised sequence and itself, as in a transformer."""
    sequence = keras.Input((None, 8))
    hidden, layer = L.LayerNormalization()(sequence), make()
    own = isinstance(layer, L.MultiHeadAttention | L.GroupQueryAttention)
    return keras.Model(sequence, layer(hidden, hidden) if own else layer([hidden, hidden]))


def normalized() -> Any:
    """Return a normalisation with a mean and a variance."""
    layer = L.Normalization()
    layer.adapt(np.random.default_rng(1).normal(3, 2, (40, 6)))
    return keras.Sequential([L.Input((6,)), layer, L.Dense(3)])


def with_state() -> Any:
    """Return an encoder and a decoder that begins at its state."""
    first, second = keras.Input((None, 4)), keras.Input((None, 4))
    _, *state = L.LSTM(5, return_state=True)(first)
    return keras.Model([first, second], L.LSTM(5)(second, initial_state=state))


def nested() -> Any:
    """Return a graph that calls another twice."""
    inner = keras.Input((6,))
    graph = keras.Model(inner, L.BatchNormalization()(L.Dense(6, activation="relu")(inner)))
    table = keras.Input((6,))
    return keras.Model(table, L.Dense(3, activation="softmax")(graph(graph(table))))


def operations() -> Any:
    """Return a graph with operators of ``keras.ops``."""
    table = keras.Input((6,))
    hidden = keras.ops.tanh(table * 2.0 + 1.0)[:, 1:4]
    return keras.Model(table, keras.ops.concatenate([hidden, keras.ops.mean(hidden, 1, True)], 1))


def transformer() -> Any:
    """Return one block of a transformer over masked tokens."""
    words = keras.Input((None,), dtype="int32")
    hidden = L.Embedding(_TOKENS, 8, mask_zero=True)(words)
    hidden = L.LayerNormalization()(hidden + L.MultiHeadAttention(2, 4)(hidden, hidden))
    return keras.Model(words, L.Dense(2, activation="softmax")(L.GlobalAveragePooling1D()(hidden)))


_ACTIVATIONS = (
    *("relu", "relu6", "sigmoid", "tanh", "softmax", "softplus", "softsign", "selu", "elu"),
    *("gelu", "silu", "mish", "exponential", "hard_sigmoid", "hard_silu", "leaky_relu", "linear"),
    *("log_softmax", "celu", "glu", "hard_tanh", "log_sigmoid", "squareplus", "tanh_shrink"),
    *("soft_shrink", "hard_shrink", "sparse_plus", "sparse_sigmoid", "sparsemax"),
)

MODELS: dict[str, Callable[[], Any]] = {
    "Dense": partial(chain, TABLE, lambda: L.Dense(3, activation="softmax")),
    "EinsumDense": partial(
        chain, SIGNAL, lambda: L.EinsumDense("abc,cd->abd", (None, 5), bias_axes="d")
    ),
    "Conv1D": partial(chain, SIGNAL, lambda: L.Conv1D(5, 3, strides=2, padding="same")),
    "Conv1D causal, dilated": partial(
        chain, SIGNAL, lambda: L.Conv1D(5, 3, padding="causal", dilation_rate=2)
    ),
    "Conv2D": partial(chain, IMAGE, lambda: L.Conv2D(4, 3, activation="relu")),
    "Conv2D same, stride 2": partial(
        chain, IMAGE, lambda: L.Conv2D(4, 3, strides=2, padding="same")
    ),
    "Conv2D same, stride 2, fixed": partial(
        chain, _FIXED_IMAGE, lambda: L.Conv2D(4, 3, strides=2, padding="same")
    ),
    "Conv2D groups": partial(chain, IMAGE, lambda: L.Conv2D(6, 3, groups=3)),
    "Conv3D": partial(chain, VOLUME, lambda: L.Conv3D(3, 3)),
    "Conv1DTranspose": partial(chain, SIGNAL, lambda: L.Conv1DTranspose(5, 3, strides=2)),
    "Conv2DTranspose": partial(
        chain, IMAGE, lambda: L.Conv2DTranspose(4, 3, strides=2, padding="same")
    ),
    "Conv3DTranspose": partial(chain, VOLUME, lambda: L.Conv3DTranspose(3, 3)),
    "SeparableConv1D": partial(chain, SIGNAL, lambda: L.SeparableConv1D(5, 3)),
    "SeparableConv2D": partial(chain, IMAGE, lambda: L.SeparableConv2D(5, 3, padding="same")),
    "DepthwiseConv1D": partial(chain, SIGNAL, lambda: L.DepthwiseConv1D(3)),
    "DepthwiseConv2D": partial(chain, IMAGE, lambda: L.DepthwiseConv2D(3, depth_multiplier=2)),
    "MaxPooling1D": partial(chain, SIGNAL, lambda: L.MaxPooling1D(2)),
    "MaxPooling2D same": partial(chain, IMAGE, lambda: L.MaxPooling2D(3, padding="same")),
    "MaxPooling2D": partial(chain, IMAGE, L.MaxPooling2D),
    "MaxPooling3D": partial(chain, VOLUME, L.MaxPooling3D),
    "AveragePooling1D": partial(chain, SIGNAL, lambda: L.AveragePooling1D(2)),
    "AveragePooling2D": partial(chain, IMAGE, lambda: L.AveragePooling2D(2)),
    "AveragePooling2D same, fixed": partial(
        chain, _FIXED_IMAGE, lambda: L.AveragePooling2D(3, padding="same")
    ),
    "AveragePooling3D": partial(chain, VOLUME, lambda: L.AveragePooling3D(2)),
    "GlobalAveragePooling1D": partial(chain, SIGNAL, L.GlobalAveragePooling1D),
    "GlobalAveragePooling2D": partial(chain, IMAGE, L.GlobalAveragePooling2D),
    "GlobalAveragePooling3D": partial(chain, VOLUME, L.GlobalAveragePooling3D),
    "GlobalMaxPooling1D": partial(chain, SIGNAL, L.GlobalMaxPooling1D),
    "GlobalMaxPooling2D": partial(chain, IMAGE, lambda: L.GlobalMaxPooling2D(keepdims=True)),
    "GlobalMaxPooling3D": partial(chain, VOLUME, L.GlobalMaxPooling3D),
    "Flatten": partial(chain, _FIXED_IMAGE, L.Flatten, lambda: L.Dense(2)),
    "Reshape": partial(chain, _FIXED_SIGNAL, lambda: L.Reshape((6, -1))),
    "Permute": partial(chain, IMAGE, lambda: L.Permute((3, 1, 2))),
    "RepeatVector": partial(chain, TABLE, lambda: L.RepeatVector(3)),
    "Concatenate": partial(two, L.Concatenate),
    "Add": partial(two, L.Add),
    "Subtract": partial(two, L.Subtract),
    "Multiply": partial(two, L.Multiply),
    "Average": partial(two, L.Average),
    "Maximum": partial(two, L.Maximum),
    "Minimum": partial(two, L.Minimum),
    "Dot": partial(two, lambda: L.Dot(1, normalize=True)),
    "BatchNormalization": partial(chain, IMAGE, L.BatchNormalization),
    "LayerNormalization": partial(chain, SIGNAL, L.LayerNormalization),
    "GroupNormalization": partial(chain, (None, None, 4), lambda: L.GroupNormalization(2)),
    "UnitNormalization": partial(chain, SIGNAL, L.UnitNormalization),
    "RMSNormalization": partial(chain, SIGNAL, L.RMSNormalization),
    "SpectralNormalization": partial(chain, TABLE, lambda: L.SpectralNormalization(L.Dense(3))),
    "Embedding": partial(tokens, lambda: L.Embedding(_TOKENS, 5)),
    "Embedding of floats": partial(chain, (9,), lambda: L.Embedding(_TOKENS, 5)),
    "LSTM": partial(chain, SIGNAL, lambda: L.LSTM(5)),
    "LSTM return_sequences, backwards": partial(
        chain, SIGNAL, lambda: L.LSTM(5, return_sequences=True, go_backwards=True)
    ),
    "LSTM masked": partial(
        tokens, lambda: L.Embedding(5, 4, mask_zero=True), lambda: L.LSTM(5, return_sequences=True)
    ),
    "LSTM with initial state": with_state,
    "GRU": partial(chain, SIGNAL, lambda: L.GRU(5, return_sequences=True)),
    "GRU reset before, relu": partial(
        chain, SIGNAL, lambda: L.GRU(5, reset_after=False, activation="relu")
    ),
    "GRU masked": partial(chain, SIGNAL, L.Masking, lambda: L.GRU(5)),
    "SimpleRNN": partial(chain, SIGNAL, lambda: L.SimpleRNN(5, return_sequences=True)),
    "RNN of an LSTMCell": partial(chain, SIGNAL, lambda: L.RNN(L.LSTMCell(4))),
    "RNN of StackedRNNCells": partial(
        chain, _FIXED_SIGNAL, lambda: L.RNN([L.LSTMCell(4), L.GRUCell(3)])
    ),
    "Bidirectional LSTM": partial(
        chain, SIGNAL, lambda: L.Bidirectional(L.LSTM(4, return_sequences=True))
    ),
    "Bidirectional GRU masked": partial(
        tokens,
        lambda: L.Embedding(5, 4, mask_zero=True),
        lambda: L.Bidirectional(L.GRU(5), merge_mode="sum"),
    ),
    "ConvLSTM2D": partial(chain, (4, 6, 6, 2), lambda: L.ConvLSTM2D(3, 3)),
    "TimeDistributed Dense": partial(chain, SIGNAL, lambda: L.TimeDistributed(L.Dense(3))),
    "TimeDistributed Conv2D": partial(
        chain, (None, 6, 6, 2), lambda: L.TimeDistributed(L.Conv2D(3, 3))
    ),
    "Attention": partial(attended, lambda: L.Attention(use_scale=True)),
    "AdditiveAttention": partial(attended, L.AdditiveAttention),
    "MultiHeadAttention": partial(attended, lambda: L.MultiHeadAttention(2, 4)),
    "GroupQueryAttention": partial(attended, lambda: L.GroupQueryAttention(4, 4, 2)),
    "transformer block, masked": transformer,
    **{
        f"activation {name}": partial(chain, TABLE, partial(L.Activation, name))
        for name in _ACTIVATIONS
    },
    "LeakyReLU": partial(chain, TABLE, lambda: L.LeakyReLU(negative_slope=0.2)),
    "PReLU": partial(chain, IMAGE, lambda: L.PReLU(shared_axes=[1, 2])),
    "ELU": partial(chain, TABLE, lambda: L.ELU(0.7)),
    "ReLU max, slope, threshold": partial(
        chain, TABLE, lambda: L.ReLU(max_value=2.0, negative_slope=0.1, threshold=0.5)
    ),
    "Softmax": partial(chain, SIGNAL, lambda: L.Softmax(axis=1)),
    "ZeroPadding1D": partial(chain, SIGNAL, lambda: L.ZeroPadding1D((1, 2))),
    "ZeroPadding2D": partial(chain, IMAGE, lambda: L.ZeroPadding2D(((1, 2), (0, 3)))),
    "ZeroPadding3D": partial(chain, VOLUME, lambda: L.ZeroPadding3D(1)),
    "Cropping1D": partial(chain, SIGNAL, lambda: L.Cropping1D((1, 2))),
    "Cropping2D": partial(chain, IMAGE, lambda: L.Cropping2D(((1, 2), (0, 3)))),
    "Cropping3D": partial(chain, VOLUME, lambda: L.Cropping3D(1)),
    "UpSampling1D": partial(chain, SIGNAL, lambda: L.UpSampling1D(2)),
    "UpSampling2D": partial(chain, IMAGE, lambda: L.UpSampling2D(2)),
    "UpSampling2D bilinear": partial(
        chain, _FIXED_IMAGE, lambda: L.UpSampling2D(2, interpolation="bilinear")
    ),
    "UpSampling3D": partial(chain, VOLUME, lambda: L.UpSampling3D(2)),
    "Masking": partial(chain, SIGNAL, lambda: L.Masking(0.0), lambda: L.LSTM(3)),
    "Dropout": partial(chain, TABLE, lambda: L.Dense(4), lambda: L.Dropout(0.5)),
    "SpatialDropout2D": partial(chain, IMAGE, lambda: L.SpatialDropout2D(0.5)),
    "AlphaDropout": partial(chain, TABLE, lambda: L.AlphaDropout(0.5)),
    "GaussianNoise": partial(chain, TABLE, lambda: L.GaussianNoise(0.5)),
    "GaussianDropout": partial(chain, TABLE, lambda: L.GaussianDropout(0.5)),
    "RandomFlip, RandomRotation": partial(
        chain, _FIXED_IMAGE, L.RandomFlip, lambda: L.RandomRotation(0.1)
    ),
    "Rescaling": partial(chain, IMAGE, lambda: L.Rescaling(1 / 127.5, offset=-1)),
    "Normalization": normalized,
    "Resizing": partial(chain, _FIXED_IMAGE, lambda: L.Resizing(8, 10)),
    "Resizing of any size": partial(chain, IMAGE, lambda: L.Resizing(8, 10)),
    "CenterCrop": partial(chain, _FIXED_IMAGE, lambda: L.CenterCrop(8, 8)),
    "CategoryEncoding": lambda: keras.Sequential(
        [L.Input((3,), dtype="int32"), L.CategoryEncoding(7, output_mode="multi_hot")]
    ),
    "Discretization": partial(chain, TABLE, lambda: L.Discretization([-1.0, 0.0, 0.5])),
    "nested, called twice": nested,
    "operators of keras.ops": operations,
    "ActivityRegularization": partial(chain, TABLE, lambda: L.ActivityRegularization(0.1)),
    "Identity": partial(chain, TABLE, L.Identity),
}
"""A model for each layer, by what the table calls it."""
