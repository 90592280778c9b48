"""The classes of ``torch.nn`` that a whole module may be made of, derived from the release here."""

import importlib
import inspect
import pkgutil

import torch.nn.modules
from torch import nn

from deep.torch_files.parts import Name

_WITHOUT_ROWS = frozenset({"loss", "lazy", "module"})
"""Modules of losses, which compare, and of what is not a layer."""

_NO_LAYER = frozenset({"Container", "CrossMapLRN2d"})


def _derived() -> dict[Name, type[nn.Module]]:
    found: dict[Name, type[nn.Module]] = {}
    for each in pkgutil.iter_modules(torch.nn.modules.__path__):
        if each.name in _WITHOUT_ROWS:
            continue
        module = importlib.import_module(f"{torch.nn.modules.__name__}.{each.name}")
        for name, cls in vars(module).items():
            own = inspect.isclass(cls) and cls.__module__ == module.__name__
            if own and issubclass(cls, nn.Module) and not name.startswith(("_", "Lazy")):
                found[Name(module.__name__, name)] = cls
    return {name: cls for name, cls in found.items() if name.name not in _NO_LAYER}


CLASSES = _derived() | {
    # What releases before 1.9 called it.
    Name(
        "torch.nn.modules.linear", "_LinearWithBias"
    ): nn.modules.linear.NonDynamicallyQuantizableLinear,
}
"""By the name that a pickle has for it."""

FUNCTIONS = {
    Name("torch.nn.functional", "relu"): nn.functional.relu,
    Name("torch.nn.functional", "gelu"): nn.functional.gelu,
    Name("torch._C._nn", "gelu"): nn.functional.gelu,
    Name("torch", "relu"): torch.relu,
    Name("torch", "tanh"): torch.tanh,
    Name("torch", "sigmoid"): torch.sigmoid,
    Name("torch.nn.functional", "silu"): nn.functional.silu,
    Name("torch.nn.functional", "leaky_relu"): nn.functional.leaky_relu,
    Name("torch.nn.functional", "elu"): nn.functional.elu,
    Name("torch.nn.functional", "mish"): nn.functional.mish,
}
"""What the ``activation`` of a transformer's layer may be."""

REPLICAS = (
    Name("torch.nn.parallel.data_parallel", "DataParallel"),
    Name("torch.nn.parallel.distributed", "DistributedDataParallel"),
)
"""What a network is trained inside of on several devices; the network itself is in it."""
