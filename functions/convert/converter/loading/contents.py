"""Which fitted model a file holds, which of several is asked for, and what else there is."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from inferx.errors import Refused

_LISTED = 8
_CHARACTERS = 200
_LONGEST_PATH = 150
_DEPTH = 10

type Container = dict[Any, Any] | list[Any] | tuple[Any, ...]


def picked(loaded: object, part: str | None) -> object:
    """Return the object that ``part`` names; the file's whole content where it names none.

    Args:
        loaded: what the file holds.
        part: a dictionary's key or a list's position; several are joined by dots.

    Raises:
        Refused: there is no such part, naming those that there are, or nothing to choose from.
    """
    if part is None:
        return loaded
    if not isinstance(loaded, dict | list | tuple):
        raise Refused(
            f"The file holds {_with_article(loaded)} and no parts to choose from: upload it "
            "again without part."
        )
    found = _found(loaded, part, _DEPTH)
    if not found:
        raise Refused(
            f"The file has no part {part!r:.60}. It holds {_listing(loaded)}: upload it again "
            "with one of these as part; a dot leads further in, as in a.b."
        )
    return found[0]


def _found(content: Container, path: str, depth: int) -> list[Any]:
    """Return the object at a path in a list; an empty list where there is none."""
    entries = list(_entries(content))
    exact = [value for key, value in entries if key == path]
    if exact or not depth:
        return exact[:1]
    for key, value in entries:  # a key may hold dots itself
        if path.startswith(f"{key}.") and isinstance(value, dict | list | tuple):
            inner = _found(value, path[len(key) + 1 :], depth - 1)
            if inner:
                return inner
    return []


def _entries(content: Container) -> Iterator[tuple[str, Any]]:
    pairs = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in pairs:
        if isinstance(key, str | int):
            yield str(key), value


def check_is_model(loaded: object, part: str | None = None) -> None:
    """Raise unless a file's content, or the part that was picked, is one fitted model.

    Raises:
        Refused: saying what is there and what to do instead.
    """
    where = "The file" if part is None else f"Part {part!r:.60} of the file"
    if _is_estimator(loaded):
        if not _is_fitted(loaded):
            raise Refused(
                f"{where} holds {_with_article(loaded)}, which is not fitted: save it after fit()."
            )
        return
    if isinstance(loaded, dict | list | tuple):
        raise Refused(_of_several(loaded, where, part))
    raise Refused(
        f"{where} does not hold a fitted model, but {_with_article(loaded)}; save the model itself."
    )


def _is_fitted(estimator: Any) -> bool:
    from sklearn.exceptions import NotFittedError  # noqa: PLC0415  # slow to import
    from sklearn.utils.validation import check_is_fitted  # noqa: PLC0415

    try:
        check_is_fitted(estimator)
    except NotFittedError:
        return False
    return True


def _of_several(loaded: Container, where: str, part: str | None) -> str:
    """Say what a dict or list holds, and which part of it to ask for or to save."""
    what = f"{where} holds {_listing(loaded)}"
    models, steps = _models_and_steps(loaded)
    prefix = "" if part is None else f"{part}."
    if not models and not steps:
        inner = _inner_model(loaded, prefix, set())
        if inner is not None:
            return f"{what}: upload it again with part={inner}."
        return f"{what} and no fitted model; save the model itself."
    chosen = (models or steps)[0]
    way = f"upload it again with part={prefix}{chosen!s:.60}"
    if len(models) > 1:
        others = ", ".join(f"{prefix}{key!s:.40}" for key in models[1:4])
        way += f" (or {others})"
    saved = f"joblib.dump(content[{chosen!r:.60}], 'model.joblib')"
    if not models or not steps:
        return f"{what}: {way}, or save that model alone: {saved}."
    before = f"content[{steps[0]!r:.60}]"
    return (
        f"{what}: {way}, or save that model alone: {saved}. Where {before} prepares its rows, save "
        f"make_pipeline({before}, content[{chosen!r:.60}])."
    )


def _models_and_steps(content: Container) -> tuple[list[Any], list[Any]]:
    """Return the keys of what predicts, and of the other estimators."""
    pairs = list(content.items() if isinstance(content, dict) else enumerate(content))
    models = [key for key, part in pairs if _predicts(part)]
    steps = [key for key, part in pairs if _is_estimator(part) and not _predicts(part)]
    return models, steps


def _inner_model(content: Container, prefix: str, seen: set[int]) -> str | None:
    """Return the path to the first model further in; ``None`` where there is none.

    Args:
        content: where to look.
        prefix: the path to it.
        seen: the ids of the containers looked into; a file may hold one that holds itself.
    """
    seen.add(id(content))
    for key, value in _entries(content):
        if _predicts(value):
            return f"{prefix}{key}"
        looked_into = id(value) in seen or len(prefix) > _LONGEST_PATH
        if isinstance(value, dict | list | tuple) and not looked_into:
            inner = _inner_model(value, f"{prefix}{key}.", seen)
            if inner is not None:
                return inner
    return None


def _predicts(part: object) -> bool:
    return type(part).__name__ == "Booster" or (_is_estimator(part) and hasattr(part, "predict"))


def _is_estimator(part: object) -> bool:
    from sklearn.base import BaseEstimator  # noqa: PLC0415  # as above

    return isinstance(part, BaseEstimator)


def _listing(content: Container) -> str:
    """Return what a container holds: ``a dict ('model': SVC, 'scaler': StandardScaler)``."""
    pairs = list(content.items() if isinstance(content, dict) else enumerate(content))
    listed: list[str] = []
    for key, part in pairs[:_LISTED]:
        shown = f"{key!r:.40}: {_described(part)}"
        if sum(map(len, listed)) + len(shown) > _CHARACTERS:
            break
        listed.append(shown)
    more = f" and {len(pairs) - len(listed)} more" if len(listed) < len(pairs) else ""
    return f"a {type(content).__name__} ({', '.join(listed)}{more})"


def _described(part: object) -> str:
    if isinstance(part, np.ndarray):
        return f"array of shape {part.shape}"
    if isinstance(part, dict | list | tuple):
        return f"{type(part).__name__} of {len(part)}"
    return f"{type(part).__name__:.60}"


def _with_article(part: object) -> str:
    described = _described(part)
    return f"{'an' if described[:1] in 'AEIOUaeiou' else 'a'} {described}"
