"""skops files, read by the library and then again by the rules for pickles.

skops checks the types that a file names, not their content. What it loads is therefore pickled and
goes through the restricted loader: trees are proved, search trees built again, sizes compared.
"""

import io
import pickle
import warnings
import zipfile
from pathlib import Path
from typing import Any

from converter.loading import names, read_estimator, refusing_damage
from converter.loading.reader import BoundedReader
from converter.loading.skops_schema import check_schema
from converter.loading.structure import parts_of
from converter.loading.trees import pending_tree
from inferx.errors import Refused
from sandbox.limits import UNPACKED_BYTES

_MAX_MEMBERS = 100_000
_READ_AGAIN = (  # which makes them safe
    ("collections", "OrderedDict"),
    ("collections", "defaultdict"),
    ("numpy", "dtype"),
    ("sklearn.tree._tree", "Tree"),
    ("functools", "partial"),  # of a function named beside it, which is looked up, too
)


def load_skops(  # any fitted estimator
    path: Path, saved_by: str | None = None, part: str | None = None
) -> Any:
    """Load the fitted estimator of a ``.skops`` file.

    Args:
        path: the file.
        saved_by: the version of scikit-learn that wrote it, where it is known.
        part: which of several objects in the file to return.

    Raises:
        Refused: for an archive that unpacks too large, names outside the table, or damage.
    """
    from skops.io import get_untrusted_types, load  # noqa: PLC0415  # only for these files

    with refusing_damage(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _check_archive(path)
        _prove_trees()
        named = get_untrusted_types(file=path)
        for name in named:
            if not _may_load(name):
                raise Refused(
                    f"The file holds {name[:120]}, which is not a part of a scikit-learn model "
                    "served here."
                )
        content = _pickled(load(path, trusted=named))
        return read_estimator(BoundedReader(io.BytesIO(content)), saved_by, part)


def _prove_trees() -> None:
    """Have skops build trees by the loader's rules, which also read the nodes of older releases.

    Left to itself it hands the file's arrays to ``Tree.__setstate__``.
    """
    from skops.io._audit import NODE_TYPE_MAPPING  # noqa: PLC0415  # only for these files
    from skops.io._sklearn import TreeNode  # noqa: PLC0415

    class ProvedTree(TreeNode):  # type: ignore[misc]  # skops has no types
        def _construct(self) -> Any:
            return pending_tree(*self.args.construct()).complete(self.attrs.construct())

    for key in [key for key in NODE_TYPE_MAPPING if key[0] == "TreeNode"]:
        NODE_TYPE_MAPPING[key] = ProvedTree


def _may_load(name: str) -> bool:
    module, _, member = name.rpartition(".")
    module, member = names.current_name(module, member)
    if (module, member) in _READ_AGAIN:
        return True
    kinds = ("instances", "references", "native")
    return any(names.is_allowed(kind, module, member) for kind in kinds) and "PyFunc" not in member


def _pickled(loaded: object) -> bytes:
    for part in parts_of(loaded):
        kind = type(part)
        is_instance = names.is_allowed("instances", kind.__module__, kind.__name__)
        attributes = getattr(part, "__dict__", {}) if is_instance else {}
        if any(str(name).startswith("__") for name in attributes):
            raise Refused("The file changes how an object is saved; it is forged.")
    return pickle.dumps(loaded, 5)


def _check_archive(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        unpacked = sum(member.file_size for member in members)
        if len(members) > _MAX_MEMBERS or unpacked > UNPACKED_BYTES:
            raise Refused("The file unpacks to more than the allowed size.")
        check_schema(archive.read("schema.json"))
