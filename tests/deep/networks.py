"""Networks built in a test, as a reader would return them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from deep.network import Network, NetworkInput


def network_of(
    module: nn.Module,
    inputs: Sequence[NetworkInput],
    outputs: Sequence[str] = ("output",),
    export: Callable[[Path], None] | None = None,
) -> Network:
    """Return a module as a network; without ``export`` it is exported with free axes."""
    module.eval()

    def predict(tensors: Sequence[Any]) -> list[Any]:
        with torch.inference_mode():
            found = module(*(torch.from_numpy(np.asarray(each)) for each in tensors))
        return [each.numpy() for each in (found if isinstance(found, tuple) else (found,))]

    return Network(
        framework="pytorch",
        version=None,
        title=type(module).__name__,
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        predict=predict,
        export=export or exporter(module, inputs),
    )


def exporter(
    module: nn.Module, inputs: Sequence[NetworkInput], *, frozen: bool = False
) -> Callable[[Path], None]:
    """Return what writes a module as ONNX; ``frozen`` fixes two rows and every length."""
    shapes = [tuple(length or 24 for length in each.shape) for each in inputs]
    given = tuple(
        torch.zeros((2, *shape), dtype=getattr(torch, each.dtype))
        for each, shape in zip(inputs, shapes, strict=True)
    )
    free = tuple(
        {
            0: torch.export.Dim.DYNAMIC,
            **{
                axis + 1: torch.export.Dim.DYNAMIC
                for axis, length in enumerate(each.shape)
                if length is None
            },
        }
        for each in inputs
    )

    def export(path: Path) -> None:
        torch.onnx.export(
            module.eval(),
            given,
            path,
            dynamo=True,
            dynamic_shapes=None if frozen else free,
            opset_version=18,
            external_data=False,
            verbose=False,
        )

    return export
