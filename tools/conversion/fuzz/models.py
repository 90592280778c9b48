"""Random estimators, their parameters drawn from what scikit-learn allows."""

import warnings
from functools import cache
from typing import Any

import numpy as np
from sklearn.experimental import enable_iterative_imputer  # noqa: F401  # switches it on
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils import all_estimators

from tools.conversion.fuzz.tables import CLASSIFICATION, NONE, REGRESSION
from tools.conversion.parameters import allowed_values

_SMALL: dict[str, Any] = {"n_estimators": 8, "max_iter": 100, "random_state": 0, "cv": 3}
_WRAPPERS = frozenset(
    (
        *("BaggingClassifier", "BaggingRegressor", "CalibratedClassifierCV", "ClassifierChain"),
        *("FixedThresholdClassifier", "MultiOutputClassifier", "MultiOutputRegressor"),
        *("OneVsOneClassifier", "OneVsRestClassifier", "OutputCodeClassifier", "RegressorChain"),
        *("SelfTrainingClassifier", "StackingClassifier", "StackingRegressor", "RFE", "RFECV"),
        *("TransformedTargetRegressor", "TunedThresholdClassifierCV", "VotingClassifier"),
        *("VotingRegressor", "RANSACRegressor", "SequentialFeatureSelector", "FeatureUnion"),
        *("ColumnTransformer", "SelectFromModel"),
    )
)
_NOT_OF_NUMBERS = frozenset(
    (
        *("DictVectorizer", "FeatureHasher", "HashingVectorizer", "LabelBinarizer", "LabelEncoder"),
        *("MultiLabelBinarizer", "PatchExtractor", "TfidfTransformer", "KernelCenterer", "TSNE"),
        *("IsotonicRegression", "SparseCoder", "FunctionTransformer", "MissingIndicator"),
    )
)
_RARE = frozenset(
    (
        *("MultiTaskElasticNet", "MultiTaskElasticNetCV", "MultiTaskLasso", "MultiTaskLassoCV"),
        *("GaussianProcessRegressor", "TheilSenRegressor", "LarsCV", "AffinityPropagation"),
        *("DictionaryLearning", "MiniBatchDictionaryLearning", "SparsePCA", "MiniBatchSparsePCA"),
        *("LocallyLinearEmbedding", "NeighborhoodComponentsAnalysis", "PatchExtractor", "OPTICS"),
        *("LatentDirichletAllocation", "SpectralClustering", "GaussianProcessClassifier"),
    )
)
_BOOSTERS = {CLASSIFICATION: "Classifier", REGRESSION: "Regressor"}


@cache
def _of_kind(kind: str) -> tuple[type, ...]:
    out = _WRAPPERS | _NOT_OF_NUMBERS | _RARE
    return tuple(cls for name, cls in all_estimators(kind) if name not in out)


def predictor(draw: np.random.Generator, task: str) -> Any:
    """Draw an estimator for the task; without a task, one that needs no target."""
    if task in _BOOSTERS and draw.random() < 0.12:
        return _booster(draw, task)
    kinds = {CLASSIFICATION: "classifier", REGRESSION: "regressor", NONE: "cluster"}
    candidates = _of_kind(kinds[task])
    return _made(draw, candidates[int(draw.integers(len(candidates)))])


def transformer(draw: np.random.Generator) -> Any:
    """Draw a transformer of numbers; scalers and imputers more often than their number."""
    if draw.random() < 0.5:
        names = ("StandardScaler", "MinMaxScaler", "RobustScaler", "SimpleImputer", "PCA")
        known = dict(all_estimators("transformer"))
        return _made(draw, known[str(draw.choice(names))])
    candidates = _of_kind("transformer")
    return _made(draw, candidates[int(draw.integers(len(candidates)))])


def _booster(draw: np.random.Generator, task: str) -> Any:
    options: dict[str, Any] = {"n_estimators": 8, "n_jobs": 1}
    choices: dict[str, list[Any]]
    if draw.random() < 0.5:
        import xgboost  # slow to import

        cls = getattr(xgboost, f"XGB{_BOOSTERS[task]}")
        choices = {
            "booster": ["gbtree", "dart", "gblinear"],
            "max_depth": [0, 2, 6],
            "tree_method": ["hist", "exact", "approx"],
            "subsample": [0.5],
            "base_score": [0.3],
            "grow_policy": ["lossguide"],
            "num_parallel_tree": [3],
            "missing": [-1.0, 0.0],
            "learning_rate": [0.05, 1.0],
        }
        if task == REGRESSION:
            choices["objective"] = ["reg:absoluteerror", "reg:pseudohubererror", "reg:squarederror"]
    else:
        import lightgbm  # slow to import

        cls = getattr(lightgbm, f"LGBM{_BOOSTERS[task]}")
        options["verbose"] = -1
        choices = {
            "boosting_type": ["gbdt", "dart", "rf"],
            "num_leaves": [2, 7, 63],
            "max_depth": [2, 5],
            "min_child_samples": [1, 5],
            "subsample": [0.5],
            "subsample_freq": [1],
            "class_weight": ["balanced"] if task == CLASSIFICATION else [None],
            "zero_as_missing": [True],
            "use_missing": [False],
        }
        if task == REGRESSION:
            choices["objective"] = ["l1", "huber", "quantile", "mape", "fair", "l2"]
    return cls(**options, **_some(draw, choices))


def _made(draw: np.random.Generator, cls: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated classes are among them
        estimator = cls(**_some(draw, allowed_values(cls)))
    known = estimator.get_params(deep=False)
    small = {name: value for name, value in _SMALL.items() if name in known}
    if cls.__name__ == "OrthogonalMatchingPursuitCV":
        small.pop("max_iter")  # there it counts features
    return estimator.set_params(**small)


def _some(draw: np.random.Generator, choices: dict[str, list[Any]]) -> dict[str, Any]:
    share = draw.choice([0.0, 0.15, 0.3])
    return {
        name: values[int(draw.integers(len(values)))]
        for name, values in choices.items()
        if draw.random() < share
    }


def member(draw: np.random.Generator, task: str) -> Any:
    """Draw an estimator for the inside of a wrapper: often a plain one."""
    if draw.random() < 0.6:
        return predictor(draw, task)
    if task == CLASSIFICATION:
        plain = [LogisticRegression(max_iter=300), DecisionTreeClassifier(max_depth=4)]
    else:
        plain = [Ridge(), DecisionTreeRegressor(max_depth=4)]
    return plain[int(draw.integers(2))]
