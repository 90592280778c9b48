"""Tells what a file is by its first bytes; its name and declared type are only claims."""

import zipfile
from pathlib import Path

from inferx.errors import Refused

_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x5d\x00", b"\x78", b"\x04\x22\x4d\x18")
_EXPORT_KERAS = (
    "This is a Keras file; export it with model.export('model.onnx', format='onnx') and upload "
    "the .onnx file."
)
_EXPORT_PYTORCH = (
    "This is a PyTorch file; export it with torch.onnx.export(model, (example,), 'model.onnx', "
    "dynamo=True, dynamic_shapes=...) and upload the .onnx file."
)
_EXPORT_TENSORFLOW = (
    "This is a TensorFlow SavedModel; export it with python -m tf2onnx.convert --saved-model . "
    "--output model.onnx and upload the .onnx file."
)
_OLD_PYTORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # its magic number, before 1.6


def detect(path: Path) -> str:
    """Return ``pickle``, ``skops`` or ``onnx``.

    Raises:
        Refused: for an empty file, Keras and PyTorch files, and what is no model at all.
    """
    with path.open("rb") as file:
        head = file.read(64)
    if not head:
        raise Refused("The file is empty.")
    if head.startswith(b"\x89HDF"):
        raise Refused(_EXPORT_KERAS)
    if head.startswith(b"PK"):
        return _archive(path)
    if head.startswith(_OLD_PYTORCH):
        raise Refused(_EXPORT_PYTORCH)
    if head.startswith(_COMPRESSED) or _is_pickle(head):
        return "pickle"
    if _is_onnx(head):
        return "onnx"
    raise Refused(
        "The file is none of the model formats served here (pickle, joblib, skops, ONNX)."
    )


def _is_pickle(head: bytes) -> bool:
    if head[0] == 0x80:  # PROTO, since protocol 2
        return len(head) > 1 and head[1] <= 5
    return head[:2] in (b"cc", b"ci") or head.startswith((b"ccopy_reg\n", b"cnumpy"))


def _is_onnx(head: bytes) -> bool:
    # ModelProto has no magic; every exporter starts with ir_version (field 1, a small varint).
    return len(head) > 8 and head[0] == 0x08 and 0 < head[1] < 32


def _archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist()[:10_000])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as damage:
        raise Refused("The file is a damaged zip archive.") from damage
    if "schema.json" in names:
        return "skops"
    if {"config.json", "metadata.json"} <= names:
        raise Refused(_EXPORT_KERAS)
    if any(name.endswith(("data.pkl", "archive_format", "constants.pkl")) for name in names):
        raise Refused(_EXPORT_PYTORCH)
    if any(name.endswith("saved_model.pb") for name in names):
        raise Refused(_EXPORT_TENSORFLOW)
    raise Refused("The file is a zip archive, but none that skops.io.dump writes.")
