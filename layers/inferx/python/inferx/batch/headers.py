"""Which columns of a file are the model's features, and which go into the result."""

from collections.abc import Sequence

from inferx.errors import BadInput
from inferx.serving.inputs import input_errors
from inferx.signature import Signature


def places_of_features(names: Sequence[str], signature: Signature) -> list[int]:
    """Return each feature's column: by name where the model has names, else the first columns.

    Raises:
        BadInput: a feature has no column, or several.
    """
    features = signature.features or ()
    if not signature.named_features:
        if len(names) < len(features):
            raise input_errors.wrong_count(features, names, False, None)
        return list(range(len(features)))
    places = {name: place for place, name in enumerate(names)}
    known = {feature.name for feature in features}
    found = {name: None for name in names if name in known}
    if len(found) < len(known):
        raise input_errors.wrong_names(features, found, True, None)
    twice = next((name for name in found if names.count(name) > 1), None)
    if twice is not None:
        raise BadInput(f"The file has more than one column {twice}.")
    return [places[feature.name or ""] for feature in features]


def columns_to_copy(
    names: Sequence[str], wanted: Sequence[str] | None, added: Sequence[str]
) -> list[int]:
    """Return which columns go into the result, in its order.

    An input column with the name of a new one is replaced by that.

    Args:
        names: the input's columns.
        wanted: those to copy; ``None`` for all.
        added: the result's new columns.

    Raises:
        BadInput: a wanted one is missing.
    """
    replaced = set(added)
    if wanted is None:
        return [place for place, name in enumerate(names) if name not in replaced]
    missing = [name for name in wanted if name not in names]
    if missing:
        raise BadInput(f"The file has no column {missing[0]}, which the job's columns name.")
    return [names.index(name) for name in wanted if name not in replaced]
