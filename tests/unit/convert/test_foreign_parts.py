"""What other libraries leave in a model is read without them."""

import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RandomizedSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from converter.loading import load_estimator
from converter.loading.inert import Unused
from converter.loading.reader import BoundedReader
from converter.loading.unpickler import RestrictedUnpickler
from inferx.errors import Refused
from tests.security.opcodes import a_dict, arguments, built, made, named, plain, reduced, whole
from tests.unit.convert.writing import by_name, dumped, dumped_by_dill

NEW_INDEX = named("pandas.core.indexes.base", "_new_Index")


ROWS, LABELS = load_iris(return_X_y=True)


def load(content: bytes, tmp_path: Path) -> Any:
    path = tmp_path / "model.pkl"
    path.write_bytes(content)
    return load_estimator(path)


def read(part: bytes) -> Any:
    return RestrictedUnpickler(BoundedReader(io.BytesIO(whole(part)))).load()


def index(kind: str = "Index", **parts: bytes) -> bytes:
    return reduced(NEW_INDEX, named("pandas", kind), a_dict(name=plain(None), **parts))


def objects(*values: Any) -> bytes:
    return plain(np.array(values, dtype=object))


def backed(kind: str, *state: bytes) -> bytes:
    unpickle = named("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked")
    holder = reduced(unpickle, named("pandas.arrays", kind), plain(82904607), plain(None))
    return built(holder, arguments(*state))


def arrow(kind: str, offsets: np.ndarray[Any, Any], text: bytes, valid: bytes | None) -> bytes:
    buffers = [
        plain(None)
        if content is None
        else reduced(named("pyarrow.lib", "py_buffer"), plain(bytearray(content)))
        for content in (valid, offsets.tobytes(), text)
    ]
    listed = b"](" + b"".join(buffers) + b"e"
    alias = reduced(named("pyarrow.lib", "type_for_alias"), plain(kind))
    parts = (alias, plain(len(offsets) - 1), plain(0), plain(0), listed, plain([]), plain(None))
    values = reduced(named("pyarrow.lib", "_restore_array"), arguments(*parts))
    return built(made(named("pandas.arrays", "ArrowStringArray")), a_dict(_pa_array=values))


STRING_DTYPE = reduced(named("pandas", "StringDtype"), plain("python"), plain(float("nan")))


@pytest.mark.parametrize(
    ("part", "labels"),
    [
        pytest.param(index(data=objects("age", "city")), ["age", "city"], id="pandas 2"),
        pytest.param(index(data=plain(np.array([3, 5]))), [3, 5], id="numbers"),
        pytest.param(
            index("RangeIndex", start=plain(0), stop=plain(3), step=plain(1)), [0, 1, 2], id="range"
        ),
        pytest.param(
            index(data=backed("StringArray", STRING_DTYPE, objects("age", "city"))),
            ["age", "city"],
            id="pandas 3",
        ),
        pytest.param(
            index(data=arrow("large_string", np.array([0, 3, 8], "i8"), b"agest\xc3\xa4d", None)),
            ["age", "städ"],
            id="pandas 3 with pyarrow",
        ),
        pytest.param(
            arrow("string", np.array([0, 1, 1, 2], "i4"), b"ab", b"\x05"),
            ["a", None, "b"],
            id="gap",
        ),
        pytest.param(
            backed(
                "Categorical",
                built(
                    made(named("pandas", "CategoricalDtype")),
                    a_dict(categories=index(data=objects("x", "y")), ordered=plain(False)),
                ),
                plain(np.array([1, 0, -1], "i1")),
            ),
            ["y", "x", None],
            id="categories",
        ),
    ],
)
def test_labels_of_pandas_become_a_list(part: bytes, labels: list[Any]) -> None:
    assert read(part) == labels


def test_series_becomes_its_values() -> None:
    rows = index("RangeIndex", start=plain(0), stop=plain(2), step=plain(1))
    block = arguments(b"](" + rows + b"e", b"](" + plain(np.array([1.5, 2.5])) + b"e", plain([]))
    manager = built(made(named("pandas.core.internals.managers", "SingleBlockManager")), block)
    part = built(made(named("pandas.core.series", "Series")), a_dict(_mgr=manager))

    np.testing.assert_array_equal(read(part), [1.5, 2.5])


def test_index_of_several_levels_is_refused_with_the_way_round() -> None:
    with pytest.raises(Refused, match="give the model its columns as a list of names"):
        read(index("MultiIndex", levels=plain([])))


