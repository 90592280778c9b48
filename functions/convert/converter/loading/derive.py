"""Derives the names that a fitted model may hold from the installed scikit-learn.

Run ``python -m converter.loading.derive`` after an upgrade to rewrite ``allowed_names.json``. A
unit test fails when the checked-in table differs from what this module derives.
"""

import importlib
import inspect
import json
from pathlib import Path

TABLE = Path(__file__).with_name("allowed_names.json")

_PARTS_OF_ESTIMATORS = (
    # Modules whose plain classes fitted estimators keep inside themselves.
    "sklearn._loss.link",
    "sklearn._loss.loss",
    "sklearn.calibration",
    "sklearn.cluster._birch",
    "sklearn.cluster._bisect_k_means",
    "sklearn.ensemble._hist_gradient_boosting.binning",
    "sklearn.ensemble._hist_gradient_boosting.predictor",
    "sklearn.gaussian_process._gpc",
    "sklearn.gaussian_process.kernels",
    "sklearn.impute._iterative",
    "sklearn.linear_model._linear_loss",
    "sklearn.metrics._scorer",
    "sklearn.model_selection._split",
    "sklearn.multiclass",
    "sklearn.neural_network._stochastic_optimizers",
    "sklearn.utils._bunch",
    "sklearn.utils._metadata_requests",
)

_OTHER_INSTANCES = (
    "converter.loading.inert:BinaryCrossEntropy",
    "converter.loading.inert:BinomialDeviance",
    "converter.loading.inert:CategoricalCrossEntropy",
    "converter.loading.inert:ExponentialLoss",
    "converter.loading.inert:HuberLossFunction",
    "converter.loading.inert:LeastAbsoluteDeviation",
    "converter.loading.inert:LeastAbsoluteError",
    "converter.loading.inert:LeastSquares",
    "converter.loading.inert:LeastSquaresError",
    "converter.loading.inert:MultinomialDeviance",
    "converter.loading.inert:Poisson",
    "converter.loading.inert:QuantileLossFunction",
    "lightgbm.basic:Booster",
    "lightgbm.sklearn:LGBMClassifier",
    "lightgbm.sklearn:LGBMRanker",
    "lightgbm.sklearn:LGBMRegressor",
    "sklearn.compose._column_transformer:make_column_selector",
    "xgboost.core:Booster",
    "xgboost.sklearn:XGBClassifier",
    "xgboost.sklearn:XGBRFClassifier",
    "xgboost.sklearn:XGBRFRegressor",
    "xgboost.sklearn:XGBRanker",
    "xgboost.sklearn:XGBRegressor",
    "scipy.interpolate._bsplines:BSpline",
    "scipy.interpolate._bsplines:_BSpline",
    "scipy.sparse._csc:csc_array",
    "scipy.sparse._csc:csc_matrix",
    "scipy.sparse._csr:csr_array",
    "scipy.sparse._csr:csr_matrix",
)

_FUNCTION_MODULES = (
    # Score and kernel functions that estimators keep as parameters.
    "sklearn.feature_selection._mutual_info",
    "sklearn.feature_selection._univariate_selection",
    "sklearn.metrics._classification",
    "sklearn.metrics._ranking",
    "sklearn.metrics._regression",
    "sklearn.metrics.pairwise",
)

_NUMPY_REFERENCES = """
abs absolute arccosh arcsinh arctan arctanh argmax argmin bool bool_ cbrt ceil clip cos cosh
deg2rad degrees exp exp2 expm1 fabs float16 float32 float64 floating floor int16 int32 int64 int8
integer log log10 log1p log2 max maximum mean median min minimum nan_to_num ndarray negative number
object_ positive rad2deg radians reciprocal rint round sign sin sinh sqrt square std str_ sum tan
tanh trunc uint16 uint32 uint64 uint8 var
"""

_OTHER_REFERENCES = (
    "builtins:bool",
    "builtins:dict",
    "builtins:float",
    "builtins:int",
    "builtins:len",
    "builtins:list",
    "builtins:object",
    "builtins:str",
    "builtins:tuple",
    "numpy.ma:MaskedArray",
    "numpy.random._mt19937:MT19937",
    "numpy.random._pcg64:PCG64",
    "numpy.random._pcg64:PCG64DXSM",
    "numpy.random._philox:Philox",
    "numpy.random._sfc64:SFC64",
    "numpy.random.bit_generator:SeedSequence",
    "scipy.special._ufuncs:expit",
    "scipy.special._ufuncs:logit",
    "sklearn.cluster._kmeans:_kmeans_single_elkan",
    "sklearn.cluster._kmeans:_kmeans_single_lloyd",
    "sklearn.utils.validation:check_array",
)

_NATIVE_MODULES = (
    # Cython classes, which pickles name as the first argument of a vetted call.
    "sklearn._loss._loss",
    "sklearn.linear_model._sgd_fast",
    "sklearn.metrics._dist_metrics",
    "sklearn.neighbors._ball_tree",
    "sklearn.neighbors._kd_tree",
)


def derive() -> dict[str, list[str]]:
    """List the allowed names as ``module:name``, by what may be done with each.

    Returns:
        ``instances``: plain Python classes a pickle may make instances of; ``references``:
        functions and types it may only point at; ``native``: Cython classes, made by vetted calls.
    """
    return {
        "instances": sorted({*_public_estimators(), *_parts(), *_OTHER_INSTANCES}),
        "references": sorted({*_functions(), *_OTHER_REFERENCES, *_numpy_references()}),
        "native": sorted(_native_classes()),
    }


def _public_estimators() -> set[str]:
    for switch in ("enable_halving_search_cv", "enable_iterative_imputer"):
        importlib.import_module(f"sklearn.experimental.{switch}")
    from sklearn.utils import all_estimators  # noqa: PLC0415  # after the switches above

    return {f"{cls.__module__}:{cls.__name__}" for _, cls in all_estimators()}


def _parts() -> set[str]:
    found = set()
    for module in _PARTS_OF_ESTIMATORS:
        for name, member in vars(importlib.import_module(module)).items():
            own = inspect.isclass(member) and member.__module__ == module
            if own and not issubclass(member, BaseException):
                found.add(f"{module}:{name}")
    return found


def _functions() -> set[str]:
    return {
        f"{module}:{name}"
        for module in _FUNCTION_MODULES
        for name, member in vars(importlib.import_module(module)).items()
        if inspect.isfunction(member) and member.__module__ == module and name[0] != "_"
    }


def _numpy_references() -> set[str]:
    return {f"numpy:{name}" for name in _NUMPY_REFERENCES.split()}


def _native_classes() -> set[str]:
    return {
        f"{module}:{name}"
        for module in _NATIVE_MODULES
        for name, member in vars(importlib.import_module(module)).items()
        if inspect.isclass(member) and member.__module__ == module
    }


if __name__ == "__main__":
    TABLE.write_text(json.dumps(derive(), indent=1) + "\n")
