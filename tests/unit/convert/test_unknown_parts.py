"""A name that is not served is refused with its place in the file and the way round."""

import pickle
import re
from pathlib import Path
from typing import Any

import pytest
import sklearn
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from converter.loading import load_estimator
from inferx.errors import Refused
from tests.unit.convert.writing import by_name, dumped

ROWS, LABELS = load_iris(return_X_y=True)


class Step:
    """Stands for a class of another library."""

    def __init__(self) -> None:
        self.columns = [0]


def model_with(step: Any) -> Pipeline:
    columns = ColumnTransformer([("sizes", StandardScaler(), [0, 1])])
    model = Pipeline([("prepare", columns), ("predict", LogisticRegression())]).fit(ROWS, LABELS)
    columns.transformers_ = [("sizes", step, [0, 1])]
    columns.transformers = columns.transformers_
    return model


def refusal(content: bytes, tmp_path: Path) -> str:
    (tmp_path / "source").write_bytes(content)
    with pytest.raises(Refused) as raised:
        load_estimator(tmp_path / "source")
    return raised.value.detail


@pytest.mark.parametrize("protocol", range(6))
def test_step_is_named_by_its_place_in_the_file(protocol: int, tmp_path: Path) -> None:
    written = {Step: by_name("mine.steps", "Dropper")}

    sentence = refusal(dumped(model_with(Step()), protocol, written), tmp_path)

    place = r"\(in steps / (\w+ / )*sizes\)"  # protocols differ in what is nested
    assert re.match(rf"The file holds mine\.steps\.Dropper {place}, which", sentence)


@pytest.mark.parametrize(
    ("module", "name", "way_round"),
    [
        ("category_encoders.hashing", "HashingEncoder", "keeps a table of categories"),
        ("shap.explainers._tree", "TreeExplainer", "save the model that it explains"),
        ("prophet.forecaster", "Prophet", "regressor of scikit-learn over columns"),
        ("pycaret.internal.pipeline", "Pipeline", "with scikit-learn's steps before it"),
        ("catboost.core", "CatBoostRegressor", "format='onnx'"),
        ("torch.nn.modules.linear", "Linear", "export the model to ONNX"),
        ("statsmodels.regression.linear_model", "OLS", "scikit-learn has one of the same kind"),
        ("pandas.core.frame", "DataFrame", "without data frames"),
        ("__main__", "Cleaner", "code of your own"),
        ("src.features", "Cleaner", "replace it by a step of scikit-learn"),
    ],
)
def test_part_of_another_library_is_refused_as_what_it_is(
    module: str, name: str, way_round: str, tmp_path: Path
) -> None:
    sentence = refusal(dumped(Step(), 4, {Step: by_name(module, name)}), tmp_path)

    assert sentence.startswith("The file holds ")
    assert f"{module}.{name}" in sentence
    assert "(in " not in sentence
    assert way_round in sentence
    assert "damaged" not in sentence


def test_part_that_the_installed_release_lacks_is_refused_naming_it(tmp_path: Path) -> None:
    written = {Step: by_name("sklearn.linear_model._theil", "RandomizedLasso")}

    sentence = refusal(dumped(Step(), 4, written), tmp_path)

    assert f"no part of a fitted model of scikit-learn {sklearn.__version__}" in sentence


def test_texts_of_a_file_are_shown_short_and_plain(tmp_path: Path) -> None:
    long = "ÄÖ\n" * 90
    content = pickle.dumps({long: 0}, 4).replace(b"K\x00", b"cmine\nStep\n")

    sentence = refusal(content, tmp_path)

    assert sentence.isascii()
    assert len(sentence) < 400
