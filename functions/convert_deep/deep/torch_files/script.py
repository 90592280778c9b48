"""Loads TorchScript archives, traced or scripted, once their code and pickles are checked.

TorchScript's code cannot reach Python, but it can write and read files; it is loaded only here, in
the confined process, and only if it names no such operator and has no code that runs on loading.
"""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from deep.torch_files import opcodes
from deep.torch_files.container import Container, opened
from deep.torch_files.modules import dictionary
from deep.torch_files.opcodes import MAX_PICKLE_BYTES
from deep.torch_files.parts import Call, Name
from deep.torch_files.running import Runner
from deep.torch_files.saved import byte_size, storage_of
from deep.torch_files.tensors import ORDERED, geometry, is_tensor
from deep.torch_files.wording import shown
from inferx.errors import Refused
from sandbox.limits import UNPACKED_BYTES

_CODE_BYTES = 16 * 1024 * 1024
_TAG = Name("torch.jit._pickle", "restore_type_tag")
_OF_SCRIPTS = re.compile(r"torch\.jit\._pickle\.(restore_type_tag|build_\w+)")
_ON_LOADING = re.compile(r"\bdef\s+__setstate__\b")
_OF_FILES = re.compile(r"\b(save|from_file|rpc_\w+|PythonOp|IgnoredPythonOp)\b")
_FOREIGN = re.compile(r"\bops\s*\.\s*(?!(?:aten|prim)\b)(\w+)\s*\.\s*(\w+)")
_BOUND = re.compile(r"__torch__\.torch\.classes\.([\w.]+)")
_ON_GPU = re.compile(r"torch\.device\(\s*[\"'](?!cpu)(\w+)")
_PLAIN_KEY = re.compile(r"[\w.\- ]{1,200}")
_CALLS = ("CallMethod", "CallFunction")
"""Calls that are left once all code is in one graph: of objects that are not TorchScript's."""

_KEPT = re.compile(r"(data|constants)(\.pkl|/[\w.\-]+)|code/.+\.py|(\.data/)?version|byteorder")


@dataclass(frozen=True)
class Script:
    """A loaded archive.

    Attributes:
        module: in inference mode.
        names: of the inputs of ``forward``, in order.
        traced: the shape and element type of each input that the module was traced with, the
            axis of the rows included; ``None`` where the file does not have them.
    """

    module: Any
    names: tuple[str, ...]
    traced: tuple[tuple[tuple[int, ...], str], ...] | None


def load(source: Path, workspace: Path) -> Script:
    """Load an archive.

    Args:
        source: the file.
        workspace: where a file may be written: the parts that were checked, and nothing else.

    Raises:
        Refused: it holds what is not run, or PyTorch cannot read it.
    """
    checked = workspace / "checked.pt"
    with opened(source, compressed="code/") as container:
        _check_pickle(container, "data.pkl", "data/")
        _check_pickle(container, "constants.pkl", "constants/")
        _check_code(container)
        traced = _traced(container)
        _copy(container, checked)
    try:
        module = torch.jit.load(checked, map_location="cpu")
    except MemoryError:
        raise
    except Exception as damage:
        raise Refused(
            f"PyTorch {torch.__version__.partition('+')[0]} cannot load this TorchScript file "
            f"({_first_line(damage)}). Save it again with a current release."
        ) from damage
    finally:
        checked.unlink()
    module.eval()
    names = _names(module)
    _check_graph(module.inlined_graph)
    return Script(module, names, traced if traced and len(traced) == len(names) else None)


def with_plain_outputs(module: Any, run: Runner) -> Any:
    """Return a module without dictionaries, which the exporter of scripts does not know.

    Args:
        module: a loaded script.
        run: it, with the names of its outputs.
    """
    if not run.returns_dictionary:
        return module
    if not all(_PLAIN_KEY.fullmatch(name) for name in run.every):
        raise Refused(
            "The module returns a dictionary whose keys are no plain names (letters, digits, "
            "spaces, . _ and -). Rename them, and save it again."
        )
    names = ", ".join(argument.name for argument in module.forward.schema.arguments[1:])
    values = ", ".join(f"given['{name}']" for name in run.every)

    class Plain(torch.jit.ScriptModule):  # type: ignore[misc]  # torch is not there for mypy
        def __init__(self) -> None:
            super().__init__()
            self.inner = module
            self.define(
                f"def forward(self, {names}):\n"
                f"    given = self.inner({names})\n"
                f"    return {values}{',' if len(run.every) > 1 else ''}\n"
            )

    # Freezing inlines the module, and what is put into the dictionary is then read directly.
    return torch.jit.freeze(Plain().eval())


