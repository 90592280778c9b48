"""Reads the ``.keras`` container, a zip archive, within bounds."""

import zipfile
from pathlib import Path

from deep.keras_files.bounded_json import JSON_BYTES
from inferx.errors import Refused
from sandbox.limits import UNPACKED_BYTES, in_megabytes

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"

_MEMBERS = {CONFIG, METADATA, WEIGHTS}
_EMPTY_FOLDER = "assets/"
_MOST_MEMBERS = 16
_RATIO = 100
"""How much smaller a member may be stored: Keras stores weights uncompressed."""

_SMALL = 1 << 20
"""Members of at most this size may have any ratio."""

_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def unpack(source: Path, weights: Path) -> dict[str, bytes]:
    """Write the weights of an archive to ``weights`` and return its JSON texts by name.

    Args:
        source: the archive.
        weights: where its HDF5 file goes.

    Raises:
        Refused: it is not exactly what Keras writes.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            members = _checked(archive)
            _copy(archive, members[WEIGHTS], weights)
            return {
                name: archive.open(members[name]).read(JSON_BYTES + 1)
                for name in (CONFIG, METADATA)
            }
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError) as fault:
        raise _damaged() from fault
    except NotImplementedError as fault:
        raise _damaged() from fault
    except Exception as fault:
        if type(fault).__module__ == "zlib":
            raise _damaged() from fault
        raise


def _checked(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    found = archive.infolist()
    names = [each.filename for each in found]
    if len(names) > _MOST_MEMBERS or len(set(names)) != len(names):
        raise Refused(
            "The archive has too many members, or two of the same name. Keras writes none such: "
            "save the model again with model.save('model.keras')."
        )
    for member in found:
        _check(member)
    members = {each.filename: each for each in found if each.filename != _EMPTY_FOLDER}
    missing = sorted(_MEMBERS - set(members))
    if missing:
        raise Refused(
            f"The archive has no {missing[0]}, so it is no whole Keras model: save it with "
            "model.save('model.keras')."
        )
    if sum(each.file_size for each in found) > UNPACKED_BYTES:
        raise _too_large()
    return members


def _check(member: zipfile.ZipInfo) -> None:
    name = member.filename
    if name == _EMPTY_FOLDER and not member.file_size:
        return
    if name.startswith("assets/"):
        raise Refused(
            f"The archive has the file '{name[:80]}', which a layer that looks up words keeps its "
            "vocabulary in. Such layers are no arithmetic: take them out of the model, apply them "
            "before the request, and save the rest."
        )
    if name not in _MEMBERS:
        raise Refused(
            f"The archive has the member '{name[:80]}', which Keras does not write. Save the model "
            "again with model.save('model.keras')."
        )
    if member.flag_bits & _ENCRYPTED or member.compress_type not in _METHODS:
        raise Refused(f"The archive's member '{name}' is encrypted or compressed in a rare way.")
    if member.file_size > max(_SMALL, _RATIO * member.compress_size):
        raise Refused(
            f"The archive's member '{name}' unpacks to more than {_RATIO} times its stored size."
        )
    if member.file_size > UNPACKED_BYTES:
        raise _too_large()


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Unpack one member; what its header declares is a claim, so its bytes are counted."""
    left = member.file_size
    with archive.open(member) as packed, target.open("xb") as out:
        while piece := packed.read(_CHUNK):
            left -= len(piece)
            if left < 0:
                raise _damaged()
            out.write(piece)


def _damaged() -> Refused:
    return Refused(
        "The .keras archive is damaged and cannot be unpacked: save the model again with "
        "model.save('model.keras') and upload that file."
    )


def _too_large() -> Refused:
    return Refused(f"The archive unpacks to more than {in_megabytes(UNPACKED_BYTES)} MB.")
