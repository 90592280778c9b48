"""Classes of a file that are not installed here, and what takes the place of their instances.

None of them is imported. An instance becomes a list, an array or a stand-in once its state is read,
so a model keeps what predictions read of it: the columns' names, above all.
"""

import re
from collections.abc import Callable

from converter.loading import category_encoders, pandas_parts, pandas_tables
from converter.loading.inert import Replaced, Unused
from converter.loading.structure import parts_of
from inferx.errors import Refused

_DAMAGED = "The file describes a list of columns that scikit-learn never writes; it is damaged."

_PANDAS = re.compile(r"pandas(\.\w+)*")
_ONEDAL = re.compile(r"onedal(\.\w+)+|daal4py\._daal4py")
_SAMPLERS = re.compile(r"imblearn\.(over_sampling|under_sampling|combine)(\.\w+)*")
_DISTRIBUTION = re.compile(r"scipy\.stats\.\w+:(rv_(continuous_|discrete_)?frozen|\w+_gen)")
_VECTORIZED = re.compile(r"numpy(\.lib\.(function_base|_function_base_impl))?:vectorize")

_IDLE = "passthrough"


def replaced_class(module: str, name: str, *, frames: bool = False) -> Replaced | None:
    """Return the rule for instances of a class that is not installed; ``None`` if there is none.

    Args:
        module: as the file names it.
        name: of the class.
        frames: whether data frames may be read, which the encoders of category_encoders keep.
    """
    encoder = category_encoders.rule_for(module, name)
    if encoder is not None:
        return Replaced(encoder)
    if frames and name == "DataFrame" and _PANDAS.fullmatch(module):
        return Replaced(pandas_tables.of_frame)
    if _SAMPLERS.fullmatch(module) or (module, name) == ("imblearn.base", "FunctionSampler"):
        return Replaced(_no_step)
    if _ONEDAL.fullmatch(module):
        return Replaced(_not_kept)  # what scikit-learn's class reads is beside it
    if any(kind.fullmatch(f"{module}:{name}") for kind in (_DISTRIBUTION, _VECTORIZED)):
        return Replaced(_not_kept)  # a randomized search drew from it, and no prediction does
    if _PANDAS.fullmatch(module):
        complete = pandas_parts.CLASSES.get(name)
    else:
        complete = _CLASSES.get((module, name))
    return None if complete is None else Replaced(complete)


def _no_step(_: object) -> str:
    """Drop a sampler: an imblearn pipeline leaves it out when it predicts."""
    return _IDLE


def leave_out_idle_steps(root: object) -> None:
    """Take steps that do nothing out of each pipeline, which may be inside any other model."""
    from sklearn.pipeline import Pipeline  # noqa: PLC0415  # slow to import

    for part in list(parts_of(root)):
        if isinstance(part, Pipeline) and isinstance(vars(part).get("steps"), list):
            left = [step for step in part.steps if not isinstance(step[-1], str | None)]
            part.steps = left or part.steps


def _listed(state: object) -> list[object]:
    """Return the columns that scikit-learn 1.5 and 1.6 kept in a list class of their own."""
    columns = state.get("data") if type(state) is dict else None
    if type(columns) is not list:
        raise Refused(_DAMAGED)
    return columns


def _not_kept(_: object) -> Unused:
    return Unused()


_CLASSES: dict[tuple[str, str], Callable[[object], object]] = {
    ("sklearn.compose._column_transformer", "_RemainderColsList"): _listed,
    # Scorers up to 1.3: a search keeps the one that it chose by, and predictions never ask it.
    **{
        ("sklearn.metrics._scorer", name): _not_kept
        for name in ("_PredictScorer", "_ProbaScorer", "_ThresholdScorer")
    },
}
