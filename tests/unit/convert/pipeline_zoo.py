"""Pipelines as people build them, fitted on scikit-learn's bundled data and small tables."""

import warnings
from functools import cache
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine
from sklearn.decomposition import PCA, FactorAnalysis, FastICA, TruncatedSVD
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.experimental import enable_iterative_imputer  # noqa: F401  # switches it on
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.feature_selection import (
    RFE,
    SelectFromModel,
    SelectKBest,
    SelectPercentile,
    VarianceThreshold,
    f_classif,
)
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer
from sklearn.kernel_approximation import Nystroem, RBFSampler
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
)
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, TunedThresholdClassifierCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.naive_bayes import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    SplineTransformer,
    StandardScaler,
    TargetEncoder,
)
from sklearn.svm import SVC, SVR, LinearSVC
from sklearn.tree import DecisionTreeClassifier

_SENTENCES = [
    "free money win prize now",
    "meeting at noon with the team",
    "win a free holiday prize",
    "please review the attached report",
    "cheap loans and free money",
    "lunch tomorrow with the team at noon",
] * 8
_TOPICS = np.array(["spam", "ham", "spam", "ham", "spam", "ham"] * 8)


def table(missing: bool = False) -> tuple[Any, Any, Any]:
    """A mixed table (city, plan, age, income), labels and amounts."""
    draw = np.random.default_rng(0)
    city = draw.choice(["Bern", "Oslo", "Rome", "Zürich"], 300)
    plan = draw.choice(["basic", "pro"], 300)
    age = draw.integers(18, 90, 300).astype(float)
    income = draw.lognormal(10, 1, 300)
    score = (city == "Rome") * 2.0 + (plan == "pro") + age / 40 + np.log(income) / 5
    if missing:
        age[draw.random(300) < 0.1] = np.nan
        income[draw.random(300) < 0.1] = np.nan
    rows = np.column_stack([np.array(part, dtype=object) for part in (city, plan, age, income)])
    return rows, np.where(score > np.median(score), "yes", "no"), score


def _columns(*numeric: Any, encoder: Any = None) -> ColumnTransformer:
    encoder = encoder or OneHotEncoder(handle_unknown="ignore")
    return ColumnTransformer(
        [("words", encoder, [0, 1]), ("numbers", make_pipeline(*numeric), [2, 3])]
    )


def _numeric() -> dict[str, tuple[Any, Any, Any]]:
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


def _regressions() -> dict[str, tuple[Any, Any, Any]]:
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


def _tables() -> dict[str, tuple[Any, Any, Any]]:
    rows, labels, amounts = table()
    holes, hole_labels, _ = table(missing=True)
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    forest = RandomForestClassifier(20, random_state=0)
    logistic = LogisticRegression(max_iter=1_000)
    return {
        "one-hot and scaled, logistic regression": (
            make_pipeline(_columns(StandardScaler()), logistic),
            rows,
            labels,
        ),
        "one-hot and scaled, forest": (
            make_pipeline(_columns(StandardScaler()), forest),
            rows,
            labels,
        ),
        "ordinal and plain, forest": (
            make_pipeline(_columns("passthrough", encoder=ordinal), forest),
            rows,
            labels,
        ),
        "imputed and scaled, logistic regression": (
            make_pipeline(_columns(SimpleImputer(), StandardScaler()), logistic),
            holes,
            hole_labels,
        ),
        "imputed by median, boosting": (
            make_pipeline(
                _columns(SimpleImputer(strategy="median")),
                GradientBoostingClassifier(n_estimators=10),
            ),
            holes,
            hole_labels,
        ),
        "imputed with indicator": (
            make_pipeline(_columns(SimpleImputer(add_indicator=True)), logistic),
            holes,
            hole_labels,
        ),
        "one-hot, first dropped": (
            make_pipeline(_columns(RobustScaler(), encoder=OneHotEncoder(drop="first")), logistic),
            rows,
            labels,
        ),
        "mixed table, ridge": (make_pipeline(_columns(StandardScaler()), Ridge()), rows, amounts),
        "target encoded, logistic regression": (
            make_pipeline(
                _columns(StandardScaler(), encoder=TargetEncoder(random_state=0)), logistic
            ),
            rows,
            labels,
        ),
        "columns by k-NN imputer": (
            make_pipeline(_columns(KNNImputer(), StandardScaler()), logistic),
            holes,
            hole_labels,
        ),
        "columns by iterative imputer": (
            make_pipeline(_columns(IterativeImputer(random_state=0)), logistic),
            holes,
            hole_labels,
        ),
    }


def _texts() -> dict[str, tuple[Any, Any, Any]]:
    return {
        "TF-IDF, logistic regression": (
            make_pipeline(TfidfVectorizer(), LogisticRegression()),
            _SENTENCES,
            _TOPICS,
        ),
        "TF-IDF, sublinear": (
            make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression()),
            _SENTENCES,
            _TOPICS,
        ),
        "TF-IDF of pairs, linear SVC": (
            make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LinearSVC()),
            _SENTENCES,
            _TOPICS,
        ),
        "counts, multinomial NB": (
            make_pipeline(CountVectorizer(), MultinomialNB()),
            _SENTENCES,
            _TOPICS,
        ),
        "counts without stop words, complement NB": (
            make_pipeline(CountVectorizer(stop_words="english"), ComplementNB()),
            _SENTENCES,
            _TOPICS,
        ),
        "characters, logistic regression": (
            make_pipeline(
                TfidfVectorizer(analyzer="char", ngram_range=(2, 3)), LogisticRegression()
            ),
            _SENTENCES,
            _TOPICS,
        ),
        "TF-IDF, SVD, forest": (
            make_pipeline(
                TfidfVectorizer(),
                TruncatedSVD(3, random_state=0),
                RandomForestClassifier(10, random_state=0),
            ),
            _SENTENCES,
            _TOPICS,
        ),
        "hashed words": (
            make_pipeline(HashingVectorizer(n_features=64), LogisticRegression()),
            _SENTENCES,
            _TOPICS,
        ),
    }


@cache
def pipelines() -> tuple[tuple[str, Any], ...]:
    """Every pipeline with its name, fitted."""
    found = []
    for name, (recipe, rows, target) in {
        **_numeric(),
        **_regressions(),
        **_tables(),
        **_texts(),
    }.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pipeline = clone(recipe)  # parts are shared between recipes
            found.append(
                (name, pipeline.fit(rows) if target is None else pipeline.fit(rows, target))
            )
    return tuple(found)
