"""Loading of scikit-learn models from untrusted files."""

import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import sklearn

from converter.loading.contents import check_is_model, picked
from converter.loading.foreign import leave_out_idle_steps
from converter.loading.inert import Unused
from converter.loading.intel import take_what_intel_fitted
from converter.loading.missing_values import keep_refusing_missing
from converter.loading.multiclass import keep_probabilities
from converter.loading.native_boosters import wrapped
from converter.loading.nesting import check_nesting
from converter.loading.older import add_parameters, rename_parts
from converter.loading.outputs import add_places
from converter.loading.reader import BoundedReader, open_unpacked
from converter.loading.shims import bring_up_to_date
from converter.loading.structure import check_running_parts, check_structure, parts_of
from converter.loading.unpickler import RestrictedUnpickler
from converter.loading.widths import add_widths
from inferx.errors import Refused

_UNNAMED = "(of a release that the file does not name)"


def load_estimator(  # any fitted estimator
    path: Path, saved_by: str | None = None, part: str | None = None
) -> Any:
    """Load the fitted estimator of a pickle or joblib file without running anything it names.

    Args:
        path: the file, possibly compressed.
        saved_by: the version of scikit-learn that wrote it, where it is known.
        part: which of several objects in the file to return.

    Raises:
        Refused: for anything that is not exactly one saved estimator.
    """
    with refusing_damage(), open_unpacked(path) as file:
        return read_estimator(file, saved_by, part)


def read_estimator(  # as above
    file: BoundedReader, saved_by: str | None, part: str | None = None
) -> Any:
    """Load the fitted estimator of an open pickle; the rest is as for :func:`load_estimator`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        unpickler = RestrictedUnpickler(file)
        estimator = unpickler.load()
        if file.read(1):
            raise Refused("The file goes on after the model's end; it is damaged or forged.")
        check_nesting(estimator)
        estimator = picked(estimator, part)
        older = unpickler.of_intel or saved_by not in (None, sklearn.__version__)
        with refusing_what_is_missing(saved_by or _UNNAMED if older else None):
            if unpickler.of_intel:
                take_what_intel_fitted(estimator)
            if older:
                add_widths(estimator)
                rename_parts(estimator)
            check_structure(estimator)
            leave_out_idle_steps(estimator)
            _run_here(estimator)
            if older:
                bring_up_to_date(estimator, saved_by)
                add_parameters(estimator)
                add_places(estimator)
                keep_probabilities(estimator, saved_by)
                keep_refusing_missing(estimator, saved_by)
            check_running_parts(estimator)
            estimator = wrapped(estimator)
            check_is_model(estimator, part)
    return estimator


@contextmanager
def refusing_what_is_missing(saved_by: str | None) -> Iterator[None]:
    """Turn what a part raises that the installed scikit-learn cannot run into a refusal.

    Args:
        saved_by: the release that saved the model, where it is another than the installed one.
    """
    try:
        yield
    except (AttributeError, TypeError, ValueError, LookupError) as difference:
        if saved_by is None:
            raise
        traceback.print_exception(difference)  # for the parent's log
        raise Refused(
            f"The model was saved by scikit-learn {saved_by}, and {sklearn.__version__} reads "
            f"{_what_differs(difference)} in another way. Fit it again with {sklearn.__version__}, "
            f"or convert it to ONNX with skl2onnx and scikit-learn {saved_by}, and upload the "
            ".onnx file."
        ) from difference


def _what_differs(difference: Exception) -> str:
    if isinstance(difference, AttributeError) and difference.name is not None:
        return f"its {type(difference.obj).__name__}, which lacks {difference.name!r:.60},"
    return "a part of it"


@contextmanager
def refusing_damage() -> Iterator[None]:
    """Turn any exception that a file causes into a refusal."""
    try:
        yield
    except (Refused, MemoryError):
        raise
    except RecursionError as deep:
        raise Refused("The file is nested too deeply to be a model.") from deep
    except Exception as damage:
        raise Refused("The file is damaged: it does not read as a saved model.") from damage


def _run_here(estimator: object) -> None:
    """Have each part predict in this process (``n_jobs``) and in arrays (``set_output``).

    The sandbox forbids other processes, and it has no pandas; neither changes a prediction. Inside
    histogram boosting a function that checks rows is put back, which was not taken from the file.
    """
    from sklearn.base import BaseEstimator  # noqa: PLC0415  # slow to import
    from sklearn.utils.validation import check_array  # noqa: PLC0415  # as above

    for part in list(parts_of(estimator)):
        if isinstance(part, BaseEstimator):
            if type(vars(part).get("func")) is Unused:
                vars(part)["func"] = check_array
                vars(part)["kw_args"] = {"dtype": [np.float64], "ensure_all_finite": False}
            vars(part).pop("_sklearn_output_config", None)
            if "n_jobs" in vars(part):
                vars(part)["n_jobs"] = None
