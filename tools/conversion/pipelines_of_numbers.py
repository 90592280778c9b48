"""Pipelines over tables of numbers, unfitted, with their data."""

from typing import Any

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.decomposition import PCA, FactorAnalysis, FastICA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import (
    RFE,
    SelectFromModel,
    SelectKBest,
    SelectPercentile,
    VarianceThreshold,
    f_classif,
)
from sklearn.kernel_approximation import Nystroem, RBFSampler
from sklearn.linear_model import (
    LogisticRegression,
    RidgeClassifier,
    SGDClassifier,
)
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, TunedThresholdClassifierCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.naive_bayes import BernoulliNB, GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    SplineTransformer,
    StandardScaler,
)
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier


def classifiers() -> dict[str, tuple[Any, Any, Any]]:
    """Return each recipe with its rows and target, by name."""
    cancer, iris, wine = load_breast_cancer(), load_iris(), load_wine()
    digits = load_digits()
    named = iris.data, iris.target_names[iris.target]
    ill = cancer.data, cancer.target_names[cancer.target]
    logistic = LogisticRegression(max_iter=2_000)
    return {
        "scaled logistic regression": (make_pipeline(StandardScaler(), logistic), *named),
        "scaled logistic regression, two classes": (
            make_pipeline(StandardScaler(), LogisticRegression()),
            *ill,
        ),
        "min-max, SVC": (make_pipeline(MinMaxScaler(), SVC()), *named),
        "robust, linear SVC": (make_pipeline(RobustScaler(), LinearSVC()), *ill),
        "PCA, logistic regression": (make_pipeline(StandardScaler(), PCA(4), logistic), *ill),
        "PCA, k-NN": (make_pipeline(PCA(2), KNeighborsClassifier()), *named),
        "scaled k-NN": (make_pipeline(StandardScaler(), KNeighborsClassifier(3)), *named),
        "polynomial, ridge classifier": (
            make_pipeline(StandardScaler(), PolynomialFeatures(2), RidgeClassifier()),
            *named,
        ),
        "quantile, Gaussian NB": (
            make_pipeline(QuantileTransformer(n_quantiles=50), GaussianNB()),
            *named,
        ),
        "power, LDA": (make_pipeline(PowerTransformer(), LinearDiscriminantAnalysis()), *ill),
        "bins, Bernoulli NB": (
            make_pipeline(KBinsDiscretizer(4, encode="onehot-dense"), BernoulliNB()),
            *named,
        ),
        "select k best, forest": (
            make_pipeline(SelectKBest(f_classif, k=5), RandomForestClassifier(20, random_state=0)),
            *ill,
        ),
        "variance, percentile, boosting": (
            make_pipeline(
                VarianceThreshold(), SelectPercentile(), GradientBoostingClassifier(n_estimators=10)
            ),
            *ill,
        ),
        "selected by lasso, SGD": (
            make_pipeline(
                StandardScaler(),
                SelectFromModel(LinearSVC(C=0.05, dual=False, penalty="l1")),
                SGDClassifier(loss="log_loss", random_state=0),
            ),
            *ill,
        ),
        "RFE in the middle": (
            make_pipeline(
                StandardScaler(), RFE(LogisticRegression(), n_features_to_select=4), SVC()
            ),
            *ill,
        ),
        "RFE at the end": (
            make_pipeline(StandardScaler(), RFE(LogisticRegression(), n_features_to_select=4)),
            *ill,
        ),
        "scaled forest": (
            make_pipeline(StandardScaler(), RandomForestClassifier(30, random_state=0)),
            *named,
        ),
        "scaled extra trees": (
            make_pipeline(MaxAbsScaler(), ExtraTreesClassifier(30, random_state=0)),
            wine.data,
            wine.target,
        ),
        "scaled histogram boosting": (
            make_pipeline(StandardScaler(), HistGradientBoostingClassifier(max_iter=10)),
            *ill,
        ),
        "scaled MLP": (
            make_pipeline(StandardScaler(), MLPClassifier(max_iter=200, random_state=0)),
            digits.data[:500],
            digits.target[:500],
        ),
        "normalised, LDA": (make_pipeline(Normalizer(), LinearDiscriminantAnalysis()), *named),
        "binarised, Bernoulli NB": (
            make_pipeline(Binarizer(threshold=2.0), BernoulliNB()),
            *named,
        ),
        "union of PCA and best": (
            make_pipeline(
                StandardScaler(),
                FeatureUnion([("pca", PCA(2)), ("best", SelectKBest(k=2))]),
                logistic,
            ),
            *named,
        ),
        "Nystroem, SGD": (
            make_pipeline(
                StandardScaler(),
                Nystroem(n_components=20, random_state=0),
                SGDClassifier(loss="log_loss", random_state=0),
            ),
            *named,
        ),
        "RBF sampler, ridge classifier": (
            make_pipeline(StandardScaler(), RBFSampler(random_state=0), RidgeClassifier()),
            *named,
        ),
        "factor analysis, logistic regression": (
            make_pipeline(StandardScaler(), FactorAnalysis(2), logistic),
            *named,
        ),
        "FastICA, logistic regression": (
            make_pipeline(StandardScaler(), FastICA(3, random_state=0), logistic),
            *named,
        ),
        "splines, logistic regression": (make_pipeline(SplineTransformer(), logistic), *named),
        "AdaBoost of stumps": (
            make_pipeline(StandardScaler(), AdaBoostClassifier(n_estimators=10, random_state=0)),
            *ill,
        ),
        "bagged trees": (
            BaggingClassifier(DecisionTreeClassifier(), n_estimators=5, random_state=0),
            *named,
        ),
        "calibrated SVC": (
            make_pipeline(StandardScaler(), CalibratedClassifierCV(LinearSVC(), cv=3)),
            *ill,
        ),
        "calibrated forest, isotonic": (
            CalibratedClassifierCV(
                RandomForestClassifier(10, random_state=0), method="isotonic", cv=3
            ),
            *ill,
        ),
        "voting, soft": (
            VotingClassifier(
                [("a", logistic), ("b", GaussianNB()), ("c", DecisionTreeClassifier(max_depth=4))],
                voting="soft",
            ),
            *named,
        ),
        "stacking": (
            StackingClassifier(
                [("a", make_pipeline(StandardScaler(), SVC(random_state=0))), ("b", GaussianNB())],
                final_estimator=LogisticRegression(),
                cv=3,
            ),
            *named,
        ),
        "grid search over a pipeline": (
            GridSearchCV(
                make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)),
                {"logisticregression__C": [0.1, 1]},
                cv=3,
            ),
            *named,
        ),
        "random search over a forest": (
            RandomizedSearchCV(
                RandomForestClassifier(10, random_state=0),
                {"max_depth": [3, 5, 7]},
                n_iter=2,
                cv=3,
                random_state=0,
            ),
            *named,
        ),
        "tuned threshold": (
            TunedThresholdClassifierCV(
                make_pipeline(StandardScaler(), LogisticRegression()),
                response_method="predict_proba",
                cv=3,
            ),
            cancer.data,
            cancer.target,
        ),
        "one against the rest": (
            OneVsRestClassifier(make_pipeline(StandardScaler(), LogisticRegression())),
            *named,
        ),
        "several labels": (
            MultiOutputClassifier(RandomForestClassifier(5, random_state=0)),
            iris.data,
            np.column_stack([iris.target > 0, iris.target > 1]).astype(int),
        ),
        "clusters": (make_pipeline(StandardScaler(), KMeans(3, random_state=0)), iris.data, None),
        "outliers": (
            make_pipeline(StandardScaler(), IsolationForest(n_estimators=20, random_state=0)),
            iris.data,
            None,
        ),
        "scaled PCA": (make_pipeline(StandardScaler(), PCA(2)), iris.data, None),
    }
