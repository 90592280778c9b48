"""Which fitted model a file holds, and what it holds where that is not one model."""

from typing import Any

import numpy as np

from inferx.errors import Refused

_SHOWN = 8


def check_is_model(loaded: object) -> None:
    """Raise unless a file's content is one fitted model.

    Raises:
        Refused: saying what is there and what to save instead.
    """
    if _is_estimator(loaded):
        if not _is_fitted(loaded):
            raise Refused(
                f"The file holds {_named(loaded)}, which is not fitted: save it after fit()."
            )
        return
    if isinstance(loaded, dict | list | tuple):
        raise Refused(_of_several(loaded))
    raise Refused(
        f"The file does not hold a fitted model, but {_described(loaded)}; save the model itself."
    )


def _is_fitted(estimator: Any) -> bool:
    from sklearn.exceptions import NotFittedError  # noqa: PLC0415  # slow to import
    from sklearn.utils.validation import check_is_fitted  # noqa: PLC0415

    try:
        check_is_fitted(estimator)
    except NotFittedError:
        return False
    return True


def _of_several(loaded: dict[Any, Any] | list[Any] | tuple[Any, ...]) -> str:
    """Say what a dict or list holds, and which part of it to save."""
    entries = list(loaded.items() if isinstance(loaded, dict) else enumerate(loaded))
    kind = type(loaded).__name__
    listed = ", ".join(f"{key!r:.40}: {_described(part)}" for key, part in entries[:_SHOWN])
    if len(entries) > _SHOWN:
        listed += f" and {len(entries) - _SHOWN} more"
    models = [key for key, part in entries if _is_estimator(part) and hasattr(part, "predict")]
    steps = [key for key, part in entries if _is_estimator(part) and key not in models]
    what = f"The file holds a {kind} ({listed})"
    if not models and not steps:
        return f"{what} and no fitted model; save the model itself."
    chosen = f"content[{(models or steps)[0]!r:.40}]"
    way = f"joblib.dump({chosen}, 'model.joblib')"
    if models and steps:
        before = f"content[{steps[0]!r:.40}]"
        way += (
            f", or, where {before} prepares its rows, "
            f"joblib.dump(make_pipeline({before}, {chosen}), 'model.joblib')"
        )
    return f"{what}, and one model is served for each file. Load it as content, and run {way}."


def _is_estimator(part: object) -> bool:
    from sklearn.base import BaseEstimator  # noqa: PLC0415  # as above

    return isinstance(part, BaseEstimator)


def _described(part: object) -> str:
    if isinstance(part, np.ndarray):
        return f"an array of shape {part.shape}"
    if isinstance(part, dict | list | tuple):
        return f"a {type(part).__name__} of {len(part)}"
    return _named(part)


def _named(part: object) -> str:
    kind = type(part).__name__
    return f"{'an' if kind[:1] in 'AEIOUaeiou' else 'a'} {kind}"
