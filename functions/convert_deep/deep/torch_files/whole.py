"""Reads a whole module of ``torch.nn`` classes."""

import inspect
from pathlib import Path

import torch
from torch import nn

from deep.network import Network
from deep.torch_files import exporting, modules
from deep.torch_files.assembly import Parts, assembled
from deep.torch_files.input_guesses import guess
from deep.torch_files.inputs import Known
from deep.torch_files.saved import Saved, opened_file
from deep.torch_files.weights import check_holds_network
from deep.torch_files.wording import shown
from inferx.errors import Refused
from inferx.input_hints import InputHints
from sandbox.formats import Format

_HALF = (torch.float16, torch.bfloat16)


def read(source: Path, hints: InputHints) -> Network:
    """Read what ``torch.save`` writes since PyTorch 1.6.

    Args:
        source: the file.
        hints: what its owner declares of the inputs.

    Raises:
        Refused: it cannot be served, saying why.
    """
    with opened_file(source, Format.PYTORCH) as saved:
        return _network(saved, hints)


def read_legacy(source: Path, hints: InputHints) -> Network:
    """Read what ``torch.save`` wrote before PyTorch 1.6, as :func:`read` does."""
    with opened_file(source, Format.PYTORCH_LEGACY) as saved:
        return _network(saved, hints)


def _network(saved: Saved, hints: InputHints) -> Network:
    check_holds_network(saved)
    module = modules.made(saved)
    title = type(module).__name__
    names, warnings = _names(module, title), []
    if any(each.dtype in _HALF for each in module.parameters()):
        module = module.float()
        warnings.append("The weights are of half precision; they are served as float32.")
    first = guess(module)
    _check_batch_first(module)
    recurrent = any(isinstance(each, nn.RNNBase) for each in module.modules())

    def exporters(task: exporting.Task) -> tuple[exporting.Exporter, ...]:
        by_program, by_trace = exporting.of_module(module, task)
        # torch.export unrolls recurrent layers over the length that it sees.
        return (by_trace, by_program) if recurrent else (by_program, by_trace)

    known = Known(title, names, first)
    return assembled(Parts(known, module, exporters, None, tuple(warnings)), hints)


def _names(module: nn.Module, title: str) -> tuple[str, ...]:
    """Return the names of what ``forward`` needs."""
    if type(module).forward in (nn.Module.forward, getattr(nn.ModuleList, "forward", None)):
        raise Refused(
            f"The model is a {title}, which holds layers and does not say in which order they "
            "run. Export the model that uses them: torch.export.save."
        )
    if isinstance(module, nn.Sequential):
        inner = next(iter(module), None)
        return _names(inner, type(inner).__name__) if inner is not None else ("input",)
    parameters = list(inspect.signature(module.forward).parameters.values())
    needed = [
        each.name
        for each in parameters
        if each.default is each.empty and each.kind is each.POSITIONAL_OR_KEYWORD
    ]
    return tuple(needed) or ("input",)


def _check_batch_first(module: nn.Module) -> None:
    for name, layer in module.named_modules():
        if getattr(layer, "batch_first", True) is False:
            at = f"Layer '{shown(name, 60)}' ({type(layer).__name__})" if name else "The model"
            raise Refused(
                f"{at} takes the rows along its second axis (batch_first=False), and requests have "
                "them along the first. Make it with batch_first=True, or export a module that "
                "transposes around it with torch.export.save."
            )
