"""The commonest layers of ``torch.nn``, one at a time, with rows that they take."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

Rows = Callable[[int], tuple[torch.Tensor, ...]]


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes:
        name: as the table has it.
        module: in inference mode.
        rows: makes inputs of so many rows.
    """

    name: str
    module: nn.Module
    rows: Rows

    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Return the shape of one row of each input."""
        return tuple(tuple(each.shape[1:]) for each in self.rows(2))

    def dtypes(self) -> tuple[str, ...]:
        """Return the element type of each input."""
        return tuple(str(each.dtype).removeprefix("torch.") for each in self.rows(2))


def _floats(*shapes: tuple[int, ...]) -> Rows:
    return lambda rows: tuple(torch.randn(rows, *shape) for shape in shapes)


def _indices(below: int, length: int) -> Rows:
    return lambda rows: (torch.randint(0, below, (rows, length)),)


_TABLE, _SEQUENCE, _SIGNAL = _floats((8,)), _floats((6, 8)), _floats((4, 12))
_IMAGE, _VOLUME = _floats((4, 12, 12)), _floats((4, 6, 8, 8))

_ACTIVATIONS: tuple[type[nn.Module], ...] = (
    nn.CELU,
    nn.ELU,
    nn.GELU,
    nn.Hardshrink,
    nn.Hardsigmoid,
    nn.Hardswish,
    nn.Hardtanh,
    nn.LeakyReLU,
    nn.LogSigmoid,
    nn.Mish,
    nn.PReLU,
    nn.RReLU,
    nn.ReLU,
    nn.ReLU6,
    nn.SELU,
    nn.SiLU,
    nn.Sigmoid,
    nn.Softplus,
    nn.Softshrink,
    nn.Softsign,
    nn.Tanh,
    nn.Tanhshrink,
)


def layers() -> Iterator[Layer]:
    """Yield every layer, with the same weights every time."""
    entries = _entries()
    while True:
        torch.manual_seed(0)  # whatever was drawn for the layer before
        entry = next(entries, None)
        if entry is None:
            return
        name, module, rows = entry
        yield Layer(name, module.eval(), rows)


def _entries() -> Iterator[tuple[str, nn.Module, Rows]]:
    yield from _dense()
    yield from _convolutions()
    yield from _pools()
    yield from _normalisations()
    yield from _sequences()
    for activation in _ACTIVATIONS:
        yield activation.__name__, activation(), _TABLE
    yield from _others()


def _dense() -> Iterator[tuple[str, nn.Module, Rows]]:
    yield "Linear", nn.Linear(8, 3), _TABLE
    yield "Linear, without bias", nn.Linear(8, 3, bias=False), _SEQUENCE
    yield "Bilinear", nn.Bilinear(4, 5, 3), _floats((4,), (5,))
    yield "Embedding", nn.Embedding(20, 6, padding_idx=0), _indices(20, 7)
    yield "EmbeddingBag", nn.EmbeddingBag(20, 6, mode="mean"), _indices(20, 7)


def _convolutions() -> Iterator[tuple[str, nn.Module, Rows]]:
    yield "Conv1d", nn.Conv1d(4, 6, 3, padding=1), _SIGNAL
    yield "Conv2d", nn.Conv2d(4, 6, 3, stride=2, padding=1), _IMAGE
    yield (
        "Conv2d, same, reflect",
        nn.Conv2d(4, 6, 3, padding="same", padding_mode="reflect"),
        _IMAGE,
    )
    yield "Conv2d, groups, dilation", nn.Conv2d(4, 8, 3, groups=4, dilation=2), _IMAGE
    yield "Conv3d", nn.Conv3d(4, 5, 3, padding=1), _VOLUME
    yield "ConvTranspose1d", nn.ConvTranspose1d(4, 6, 3, stride=2), _SIGNAL
    yield "ConvTranspose2d", nn.ConvTranspose2d(4, 6, 3, stride=2, output_padding=1), _IMAGE


def _pools() -> Iterator[tuple[str, nn.Module, Rows]]:
    yield "MaxPool1d", nn.MaxPool1d(3, stride=2), _SIGNAL
    yield "MaxPool2d", nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True), _IMAGE
    yield "MaxPool3d", nn.MaxPool3d(2), _VOLUME
    yield "AvgPool1d", nn.AvgPool1d(3), _SIGNAL
    yield "AvgPool2d", nn.AvgPool2d(3, padding=1, count_include_pad=False), _IMAGE
    yield "AvgPool3d", nn.AvgPool3d(2), _VOLUME
    yield "LPPool2d", nn.LPPool2d(2, 3), _IMAGE
    yield "AdaptiveAvgPool1d", nn.AdaptiveAvgPool1d(4), _SIGNAL
    yield "AdaptiveAvgPool2d", nn.AdaptiveAvgPool2d(1), _IMAGE
    yield "AdaptiveAvgPool2d, uneven", nn.AdaptiveAvgPool2d(5), _IMAGE
    yield "AdaptiveMaxPool2d", nn.AdaptiveMaxPool2d((3, 4)), _IMAGE


def _normalisations() -> Iterator[tuple[str, nn.Module, Rows]]:
    yield "BatchNorm1d", _trained(nn.BatchNorm1d(8), _TABLE), _TABLE
    yield "BatchNorm2d", _trained(nn.BatchNorm2d(4), _IMAGE), _IMAGE
    yield "BatchNorm3d", _trained(nn.BatchNorm3d(4), _VOLUME), _VOLUME
    yield "LayerNorm", nn.LayerNorm(8), _SEQUENCE
    yield "RMSNorm", nn.RMSNorm(8), _SEQUENCE
    yield "GroupNorm", nn.GroupNorm(2, 4), _IMAGE
    yield "InstanceNorm1d", nn.InstanceNorm1d(4), _SIGNAL
    yield "InstanceNorm2d", nn.InstanceNorm2d(4, affine=True), _IMAGE
    yield "LocalResponseNorm", nn.LocalResponseNorm(2), _IMAGE


def _trained(module: nn.Module, rows: Rows) -> nn.Module:
    for _ in range(3):
        module.train()(*rows(16))
    return module


def _sequences() -> Iterator[tuple[str, nn.Module, Rows]]:
    yield "LSTM", nn.LSTM(8, 5, num_layers=2, batch_first=True, bidirectional=True), _SEQUENCE
    yield "LSTM, projected", nn.LSTM(8, 5, proj_size=3, batch_first=True), _SEQUENCE
    yield "GRU", nn.GRU(8, 5, batch_first=True), _SEQUENCE
    yield "RNN", nn.RNN(8, 5, nonlinearity="relu", batch_first=True), _SEQUENCE
    yield "LSTM, rows second", nn.LSTM(8, 5), _SEQUENCE
    three = _floats((6, 8), (6, 8), (6, 8))
    yield "MultiheadAttention", nn.MultiheadAttention(8, 2, batch_first=True), three
    encoder = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    yield "TransformerEncoderLayer", encoder, _SEQUENCE
    gelu = nn.TransformerEncoderLayer(
        8, 2, 16, activation="gelu", norm_first=True, batch_first=True
    )
    yield (
        "TransformerEncoder",
        nn.TransformerEncoder(gelu, 2, enable_nested_tensor=False),
        _SEQUENCE,
    )
    decoder = nn.TransformerDecoderLayer(8, 2, 16, batch_first=True)
    yield "TransformerDecoderLayer", decoder, _floats((6, 8), (4, 8))


def _others() -> Iterator[tuple[str, nn.Module, Rows]]:
    yield "GLU", nn.GLU(), _TABLE
    yield "Threshold", nn.Threshold(0.1, 20), _TABLE
    yield "Softmax", nn.Softmax(dim=-1), _TABLE
    yield "Softmin", nn.Softmin(dim=-1), _TABLE
    yield "LogSoftmax", nn.LogSoftmax(dim=-1), _TABLE
    yield "Softmax2d", nn.Softmax2d(), _IMAGE
    yield "Dropout", nn.Dropout(), _TABLE
    yield "Dropout2d", nn.Dropout2d(), _IMAGE
    yield "AlphaDropout", nn.AlphaDropout(), _TABLE
    yield "Flatten", nn.Flatten(), _IMAGE
    yield "Unflatten", nn.Unflatten(1, (2, 4)), _TABLE
    yield "Identity", nn.Identity(), _TABLE
    yield "Upsample, nearest", nn.Upsample(scale_factor=2), _IMAGE
    yield "Upsample, bilinear", nn.Upsample(scale_factor=1.5, mode="bilinear"), _IMAGE
    yield "Upsample, bicubic", nn.Upsample(size=(9, 7), mode="bicubic", align_corners=True), _IMAGE
    yield "PixelShuffle", nn.PixelShuffle(2), _IMAGE
    yield "PixelUnshuffle", nn.PixelUnshuffle(2), _IMAGE
    yield "ChannelShuffle", nn.ChannelShuffle(2), _IMAGE
    yield "ZeroPad2d", nn.ZeroPad2d((1, 2, 0, 1)), _IMAGE
    yield "ReflectionPad2d", nn.ReflectionPad2d(2), _IMAGE
    yield "ReplicationPad1d", nn.ReplicationPad1d(2), _SIGNAL
    yield "ConstantPad2d", nn.ConstantPad2d(1, 0.5), _IMAGE
    yield "CircularPad2d", nn.CircularPad2d(1), _IMAGE
    yield "Fold", nn.Fold((6, 6), (2, 2), stride=2), _floats((16, 9))
    yield "Unfold", nn.Unfold((3, 3), stride=2), _IMAGE
    yield "CosineSimilarity", nn.CosineSimilarity(), _floats((8,), (8,))
    yield "PairwiseDistance", nn.PairwiseDistance(), _floats((8,), (8,))
    yield "Sequential", _network(), _IMAGE


def _network() -> Any:
    return nn.Sequential(
        nn.Conv2d(4, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.Flatten(), nn.Linear(600, 3)
    )
