"""A loaded Keras model as a network: its predictions in inference mode, and its ONNX form."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import torch

from deep.keras_files.exporting import Exported, export
from deep.keras_files.inputs import inputs_of, names_of_outputs
from deep.keras_files.memory import memory_errors
from deep.keras_files.recurrent import unrolled_layers
from deep.network import Arrays, Network, NetworkInput
from inferx.errors import Refused
from inferx.input_hints import InputHints


def network_of(
    model: Any, version: str, hints: InputHints, warnings: Sequence[str] = ()
) -> Network:
    """Return a model as a network.

    Args:
        model: built, with its weights.
        version: of the Keras that saved it.
        hints: what its owner declares of its inputs.
        warnings: sentences for its owner.

    Raises:
        Refused: its inputs cannot be served.
    """
    inputs = inputs_of(model, hints)
    _check_lengths(model, inputs)
    module = InferenceModule(model).eval()

    def predict(tensors: Sequence[Any]) -> Arrays:
        with memory_errors(), torch.no_grad():
            found = module(*(torch.from_numpy(each) for each in tensors))
        return [each.detach().numpy() for each in found]

    outputs = names_of_outputs(model, len(model.outputs))

    def write(path: Path) -> None:
        export(Exported(module, inputs, len(outputs), predict), path)

    return Network(
        framework="keras",
        version=version,
        title=type(model).__name__,
        inputs=inputs,
        outputs=outputs,
        predict=predict,
        export=write,
        warnings=tuple(warnings),
    )


class InferenceModule(torch.nn.Module):
    """A model that takes and returns plain tensors in order, with dropout and the like off."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, *tensors: Any) -> tuple[Any, ...]:
        """Predict."""
        packed = keras.tree.pack_sequence_as(_structure(self.model), list(tensors))
        return tuple(keras.tree.flatten(self.model(packed, training=False)))


def _structure(model: Any) -> Any:
    functional = getattr(model, "_functional", None) or model
    return functional._inputs_struct


def _check_lengths(model: Any, inputs: Sequence[NetworkInput]) -> None:
    """Raise if a loop over time, which has to be written out in full, has a free length."""
    names = unrolled_layers(model)
    if names and any(each.shape[:1] == (None,) for each in inputs):
        raise Refused(
            f"The layer '{names[0]:.80}' becomes a loop of a fixed number of steps, and the file "
            "leaves that number free: upload it again with input_shape, the steps first, e.g. "
            "[100, 8]."
        )