class RemainderColsList:
    """Stands for scikit-learn's private list class, which 1.7 removed."""

    def __init__(self, columns: list[int]) -> None:
        self.data, self.future_dtype, self.warning_was_emitted = columns, None, False


class SMOTE:
    """Stands for imbalanced-learn's sampler."""

    def __init__(self) -> None:
        self.k_neighbors = 5


def test_function_of_pandas_is_refused_as_what_it_is() -> None:
    with pytest.raises(
        Refused, match=r"encoding\.get_dummies, a function of pandas.*OneHotEncoder"
    ):
        read(named("pandas.core.reshape.encoding", "get_dummies"))


@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_remaining_columns_of_1_5_and_1_6_become_a_list(protocol: int, tmp_path: Path) -> None:
    model = ColumnTransformer([("scaled", StandardScaler(), [0])], remainder="passthrough")
    expected = model.fit_transform(ROWS)
    name, step, columns = model.transformers_[-1]
    model.transformers_[-1] = (name, step, RemainderColsList(columns))
    private = by_name("sklearn.compose._column_transformer", "_RemainderColsList")

    loaded = load(dumped(model, protocol, {RemainderColsList: private}), tmp_path)

    assert loaded.transformers_[-1][2] == columns
    np.testing.assert_array_equal(loaded.transform(ROWS), expected)


@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_sampler_in_a_pipeline_is_left_out_as_it_is_when_predicting(
    protocol: int, tmp_path: Path
) -> None:
    model = Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())])
    model.fit(ROWS, LABELS)
    expected = model.predict_proba(ROWS)
    model.steps.insert(1, ("sample", SMOTE()))
    written = {
        Pipeline: by_name("imblearn.pipeline", "Pipeline"),
        SMOTE: by_name("imblearn.over_sampling._smote.base", "SMOTE"),
    }

    loaded = load(dumped(model, protocol, written), tmp_path)

    np.testing.assert_array_equal(loaded.predict_proba(ROWS), expected)


def test_model_saved_by_dill_loads(tmp_path: Path) -> None:
    model = Pipeline(
        [
            ("columns", ColumnTransformer([("scaled", StandardScaler(), slice(0, 4))])),
            ("model", LogisticRegression()),
        ]
    ).fit(ROWS, LABELS)

    loaded = load(dumped_by_dill(model), tmp_path)

    np.testing.assert_array_equal(loaded.predict_proba(ROWS), model.predict_proba(ROWS))


@pytest.mark.parametrize("module", ["sklearn.metrics._scorer", "sklearn.metrics.scorer"])
def test_scorer_that_a_search_up_to_1_3_kept_is_left_out(module: str, tmp_path: Path) -> None:
    model = DecisionTreeClassifier().fit(ROWS, LABELS)
    model.scoring = RemainderColsList([])
    scorer = by_name(module, "_ThresholdScorer")

    loaded = load(dumped(model, written={RemainderColsList: scorer}), tmp_path)

    assert type(loaded.scoring) is Unused


@pytest.mark.parametrize(
    ("kind", "module"),
    [
        (DecisionTreeClassifier, "sklearn.tree.tree"),
        (LogisticRegression, "sklearn.linear_model.logistic"),
        (SVC, "sklearn.svm.classes"),
        (KNeighborsClassifier, "sklearn.neighbors.classification"),
    ],
)
def test_module_that_was_public_up_to_0_21_is_found(
    kind: type[Any], module: str, tmp_path: Path
) -> None:
    model = kind().fit(StandardScaler().fit_transform(ROWS), LABELS)

    loaded = load(dumped(model, written={kind: by_name(module, kind.__name__)}), tmp_path)

    np.testing.assert_array_equal(loaded.predict(ROWS), model.predict(ROWS))


@pytest.mark.parametrize("protocol", [2, 5])
def test_distributions_of_a_randomized_search_are_left_out(protocol: int, tmp_path: Path) -> None:
    drawn = {"C": stats.loguniform(1e-3, 10), "max_iter": stats.randint(100, 200)}
    search = RandomizedSearchCV(LogisticRegression(), drawn, n_iter=2, random_state=0)
    search.fit(ROWS, LABELS)

    loaded = load(pickle.dumps(search, protocol), tmp_path)

    assert all(type(part) is Unused for part in loaded.param_distributions.values())
    np.testing.assert_array_equal(loaded.predict(ROWS), search.predict(ROWS))


def test_no_attribute_is_read_of_what_is_kept() -> None:
    with pytest.raises(Refused, match="damaged or forged"):
        read(reduced(named("builtins", "getattr"), plain([1]), plain("append")))
