"""Files that PyTorch would not write, made of honest ones by changing one thing."""

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

MARKER = "marker"
"""What a hostile file would create in the working directory if any of it ran."""

CODE = f"__import__('pathlib').Path('{MARKER}').touch()"


def saved(value: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)).eval()


def program() -> bytes:
    dynamic = ({0: torch.export.Dim("batch")},)
    exported = torch.export.export(network(), (torch.zeros(2, 4),), dynamic_shapes=dynamic)
    buffer = io.BytesIO()
    torch.export.save(exported, buffer)
    return buffer.getvalue()


def script(module: nn.Module | None = None) -> bytes:
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(module or network()), buffer)
    return buffer.getvalue()


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return buffer.getvalue()


def with_member(content: bytes, ending: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return an archive with one member changed."""
    parts = members(content)
    (name,) = (name for name in parts if name.endswith(ending))
    return archive({**parts, name: change(parts[name])})


def with_program(content: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Return a ``.pt2`` with its program changed in place."""

    def changed(written: bytes) -> bytes:
        fields = json.loads(written)
        change(fields)
        return json.dumps(fields).encode()

    return with_member(content, "models/model.json", changed)


def with_pickle(body: bytes) -> bytes:
    """Return a file of ``torch.save`` whose pickle is ``body``."""
    return with_member(saved(network()), "data.pkl", lambda _: body)


def whole(body: bytes, protocol: int = 2) -> bytes:
    return pickle.PROTO + bytes([protocol]) + body + pickle.STOP


def text(value: str) -> bytes:
    return pickle.BINUNICODE + struct.pack("<I", len(value.encode())) + value.encode()


def named(module: str, name: str) -> bytes:
    return pickle.GLOBAL + f"{module}\n{name}\n".encode()


def call(function: bytes, *arguments: bytes) -> bytes:
    return function + pickle.MARK + b"".join(arguments) + pickle.TUPLE + pickle.REDUCE


class Raw:
    """Stands in a saved object for opcodes that :func:`saved_with` puts there."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (_placed, ())


def _placed() -> None:
    raise AssertionError("a placeholder is replaced before anything is loaded")


def saved_with(value: Any, opcodes: bytes, **options: Any) -> bytes:
    """Save a value, with ``opcodes`` in place of the :class:`Raw` in it."""
    content = saved(value, **options)
    return with_member(content, "data.pkl", lambda body: _replaced(body, opcodes))


def _replaced(body: bytes, opcodes: bytes) -> bytes:
    start = body.index(pickle.GLOBAL + f"{__name__}\n_placed\n".encode())
    end = body.index(pickle.REDUCE, start) + 1
    rest = body[end:]
    if rest[:1] in (pickle.BINPUT, pickle.LONG_BINPUT):
        rest = rest[2 if rest[:1] == pickle.BINPUT else 5 :]
    return body[:start] + opcodes + rest


def written(content: bytes, folder: Path) -> Path:
    path = folder / "source"
    path.write_bytes(content)
    return path
