"""The table of names that a model file may use, and the current places of renamed ones."""

import importlib
import json
import re
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
    "numpy.core._multiarray_umath": "numpy",
    "numpy._core._multiarray_umath": "numpy",
    "sklearn.ensemble._gb_losses": "converter.loading.inert",
    "sklearn.ensemble._hist_gradient_boosting.loss": "converter.loading.inert",
    "sklearn.ensemble.gradient_boosting": "sklearn.ensemble._gb",
    "sklearn.externals.joblib.numpy_pickle": "joblib.numpy_pickle",
    "sklearn.neighbors.ball_tree": "sklearn.neighbors._ball_tree",
    "sklearn.neighbors.dist_metrics": "sklearn.metrics._dist_metrics",
    "sklearn.neighbors._dist_metrics": "sklearn.metrics._dist_metrics",
    "sklearn.neighbors.kd_tree": "sklearn.neighbors._kd_tree",
    "sklearn.linear_model.sgd_fast": "sklearn.linear_model._sgd_fast",
    "sklearn.metrics.scorer": "sklearn.metrics._scorer",
    "scipy.sparse.csr": "scipy.sparse._csr",
    "scipy.sparse.csc": "scipy.sparse._csc",
    "collections.abc": "collections",
}

_PACKAGE = re.compile(r"sklearn\.(\w+)(\.|$)")
_INTEL = re.compile(r"(sklearnex|daal4py\.sklearn)(\.preview)?\.(\w+)\.[\w.]+")
_OF_PYTHON = ("instances", "references")

_MOVED_NAMES = {
    # What imbalanced-learn adds to these of scikit-learn is done while they are fitted.
    ("imblearn.ensemble._bagging", "BalancedBaggingClassifier"): (
        "sklearn.ensemble._bagging",
        "BaggingClassifier",
    ),
    ("imblearn.ensemble._easy_ensemble", "EasyEnsembleClassifier"): (
        "sklearn.ensemble._bagging",
        "BaggingClassifier",
    ),
    ("imblearn.ensemble._forest", "BalancedRandomForestClassifier"): (
        "sklearn.ensemble._forest",
        "RandomForestClassifier",
    ),
    ("imblearn.ensemble._weight_boosting", "RUSBoostClassifier"): (
        "sklearn.ensemble._weight_boosting",
        "AdaBoostClassifier",
    ),
    ("imblearn.pipeline", "Pipeline"): ("sklearn.pipeline", "Pipeline"),
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
    """Return where a name that an older library wrote lives in the installed one."""
    module = _MOVED_MODULES.get(module, module)
    module, name = _MOVED_NAMES.get((module, name), (module, name))
    module = _INTEL.sub(r"sklearn.\3", module)
    package = _PACKAGE.match(module)
    if package is None or any(is_allowed(kind, module, name) for kind in _OF_PYTHON):
        return module, name
    return _modules_by_package().get((f"sklearn.{package[1]}", name), module), name


def is_of_intel(module: str) -> bool:
    """Report whether a class is one of scikit-learn's that scikit-learn-intelex trains faster."""
    return _INTEL.fullmatch(module) is not None


@cache
def _modules_by_package() -> dict[tuple[str, str], str]:
    """Map a package and a name to its module, for names that one module of the package has.

    Up to 0.21 ``sklearn.tree.tree`` was public, today it is ``sklearn.tree._classes``; what is
    public was always asked of ``sklearn.tree``, and so is the same there.
    """
    found: dict[tuple[str, str], set[str]] = {}
    for kind in _OF_PYTHON:
        for entry in _table()[kind]:
            module, name = entry.split(":")
            package = _PACKAGE.match(module)
            if package is not None:
                found.setdefault((f"sklearn.{package[1]}", name), set()).add(module)
    return {key: modules.pop() for key, modules in found.items() if len(modules) == 1}


@cache
def _table() -> dict[str, frozenset[str]]:
    return {kind: frozenset(names) for kind, names in json.loads(_TABLE.read_text()).items()}


def is_allowed(kind: str, module: str, name: str) -> bool:
    """Report whether ``module.name`` is in the table's list ``kind``."""
    return f"{module}:{name}" in _table()[kind]


def fetch(module: str, name: str) -> Any:  # any object of the library
    """Import a name; call only after :func:`is_allowed` or with a literal name."""
    return getattr(importlib.import_module(module), name)
