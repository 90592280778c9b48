"""The sentences for names that no served model holds: where they are, what they are, what to do."""

from collections.abc import Iterable

import sklearn

_SHOWN = 120
_DEEPEST = 4
_FORMAT = "export the model to ONNX and upload the .onnx file."
_OWN = (
    "which is never run here: use only library classes and functions, or convert the model to ONNX "
    "yourself."
)
_FRAMES = "save the model without data frames inside it."
_LIBRARIES = {
    "catboost": (
        "export it with model.save_model('model.onnx', format='onnx') and upload the .onnx file."
    ),
    "category_encoders": (
        "fit the model with an encoder that keeps a table of categories (OneHotEncoder, "
        "OrdinalEncoder, TargetEncoder, CountEncoder or BinaryEncoder)."
    ),
    "keras": _FORMAT,
    "lime": "it explains a model and is none; save the model that it explains.",
    "prophet": (
        "it predicts from dates and has no ONNX form; a regressor of scikit-learn over columns "
        "made of the date has one."
    ),
    "pycaret": (
        "its pipelines run steps of its own; fit the last step of the pipeline with scikit-learn's "
        "steps before it, and save that pipeline."
    ),
    "shap": "it explains a model and is none; save the model that it explains.",
    "statsmodels": "its models have no ONNX form here; scikit-learn has one of the same kind.",
    "tensorflow": _FORMAT,
    "torch": _FORMAT,
}


def unknown_part(module: str, name: str, places: Iterable[str]) -> str:
    """Say that a file holds a name which is not served.

    Args:
        module: as the file names it.
        name: of the class or function in ``module``.
        places: the keys and the names of steps that lead to it in the file, outermost first.
    """
    shown = _plain(f"{module}.{name}", _SHOWN)
    found = f"The file holds {shown}{_at(places)}"
    library = module.split(".", maxsplit=1)[0]
    if library in _LIBRARIES:
        return f"{found}: {_LIBRARIES[library]}"
    if library == "pandas":
        return f"{found}{_of_pandas(name)}"
    if module in ("cloudpickle.cloudpickle", "__main__", "types", "dill._dill"):
        return f"The file holds code of your own ({shown}){_at(places)}, {_OWN}"
    if library == "sklearn":
        return (
            f"{found}, which is no part of a fitted model of scikit-learn {sklearn.__version__}: "
            "fit and save it with that release, or convert it to ONNX with the one that saved it."
        )
    return (
        f"{found}, which is not a part of a scikit-learn model served here, and code of your own "
        "or of other libraries is never run: replace it by a step of scikit-learn, or convert the "
        "model to ONNX yourself."
    )


def _of_pandas(name: str) -> str:
    if name[:1].islower():
        return (
            ", a function of pandas, which is never run here: use a transformer of scikit-learn "
            "instead (OneHotEncoder for get_dummies), or convert the model to ONNX yourself."
        )
    return f": {_FRAMES}"


def _at(places: Iterable[str]) -> str:
    last = [_plain(place, 40) for place in places][-_DEEPEST:]
    return f" (in {' / '.join(last)})" if last else ""


def _plain(text: str, length: int) -> str:
    return text[:length].encode("ascii", "replace").decode()
