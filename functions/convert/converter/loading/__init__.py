"""Loads a scikit-learn model out of an untrusted file."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sklearn

from converter.loading.native_boosters import wrapped
from converter.loading.reader import BoundedReader, open_unpacked
from converter.loading.shims import bring_up_to_date
from converter.loading.structure import check_running_parts, check_structure, parts_of
from converter.loading.unpickler import RestrictedUnpickler
from inferx.errors import Refused


def load_estimator(
    path: Path, saved_by: str | None = None
) -> Any:  # whichever estimator the file holds
    """Load the fitted estimator of a pickle or joblib file without running anything it names.

    Args:
        path: the file, possibly compressed.
        saved_by: the version of scikit-learn that wrote it, where it is known.

    Raises:
        Refused: for anything that is not exactly one saved estimator.
    """
    with refusing_damage(), open_unpacked(path) as file:
        return read_estimator(file, saved_by)


def read_estimator(file: BoundedReader, saved_by: str | None) -> Any:  # as above
    """Load the fitted estimator of an open pickle; the rest is as for :func:`load_estimator`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimator = RestrictedUnpickler(file).load()
        if file.read(1):
            raise Refused("The file goes on after the model's end; it is damaged or forged.")
        check_structure(estimator)
        _return_arrays(estimator)
        if saved_by is not None and saved_by != sklearn.__version__:
            bring_up_to_date(estimator, saved_by)
        check_running_parts(estimator)
        estimator = wrapped(estimator)
        if not _is_fitted(estimator):
            raise Refused("The file does not hold a fitted model.")
    return estimator


@contextmanager
def refusing_damage() -> Iterator[None]:
    """Turn whatever a library raises for a file into a refusal."""
    try:
        yield
    except (Refused, MemoryError):
        raise
    except RecursionError as deep:
        raise Refused("The file is nested too deeply to be a model.") from deep
    except Exception as damage:
        raise Refused("The file is damaged: it does not read as a saved model.") from damage


def _return_arrays(estimator: object) -> None:
    """Undo ``set_output(transform="pandas")``: there are no data frames here."""
    from sklearn.base import BaseEstimator  # noqa: PLC0415  # slow to import

    for part in list(parts_of(estimator)):
        if isinstance(part, BaseEstimator):
            vars(part).pop("_sklearn_output_config", None)


def _is_fitted(estimator: object) -> bool:
    from sklearn.base import BaseEstimator  # noqa: PLC0415  # only here, and slow to import
    from sklearn.exceptions import NotFittedError  # noqa: PLC0415
    from sklearn.utils.validation import check_is_fitted  # noqa: PLC0415

    if not isinstance(estimator, BaseEstimator):
        return False
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        return False
    return True
