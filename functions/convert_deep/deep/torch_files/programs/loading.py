"""Makes a runnable program of a checked ``.pt2``, with its inputs, sizes and outputs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch._export.serde import schema
from torch._export.serde.serialize import ExportedProgramDeserializer, _dict_to_dataclass
from torch.export import ExportedProgram
from torch.export.graph_signature import OutputKind, TensorArgument
from torch.utils import _pytree as pytree

from deep.torch_files.programs.archive import read
from inferx.errors import Refused

_TRAINING = ("train", "training")
"""What operators call the argument by which they run as in training."""


@dataclass(frozen=True)
class Loaded:
    """A program.

    Attributes:
        program: as PyTorch has it.
        version: of the release that exported it.
        names: of its inputs, in order.
        examples: one fake tensor for each, whose sizes are symbols where they are free.
        outputs: the names of its outputs, in order.
    """

    program: ExportedProgram
    version: str | None
    names: tuple[str, ...]
    examples: tuple[Any, ...]
    outputs: tuple[str, ...]


def load(source: Path) -> Loaded:
    """Load a ``.pt2`` file.

    Raises:
        Refused: it cannot be served, saying why.
    """
    content = read(source)
    _check_inference(content.fields)
    fields = {**content.fields, "graph_module": _with_one_call(content.fields["graph_module"])}
    try:
        program = ExportedProgramDeserializer().deserialize(
            _dict_to_dataclass(schema.ExportedProgram, fields),
            dict(content.weights),
            dict(content.constants),
        )
    except MemoryError:
        raise
    except Exception as damage:
        raise Refused(
            f"PyTorch {torch.__version__.partition('+')[0]} cannot read the program, which was "
            f"saved by {fields.get('torch_version', 'an older release')!s:.40} "
            f"({type(damage).__name__}). Export the model again with a current release."
        ) from damage
    version = str(fields.get("torch_version", "")).partition("+")[0]
    names, examples = _inputs(program)
    known = version if version[:1].isdigit() else None
    return Loaded(program, known, names, examples, _outputs(program))


def _with_one_call(module: dict[str, Any]) -> dict[str, Any]:
    """Keep of the module calls the whole program's, which names its inputs."""
    calls = [entry for entry in module["module_call_graph"] if entry["fqn"] == ""]
    if len(calls) != 1 or calls[0].get("signature") is None:
        raise Refused("The program in the file does not describe its inputs; export it again.")
    return {**module, "module_call_graph": calls}


def _check_inference(fields: dict[str, Any]) -> None:
    """Raise for a program of a model in training mode."""
    module = fields["graph_module"]
    changes = [
        kind
        for each in module["signature"]["output_specs"]
        for kind in each
        if kind != "user_output"
    ]
    if changes or any(map(_is_training, module["graph"]["nodes"])):
        raise Refused(
            "The program drops values by chance, or changes its own buffers, when it runs, as a "
            "model in training mode does. Export it again in inference mode: "
            "torch.export.export(model.eval(), ...)."
        )


def _is_training(node: dict[str, Any]) -> bool:
    """Return whether an operator runs as in training: dropout, batch normalisation, rrelu."""
    return any(
        each["name"] in _TRAINING and each["arg"].get("as_bool") is True for each in node["inputs"]
    )


def _inputs(program: ExportedProgram) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    placeholders = {node.name: node for node in program.graph.nodes if node.op == "placeholder"}
    given = [
        spec.arg for spec in program.graph_signature.input_specs if spec.kind.name == "USER_INPUT"
    ]
    for argument in given:
        if not isinstance(argument, TensorArgument):
            raise Refused(
                "The program takes a number or a text besides tensors, and requests carry tensors "
                "alone. Fix it in the model's forward, and export it again."
            )
    names = tuple(argument.name for argument in given)
    if not names:
        raise Refused("The program takes no inputs, so there is nothing to predict from.")
    specification = program.call_spec.in_spec
    if specification is None or specification.num_leaves != len(names):
        raise Refused("The program in the file does not describe its inputs; export it again.")
    return names, tuple(placeholders[name].meta["val"] for name in names)


def _outputs(program: ExportedProgram) -> tuple[str, ...]:
    given = [
        spec.arg
        for spec in program.graph_signature.output_specs
        if spec.kind is OutputKind.USER_OUTPUT
    ]
    if not given or not all(isinstance(argument, TensorArgument) for argument in given):
        raise Refused(
            "The program returns nothing, or numbers besides tensors; only tensors are served. "
            "Return tensors from the model's forward, and export it again."
        )
    specification = program.call_spec.out_spec
    keys = _keys(specification)
    if keys is not None and len(keys) == len(given):
        return keys
    if len(given) == 1:
        return ("output",)
    return tuple(f"output_{place}" for place in range(len(given)))


def _keys(specification: pytree.TreeSpec | None) -> tuple[str, ...] | None:
    """Return the keys of outputs that are a dictionary of tensors."""
    if specification is None or specification.type is not dict:
        return None
    if any(not child.is_leaf() for child in specification.children()):
        return None
    return tuple(str(key) for key in specification.context)
