"""Detects what a file is by its content; its name and declared type are only claims."""

import re
import zipfile
from enum import StrEnum
from pathlib import Path

_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x5d\x00", b"\x78", b"\x04\x22\x4d\x18")
_HDF5 = b"\x89HDF\r\n\x1a\n"
_ZIP = b"PK"
# A pickled long, PyTorch's magic number before version 1.6, in protocol 2.
_LEGACY_PYTORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
# The length of a JSON header, which is padded with spaces, and its beginning.
_SAFETENSORS = re.compile(rb".{3}[\0-\x05]\0{4}\{\s*\"", re.DOTALL)
_LISTED_MEMBERS = 10_000
_HEAD_BYTES = 4096
_OF_BOOSTERS = (
    # What a file begins with; UBJSON writes a key as its kind, its length and its letters.
    (re.compile(rb"\{[LlIiU]\0*\x07(learner|version)"), "xgboost_model"),
    (re.compile(rb'\s*\{\s*"(learner|version)"\s*:\s*[{\[]'), "xgboost_model"),
    (re.compile(rb"(booster\[0\]:|\[\s*\{\s*\"nodeid\")"), "xgboost_dump"),
    (re.compile(rb"(binf|bs64\t|CONFIG-offset:)"), "xgboost_binary"),
    (re.compile(rb"tree\r?\n"), "lightgbm_model"),
    (re.compile(rb'\s*\{\s*"name"\s*:\s*"tree"'), "lightgbm_dump"),
    (re.compile(rb"CBM1"), "catboost"),
    (re.compile(rb'\s*\{.*"(features_info|oblivious_trees|model_info)"', re.DOTALL), "catboost"),
)


class Format(StrEnum):
    """What a file may be."""

    PICKLE = "pickle"
    """Pickle or joblib, compressed or not."""

    SKOPS = "skops"
    """What ``skops.io.dump`` writes."""

    ONNX = "onnx"

    KERAS_H5 = "keras_h5"
    """HDF5: Keras's ``.h5``."""

    KERAS_ZIP = "keras_zip"
    """Keras 3's ``.keras``."""

    PYTORCH = "pytorch"
    """What ``torch.save`` writes, a zip archive since 1.6."""

    PYTORCH_LEGACY = "pytorch_legacy"
    """What ``torch.save`` wrote before 1.6."""

    TORCHSCRIPT = "torchscript"
    """What ``torch.jit.save`` writes."""

    PYTORCH_EXPORT = "pytorch_export"
    """What ``torch.export.save`` writes, ``.pt2``."""

    SAFETENSORS = "safetensors"
    """Weights alone, as Hugging Face's library writes them."""

    TENSORFLOW_SAVED_MODEL = "tensorflow_saved_model"
    """A zipped SavedModel directory."""

    XGBOOST_MODEL = "xgboost_model"
    """What XGBoost's ``save_model`` writes: JSON or UBJSON."""

    XGBOOST_DUMP = "xgboost_dump"
    """What XGBoost's ``dump_model`` writes, for people to read."""

    XGBOOST_BINARY = "xgboost_binary"
    """What XGBoost's ``save_model`` wrote before it wrote JSON."""

    LIGHTGBM_MODEL = "lightgbm_model"
    """What LightGBM's ``save_model`` writes: text."""

    LIGHTGBM_DUMP = "lightgbm_dump"
    """LightGBM's ``dump_model`` as JSON."""

    CATBOOST = "catboost"
    """What CatBoost's ``save_model`` writes, ``.cbm`` or JSON."""

    ARCHIVE = "archive"
    """A zip archive of something else."""

    DAMAGED_ARCHIVE = "damaged_archive"
    """What begins like a zip archive and cannot be listed."""

    EMPTY = "empty"
    """No bytes at all."""

    UNKNOWN = "unknown"


def detect(path: Path) -> Format:
    """Return the format that the file's content shows."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        return Format.EMPTY
    if head.startswith(_HDF5):
        return Format.KERAS_H5
    if _SAFETENSORS.match(head):  # before all whose few first bytes may be a length as well
        return Format.SAFETENSORS
    if head.startswith(_ZIP):
        return _archived(path)
    if head.startswith(_LEGACY_PYTORCH):
        return Format.PYTORCH_LEGACY
    if head.startswith(_COMPRESSED) or _is_pickle(head):
        return Format.PICKLE
    for beginning, found in _OF_BOOSTERS:
        if beginning.match(head):
            return Format(found)
    return Format.ONNX if _is_onnx(head) else Format.UNKNOWN


def _is_pickle(head: bytes) -> bool:
    if head[0] == 0x80:  # PROTO, since protocol 2
        return len(head) > 1 and head[1] <= 5
    return head[:2] in (b"cc", b"ci") or head.startswith((b"ccopy_reg\n", b"cnumpy"))


def _is_onnx(head: bytes) -> bool:
    # ModelProto has no magic; every exporter starts with ir_version (field 1, a small varint).
    return len(head) > 8 and head[0] == 0x08 and 0 < head[1] < 32


def _archived(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:_LISTED_MEMBERS]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return Format.DAMAGED_ARCHIVE
    top, anywhere = set(names), {name.rsplit("/", 1)[-1] for name in names}
    if "schema.json" in top:
        return Format.SKOPS
    if {"config.json", "metadata.json"} <= top:
        return Format.KERAS_ZIP
    if "constants.pkl" in anywhere:
        return Format.TORCHSCRIPT
    if anywhere & {"archive_format", "serialized_exported_program.json"}:
        return Format.PYTORCH_EXPORT
    if "data.pkl" in anywhere:
        return Format.PYTORCH
    return Format.TENSORFLOW_SAVED_MODEL if "saved_model.pb" in anywhere else Format.ARCHIVE
