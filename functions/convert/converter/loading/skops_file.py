"""skops files: the library's own reader, which trusts only the names our table allows."""

import zipfile
from pathlib import Path
from typing import Any

from converter.loading import names
from converter.loading.structure import check_structure
from inferx.errors import Refused
from sandbox.limits import UNPACKED_BYTES

_MAX_MEMBERS = 100_000


def load_skops(path: Path) -> Any:  # whichever estimator the file holds
    """Load the fitted estimator of a ``.skops`` file.

    Raises:
        Refused: for an archive that unpacks too large, names outside the table, or damage.
    """
    from skops import io  # noqa: PLC0415  # only for these files

    _check_archive(path)
    try:
        unknown = io.get_untrusted_types(file=path)
        outside = [name for name in unknown if not _is_known(name)]
        estimator = None if outside else io.load(path, trusted=unknown)
        check_structure(estimator)
    except (Refused, MemoryError):
        raise
    except Exception as damage:
        raise Refused("The file is damaged: it does not read as a saved model.") from damage
    if outside:
        raise Refused(
            f"The file holds {outside[0][:120]}, which is not a part of a scikit-learn model "
            "served here."
        )
    return estimator


def _is_known(name: str) -> bool:
    module, _, member = name.rpartition(".")
    module, member = names.current_name(module, member)
    return any(names.is_allowed(kind, module, member) for kind in ("instances", "references"))


def _check_archive(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    if len(members) > _MAX_MEMBERS or sum(member.file_size for member in members) > UNPACKED_BYTES:
        raise Refused("The file unpacks to more than the allowed size.")
