"""The program, weights and constants of a ``.pt2`` archive, of all layouts since PyTorch 2.5."""

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch._export.serde import schema
from torch._export.serde.serialize import _SERIALIZE_TO_TORCH_DTYPE

from deep.torch_files import saved
from deep.torch_files.container import Container, opened
from deep.torch_files.modules import dictionary
from deep.torch_files.programs.schema import checked
from deep.torch_files.tensors import DTYPES, Tensors, check_bounds, is_tensor
from deep.torch_files.wording import shown
from inferx.errors import Refused
from sandbox.limits import UNPACKED_BYTES

_PROGRAM_BYTES = 64 * 1024 * 1024
_PROGRAM = "models/model.json"
_OLD_PROGRAM = "serialized_exported_program.json"
_COMPILED = ("data/aotinductor/", "data/executorch/")


@dataclass(frozen=True)
class Program:
    """A ``.pt2`` file's content, nothing of which has run.

    Attributes:
        fields: the program, as the schema's ``ExportedProgram``, checked.
        weights: parameters and buffers by name.
        constants: tensors that are neither, by name.
    """

    fields: dict[str, Any]
    weights: dict[str, torch.Tensor]
    constants: dict[str, torch.Tensor]


def read(source: Path) -> Program:
    """Read an archive.

    Raises:
        Refused: it holds anything but one program of PyTorch's operators, and tensors.
    """
    with opened(source) as container:
        if _OLD_PROGRAM in container.members:
            fields = _json(container, _OLD_PROGRAM, schema.ExportedProgram)
            weights = _saved_tensors(container, "serialized_state_dict")
            return Program(fields, weights, _saved_tensors(container, "serialized_constants"))
        _check_one_program(container)
        fields = _json(container, _PROGRAM, schema.ExportedProgram)
        weights = _tensors(container, "data/weights/", "model_weights_config.json")
        constants = _tensors(container, "data/constants/", "model_constants_config.json")
        return Program(fields, weights, constants)


def _check_one_program(container: Container) -> None:
    programs = container.beneath("models/")
    if programs == [_PROGRAM]:
        return
    if any(container.beneath(folder) for folder in _COMPILED) and not programs:
        raise Refused(
            "The file holds a program compiled for one machine, which is not run here. Save the "
            "exported program itself: torch.export.save(program, 'model.pt2')."
        )
    raise Refused(
        f"The file holds {len(programs)} programs, and one is served, by the name that "
        "torch.export.save(program, 'model.pt2') gives it. Save the one to serve so."
    )


def _json(container: Container, name: str, cls: type[Any]) -> dict[str, Any]:
    content = container.read(name, _PROGRAM_BYTES)
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise Refused(f"'{name}' in the file is no JSON; export the model again.") from None
    if isinstance(data, dict) and isinstance(data.get("schema_version"), int):
        raise Refused(
            "The program was exported by PyTorch 2.2 or older, whose format is no longer read. "
            "Export the model again with a current release: torch.export.save(program, "
            "'model.pt2')."
        )
    fields: dict[str, Any] = checked(cls, data)
    return fields


def _tensors(container: Container, folder: str, config: str) -> dict[str, torch.Tensor]:
    """Read the tensors of a folder: one member each, or all in one member, as 2.8 wrote them."""
    if folder + "model.pt" in container.members:
        return _loaded(container, folder + "model.pt")
    entries = _json(container, folder + config, schema.PayloadConfig)["config"]
    storages: dict[str, torch.Tensor] = {}
    return {
        name: _tensor(container, folder, entry, storages, name) for name, entry in entries.items()
    }


def _tensor(
    container: Container,
    folder: str,
    entry: dict[str, Any],
    storages: dict[str, torch.Tensor],
    name: str,
) -> torch.Tensor:
    path, meta = entry["path_name"], entry["tensor_meta"]
    if meta is None or not path.startswith(("weight_", "tensor_")):
        raise Refused(
            f"The program needs '{shown(name)}', an object of a class that is not a tensor, and "
            "loading it would run its code. Export the model without it."
        )
    if entry["use_pickle"]:
        return next(iter(_loaded(container, folder + path, single=True).values()))
    dtype = _SERIALIZE_TO_TORCH_DTYPE.get(meta["dtype"])
    if dtype not in DTYPES.values():
        raise Refused(f"Weight '{shown(name)}' has an element type that is not served.")
    if path not in storages:
        content = bytearray(container.read(folder + path, UNPACKED_BYTES))
        if len(content) % dtype.itemsize:
            raise Refused(f"Weight '{shown(name)}' is damaged; export the model again.")
        storages[path] = (
            torch.frombuffer(content, dtype=dtype) if content else torch.empty(0, dtype=dtype)
        )
    whole = storages[path]
    if whole.dtype != dtype:
        raise Refused(f"Weight '{shown(name)}' has two types; export the model again.")
    sizes, strides = (_numbers(meta[field], name) for field in ("sizes", "strides"))
    (offset,) = _numbers([meta["storage_offset"]], name)
    check_bounds(len(whole), offset, sizes, strides)
    view = whole.as_strided(sizes, strides, offset)
    return torch.nn.Parameter(view, requires_grad=False) if entry["is_param"] else view


def _numbers(values: list[dict[str, Any]], name: str) -> tuple[int, ...]:
    numbers = tuple(value.get("as_int") for value in values)
    if any(number is None for number in numbers):
        raise Refused(f"Weight '{shown(name)}' has no fixed shape; export the model again.")
    return numbers  # type: ignore[return-value]  # none is None


def _saved_tensors(container: Container, name: str) -> dict[str, torch.Tensor]:
    """Read what releases before 2.8 wrote: all tensors in one file of ``torch.save``."""
    return _loaded(container, f"{name}.pt")


def _loaded(container: Container, name: str, *, single: bool = False) -> dict[str, torch.Tensor]:
    """Read a file of ``torch.save`` within the archive, which may hold tensors alone."""
    content = container.read(name, UNPACKED_BYTES)
    if not content:
        return {}
    with opened(io.BytesIO(content)) as inner:
        parts = saved.read(inner)
        tensors = Tensors(parts)
        found = {"": parts.root} if single else dictionary(parts.root)
        if found is None or not all(
            isinstance(key, str) and is_tensor(part) for key, part in found.items()
        ):
            raise Refused(
                f"'{shown(name)}' in the file holds objects that are not tensors, and loading them "
                "would run their code. Export the model without them."
            )
        return {key: tensors.made(part) for key, part in found.items()}
