"""Loops over time as ONNX's own operators LSTM, GRU and RNN, which take any number of steps.

Keras on PyTorch runs a Python loop, which an exporter writes out: as long as its example was.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import keras
import torch

from deep.keras_files.functions import FUNCTIONS, HARD_SIGMOID_OF_KERAS_2

_OPSET = 20
Loop: TypeAlias = Callable[..., tuple[Any, Any, list[Any]]]

_FUNCTIONS: dict[Any, tuple[str, tuple[float, ...], tuple[float, ...]]] = {
    # Keras's function: ONNX's name of it, its alpha, its beta.
    keras.activations.tanh: ("Tanh", (), ()),
    keras.activations.sigmoid: ("Sigmoid", (), ()),
    keras.activations.relu: ("Relu", (), ()),
    keras.activations.linear: ("Affine", (1.0,), (0.0,)),
    keras.activations.hard_sigmoid: ("HardSigmoid", (1 / 6,), (0.5,)),
    FUNCTIONS[HARD_SIGMOID_OF_KERAS_2]: ("HardSigmoid", (0.2,), (0.5,)),
    keras.activations.elu: ("Elu", (1.0,), ()),
    keras.activations.softsign: ("Softsign", (), ()),
    keras.activations.softplus: ("Softplus", (), ()),
}

# Keras's gates of an LSTM are input, forget, cell, output; ONNX's are input, output, forget, cell.
_ORDERS = {"LSTM": (0, 3, 1, 2), "GRU": (0, 1, 2), "RNN": (0,)}


@dataclass(frozen=True)
class _Operator:
    """An ONNX operator with its weights.

    Attributes:
        name: "LSTM", "GRU" or "RNN".
        weights: of the input, of the state, and the biases, as ONNX orders them.
        attributes: of the node.
        states: how many states it has.
    """

    name: str
    weights: tuple[torch.Tensor, ...]
    attributes: dict[str, Any]
    states: int


def unrolled_layers(model: Any) -> list[str]:
    """Return the names of layers whose loop over time has no ONNX operator."""
    return [
        layer.name
        for layer in model._flatten_layers()
        if isinstance(layer, keras.layers.RNN) and _operator_of(layer.cell) is None
    ]


@contextmanager
def onnx_loops(model: Any) -> Iterator[None]:
    """Have the layers of a model use ONNX's operators, for as long as it is exported."""
    kept: list[tuple[Any, str]] = []

    def change(layer: Any, name: str, function: Any) -> None:
        layer.__dict__[name] = function
        kept.append((layer, name))

    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.RNN):
            operator = _operator_of(layer.cell)
            loop = _loop(layer, operator) if operator is not None else _unrolled(layer)
            change(layer, "inner_loop", loop)
        elif isinstance(layer, keras.layers.Bidirectional):
            change(layer, "_can_attempt_fused_lstm", _no_fused_loop)
            change(layer, "_can_attempt_fused_gru", _no_fused_loop)
        elif isinstance(layer, keras.layers.TimeDistributed):
            change(layer, "call", _all_steps_at_once(layer))
    try:
        yield
    finally:
        for layer, name in kept:
            layer.__dict__.pop(name, None)


def _no_fused_loop(*_: Any) -> bool:
    return False


def _operator_of(cell: Any) -> _Operator | None:
    kind = type(cell)
    make = {
        keras.layers.LSTMCell: _lstm,
        keras.layers.GRUCell: _gru,
        keras.layers.SimpleRNNCell: _rnn,
    }.get(kind)
    return make(cell) if make is not None else None


def _lstm(cell: Any) -> _Operator | None:
    functions = (cell.recurrent_activation, cell.activation, cell.activation)
    return _operator("LSTM", cell, functions, {})


def _gru(cell: Any) -> _Operator | None:
    functions = (cell.recurrent_activation, cell.activation)
    extra = {"linear_before_reset": int(cell.reset_after)}
    return _operator("GRU", cell, functions, extra)


def _rnn(cell: Any) -> _Operator | None:
    return _operator("RNN", cell, (cell.activation,), {})


def _operator(
    name: str, cell: Any, functions: tuple[Any, ...], extra: dict[str, int]
) -> _Operator | None:
    if any(function not in _FUNCTIONS for function in functions):
        return None
    found = [_FUNCTIONS[function] for function in functions]
    attributes: dict[str, Any] = {
        "hidden_size": int(cell.units),
        "activations": [each[0] for each in found],
        **extra,
    }
    for key, place in (("activation_alpha", 1), ("activation_beta", 2)):
        values = [value for each in found for value in each[place]]
        if values:
            attributes[key] = values
    order = _ORDERS[name]
    weights = (
        _ordered(_value(cell.kernel), order),
        _ordered(_value(cell.recurrent_kernel), order),
        _biases(cell, order),
    )
    return _Operator(name, weights, attributes, 2 if name == "LSTM" else 1)


def _value(variable: Any) -> torch.Tensor:
    value: torch.Tensor = keras.ops.convert_to_tensor(variable).detach()
    return value


def _ordered(kernel: torch.Tensor, order: tuple[int, ...]) -> torch.Tensor:
    gates = torch.chunk(kernel, len(order), dim=-1)
    return torch.cat([gates[place] for place in order], dim=-1).T.contiguous()[None]


