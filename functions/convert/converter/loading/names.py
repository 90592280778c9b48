"""The table of names a model file may use, and where renamed ones live today."""

import importlib
import json
from functools import cache
from pathlib import Path
from typing import Any

_TABLE = Path(__file__).with_name("allowed_names.json")

_MOVED_MODULES = {
    "__builtin__": "builtins",
    "copy_reg": "copyreg",
    "_loss": "sklearn._loss._loss",
    "numpy.core.multiarray": "numpy._core.multiarray",
    "numpy.core.numeric": "numpy._core.numeric",
    "numpy.core._multiarray_umath": "numpy._core._multiarray_umath",
    "sklearn.ensemble._gb_losses": "converter.loading.inert",
    "scipy.sparse.csr": "scipy.sparse._csr",
    "scipy.sparse.csc": "scipy.sparse._csc",
    "collections.abc": "collections",
}

_MOVED_NAMES = {
    ("numpy.ma.core", "MaskedArray"): ("numpy.ma", "MaskedArray"),
    # Splines of scipy 1.12 to 1.14 kept their conversion function; they are rebuilt without it.
    ("scipy._lib.array_api_compat.numpy._aliases", "asarray"): ("numpy", "ndarray"),
    ("sklearn.metrics._scorer", "_passthrough_scorer"): (
        "sklearn.metrics._scorer",
        "_PassthroughScorer",
    ),
    ("xgboost.compat", "XGBoostLabelEncoder"): ("sklearn.preprocessing._label", "LabelEncoder"),
    ("numpy.random.mtrand", "RandomState"): ("numpy.random", "RandomState"),
    **{
        ("sklearn.metrics._dist_metrics", name): ("sklearn.metrics._dist_metrics", f"{name}64")
        for name in ("EuclideanDistance", "ManhattanDistance", "MinkowskiDistance")
    },
}


def current_name(module: str, name: str) -> tuple[str, str]:
    """Say where a name that an older library wrote lives in the installed one."""
    module = _MOVED_MODULES.get(module, module)
    return _MOVED_NAMES.get((module, name), (module, name))


@cache
def _table() -> dict[str, frozenset[str]]:
    return {kind: frozenset(names) for kind, names in json.loads(_TABLE.read_text()).items()}


def is_allowed(kind: str, module: str, name: str) -> bool:
    """Return whether ``module.name`` is in the table's list ``kind``."""
    return f"{module}:{name}" in _table()[kind]


def fetch(module: str, name: str) -> Any:  # whatever the library calls so
    """Import an allowed name; call only after :func:`is_allowed` or with a name of our own."""
    return getattr(importlib.import_module(module), name)
