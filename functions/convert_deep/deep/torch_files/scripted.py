"""Reads a TorchScript archive."""

from pathlib import Path

from deep.network import Network
from deep.torch_files import exporting, script
from deep.torch_files.assembly import Parts, assembled
from deep.torch_files.input_guesses import guess
from deep.torch_files.inputs import Known
from deep.torch_files.wording import shown
from inferx.input_hints import InputHints

_ADVICE = (
    "Save a trace of it (torch.jit.trace) instead of a script, or export it with "
    "torch.export.save, and upload that."
)


def read(source: Path, hints: InputHints) -> Network:
    """Read what ``torch.jit.save`` writes.

    Args:
        source: the file.
        hints: what its owner declares of the inputs.

    Raises:
        Refused: it cannot be served, saying why.
    """
    found = script.load(source, source.parent)
    module = found.module
    traced = None
    if found.traced is not None and all(shape for shape, _ in found.traced):
        traced = tuple((shape[1:], dtype) for shape, dtype in found.traced)
    known = Known(shown(module.original_name, 60), found.names, guess(module), traced)

    def exporters(task: exporting.Task) -> tuple[exporting.Exporter, ...]:
        plain = script.with_plain_outputs(module, task.run)
        return (exporting.of_trace(plain, task), exporting.of_converted(plain, task))

    return assembled(Parts(known, module, exporters, advice=_ADVICE), hints)