def _biases(cell: Any, order: tuple[int, ...]) -> torch.Tensor:
    if not cell.use_bias:
        return torch.zeros(1, 2 * len(order) * cell.units)
    bias = _value(cell.bias)
    both = bias if bias.ndim == 2 else torch.stack([bias, torch.zeros_like(bias)])
    gates = torch.chunk(both, len(order), dim=-1)
    return torch.cat([gates[place] for place in order], dim=-1).reshape(1, -1)


def _loop(layer: Any, operator: _Operator) -> Loop:
    """Return what Keras calls ``inner_loop``: the last output, all outputs, the last states."""

    def run(
        sequences: Any, initial_state: Any, mask: Any = None, training: bool = False
    ) -> tuple[Any, Any, list[Any]]:
        del training
        states = keras.tree.flatten(initial_state)
        mask = keras.tree.flatten(mask)[0] if mask is not None else None
        if layer.go_backwards:
            sequences = torch.flip(sequences, (1,))
            mask = None if mask is None else torch.flip(mask, (1,))
        if mask is None:
            outputs, last = _run(operator, sequences, states, None)
        else:
            outputs, last = _run_masked(
                operator, sequences, states, mask, layer.zero_output_for_mask
            )
        return outputs[:, -1], outputs, last

    return run


def _unrolled(layer: Any) -> Loop:
    """Return an ``inner_loop`` of as many steps as the input has, for any number of rows.

    Keras's own on PyTorch makes a constant of the number of rows when it is exported.
    """

    def run(
        sequences: Any, initial_state: Any, mask: Any = None, training: bool = False
    ) -> tuple[Any, Any, Any]:
        del training
        mask = keras.tree.flatten(mask)[0] if mask is not None else None
        places = range(sequences.shape[1])
        states, outputs = initial_state, list[Any]()
        for place in reversed(places) if layer.go_backwards else places:
            output, new = layer.cell(sequences[:, place], states, training=False)
            if mask is not None:
                seen = mask[:, place]
                kept = outputs[-1] if outputs and not layer.zero_output_for_mask else 0.0 * output
                output = _where(seen, output, kept)
                new = keras.tree.map_structure(partial(_where, seen), new, states)
            states = keras.tree.pack_sequence_as(states, keras.tree.flatten(new))
            outputs.append(output)
        return outputs[-1], torch.stack(outputs, dim=1), states

    return run


def _where(rows: Any, new: Any, old: Any) -> Any:
    return torch.where(rows.reshape(-1, *[1] * (new.ndim - 1)), new, old)


def _run(
    operator: _Operator, sequences: Any, states: list[Any], steps: Any
) -> tuple[Any, list[Any]]:
    rows, length = sequences.shape[0], sequences.shape[1]
    size = operator.attributes["hidden_size"]
    state = (1, rows, size)
    found = torch.onnx.ops.symbolic_multi_out(
        operator.name,
        (sequences.transpose(0, 1), *operator.weights, steps, *(each[None] for each in states)),
        operator.attributes,
        dtypes=[torch.float32] * (1 + operator.states),
        shapes=[(length, 1, rows, size), *[state] * operator.states],
        version=_OPSET,
    )
    return found[0].squeeze(1).transpose(0, 1), [each.squeeze(0) for each in found[1:]]


def _run_masked(
    operator: _Operator, sequences: Any, states: list[Any], mask: Any, zero_where_masked: bool
) -> tuple[Any, list[Any]]:
    """Run the steps that are not masked, moved to the front, and put their outputs back.

    A masked step repeats the output before it, or zeros, and keeps the state.
    """
    length = sequences.shape[1]
    steps = torch.arange(length)
    order = torch.argsort(torch.where(mask, steps, steps + length), dim=1)
    count = mask.sum(1)
    front = torch.gather(sequences, 1, order[..., None].expand(-1, -1, sequences.shape[2]))
    outputs, last = _run(operator, front, states, count.to(torch.int32))
    place = torch.cumsum(mask.to(torch.int64), 1) - 1
    moved = place.clamp(min=0)[..., None].expand(-1, -1, outputs.shape[2])
    seen = mask if zero_where_masked else place >= 0
    outputs = torch.where(seen[..., None], torch.gather(outputs, 1, moved), 0.0)
    some = (count > 0)[:, None]
    return outputs, [torch.where(some, new, old) for new, old in zip(last, states, strict=True)]


def _all_steps_at_once(wrapper: Any) -> Callable[..., Any]:
    """Return TimeDistributed's ``call`` with the steps as rows, instead of one after another."""

    def call(inputs: Any, training: Any = None, mask: Any = None) -> Any:
        del training
        given = {"mask": mask.reshape(-1)} if _takes(wrapper.layer, mask) else {}
        rows = inputs.reshape(-1, *inputs.shape[2:])
        found = wrapper.layer(rows, **given)
        return found.reshape(inputs.shape[0], inputs.shape[1], *found.shape[1:])

    return call


def _takes(layer: Any, mask: Any) -> bool:
    return mask is not None and bool(layer._call_has_mask_arg)
