"""Pipelines that predict amounts, unfitted, with their data."""

from typing import Any

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
    StackingRegressor,
    VotingRegressor,
)
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LinearRegression,
    PoissonRegressor,
    Ridge,
)
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    PolynomialFeatures,
    StandardScaler,
)
from sklearn.svm import SVR


def regressors() -> dict[str, tuple[Any, Any, Any]]:
    """Return each recipe with its rows and target, by name."""
    people = load_diabetes()
    data = people.data, people.target
    return {
        "scaled ridge": (make_pipeline(StandardScaler(), Ridge()), *data),
        "polynomial lasso": (
            make_pipeline(PolynomialFeatures(2), StandardScaler(), Lasso(0.1, max_iter=5_000)),
            *data,
        ),
        "elastic net": (make_pipeline(MinMaxScaler(), ElasticNet(0.1)), *data),
        "scaled SVR": (make_pipeline(StandardScaler(), SVR(C=100)), *data),
        "forest": (RandomForestRegressor(20, random_state=0), *data),
        "scaled forest regression": (
            make_pipeline(StandardScaler(), RandomForestRegressor(20, random_state=0)),
            *data,
        ),
        "boosting": (GradientBoostingRegressor(n_estimators=20, random_state=0), *data),
        "histogram boosting": (HistGradientBoostingRegressor(max_iter=20), *data),
        "scaled k-NN regression": (make_pipeline(StandardScaler(), KNeighborsRegressor()), *data),
        "scaled MLP regression": (
            make_pipeline(StandardScaler(), MLPRegressor(max_iter=200, random_state=0)),
            *data,
        ),
        "log target": (
            TransformedTargetRegressor(
                make_pipeline(StandardScaler(), Ridge()), func=np.log1p, inverse_func=np.expm1
            ),
            *data,
        ),
        "scaled target": (
            TransformedTargetRegressor(
                make_pipeline(StandardScaler(), SVR()), transformer=StandardScaler()
            ),
            *data,
        ),
        "Poisson": (make_pipeline(StandardScaler(), PoissonRegressor()), *data),
        "voting regression": (
            VotingRegressor([("a", Ridge()), ("b", RandomForestRegressor(5, random_state=0))]),
            *data,
        ),
        "stacking regression": (
            StackingRegressor([("a", Ridge()), ("b", KNeighborsRegressor())], cv=3),
            *data,
        ),
        "several targets": (
            MultiOutputRegressor(Ridge()),
            people.data,
            np.column_stack([people.target, people.target * 2]),
        ),
        "log of inputs": (
            make_pipeline(FunctionTransformer(np.log1p), LinearRegression()),
            np.abs(people.data),
            people.target,
        ),
    }