def _check_pickle(container: Container, name: str, folder: str) -> None:
    content = opcodes.read(container.read(name, MAX_PICKLE_BYTES))
    for found in content.names:
        own = found.module.split(".")[0] == "__torch__" or found == ORDERED
        storage = found.module == "torch" and found.name.endswith("Storage")
        if not (own or storage or _OF_SCRIPTS.fullmatch(str(found)) or _is_rebuilt(found)):
            raise Refused(
                f"The file names {shown(found)}, which torch.jit.save does not write. Save the "
                "module again."
            )
    for part in content.outside:
        storage_bytes = byte_size(storage_of(part))
        if container.size(folder + storage_of(part).key) != storage_bytes:
            raise Refused(
                "A tensor in the file has another length than its storage; save it again."
            )
    for call in content.calls:
        if is_tensor(call):
            geometry(call)


def _is_rebuilt(name: Name) -> bool:
    return name == Name("torch._utils", "_rebuild_tensor_v2")


def _check_code(container: Container) -> None:
    size = 0
    for name in container.beneath("code/"):
        if not name.endswith(".py"):
            continue
        content = container.read(name, _CODE_BYTES)
        size += len(content)
        if size > _CODE_BYTES:
            raise Refused("The code in the TorchScript file is too long to be read.")
        try:
            _check_text(content.decode())
        except UnicodeDecodeError:
            raise Refused("The code in the TorchScript file is damaged; save it again.") from None


def _check_text(code: str) -> None:
    if _ON_LOADING.search(code):
        raise Refused(
            "The TorchScript file has code that runs when it is loaded (__setstate__), and no such "
            "code is run. Save a module without it, or export it with torch.export.save."
        )
    for pattern, what in (
        (_OF_FILES, "reaches files or other machines"),
        (_BOUND, "is not torch's"),
    ):
        found = pattern.search(code)
        if found:
            raise Refused(
                f"The code in the TorchScript file uses '{shown(found[1], 60)}', which {what}, and "
                "is not run. Build the model of tensor operators alone, and save it again."
            )
    foreign = _FOREIGN.search(code)
    if foreign:
        raise Refused(
            f"The code in the TorchScript file calls the operator "
            f"'{shown('::'.join(foreign.groups()))}', which is not of PyTorch's own (aten). Build "
            "that layer of torch.nn, and save it again."
        )
    if _ON_GPU.search(code):
        raise Refused(
            "The module was traced on a GPU, which is written into its code. Move the model and "
            "the example to the CPU, trace it again, and save that."
        )


def _check_graph(graph: Any) -> None:
    """Raise unless all that would run is PyTorch's own.

    The text may hide an operator, in a name with escapes for instance; the graph cannot.
    """
    waiting = list(graph.nodes())
    while waiting:
        node = waiting.pop()
        kind = str(node.kind())
        namespace, _, name = kind.partition("::")
        if namespace not in ("aten", "prim") or _OF_FILES.fullmatch(name) or name in _CALLS:
            raise Refused(
                f"The TorchScript module runs '{shown(kind)}', which is not of PyTorch's own "
                "operators on tensors. Build that layer of torch.nn, and save it again."
            )
        for block in node.blocks():
            waiting.extend(block.nodes())


def _traced(container: Container) -> tuple[tuple[tuple[int, ...], str], ...] | None:
    """Return the shapes and types of the inputs that ``torch.jit.trace`` stored."""
    if "traced_inputs.pkl" not in container.members:
        return None
    root = opcodes.read(container.read("traced_inputs.pkl", MAX_PICKLE_BYTES)).root
    inputs = _untagged((dictionary(_untagged(root)) or {}).get("forward"))
    if not isinstance(inputs, list) or not all(is_tensor(part) for part in inputs):
        return None
    found = [geometry(part) for part in inputs]
    return tuple((sizes, storage.dtype) for storage, _, sizes, _ in found)


def _untagged(part: Any) -> Any:
    if isinstance(part, Call) and part.function == _TAG and part.arguments:
        return part.arguments[0]
    return part


def _copy(container: Container, target: Path) -> None:
    """Write the members that were checked to an archive of their own."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(container.members):
            if _KEPT.fullmatch(name):
                archive.writestr(f"checked/{name}", container.read(name, UNPACKED_BYTES))


def _names(module: Any) -> tuple[str, ...]:
    try:
        arguments = module.forward.schema.arguments[1:]
    except (AttributeError, RuntimeError):
        raise Refused(
            "The TorchScript module has no forward method, so it predicts nothing."
        ) from None
    needed = [each for each in arguments if not each.has_default_value()]
    for each in needed:
        if str(each.type) != "Tensor":
            raise Refused(
                f"The module takes '{shown(each.name, 60)}' as {shown(each.type, 60)}, and "
                "requests carry tensors alone. Give it a default, or wrap the module in one that "
                "takes tensors."
            )
    if not needed:
        raise Refused("The module takes no inputs, so there is nothing to predict from.")
    return tuple(each.name for each in needed)


def _first_line(failure: Exception) -> str:
    lines = [line.strip() for line in str(failure).splitlines() if line.strip()]
    return shown((lines or [type(failure).__name__])[0], 100)
