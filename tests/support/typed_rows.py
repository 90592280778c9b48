"""Tables of strings, numbers and texts, as a ColumnTransformer takes them, and their feeds."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from converter.estimators.convert import ConvertedEstimator, convert_estimator
from inferx.serving.inputs.text_feeds import TextFeeds

_WORDS = ("red", "blue", "green", "fast", "slow", "old", "new")


def typed_table(count: int, seed: int, *, texts: bool = False) -> Any:
    """Draw rows of a city, an amount, a code, a number of days, and perhaps a text."""
    draw = np.random.default_rng(seed)
    rows = np.empty((count, 5 if texts else 4), dtype=object)
    rows[:, 0] = draw.choice(["Rome", "Oslo", "Bern"], count)
    rows[:, 1] = np.round(draw.lognormal(3, 1, count), 2)
    rows[:, 2] = draw.choice(["a", "b"], count)
    rows[:, 3] = draw.integers(0, 90, count).astype(float)
    if texts:
        rows[:, 4] = [" ".join(words) for words in draw.choice(_WORDS, (count, 4))]
    return rows


def kinds(rows: Any, count: int = 2) -> Any:
    """Return string labels that depend on strings and numbers."""
    first = (rows[:, 1].astype(float) > 20) ^ (rows[:, 0] == "Rome")
    second = (rows[:, 3].astype(float) > 60) & (rows[:, 2] == "a")
    return np.array(["low", "mid", "top"])[first.astype(int) + (second & (count > 2))]


def prepared(last: Any, *, texts: bool = False) -> Any:
    """Put a model behind encoded strings, scaled numbers and perhaps the terms of texts."""
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    steps: list[tuple[str, Any, Any]] = [
        ("strings", OneHotEncoder(handle_unknown="ignore"), [0, 2]),
        ("numbers", numbers, [1, 3]),
    ]
    if texts:
        steps.append(("texts", TfidfVectorizer(), 4))
    return make_pipeline(ColumnTransformer(steps), last)


def typed_outputs(
    model: Any, rows: Any, directory: Path
) -> tuple[ConvertedEstimator, dict[str, Any]]:
    """Convert ``model`` and predict ``rows`` with the result, as predictions are served."""
    converted = convert_estimator(model, directory / "model.onnx")
    session = ort.InferenceSession(str(directory / "model.onnx"))
    names = [output.name for output in session.get_outputs()]
    features = converted.signature.features or ()
    kind = {tensor.name: tensor.dtype for tensor in converted.signature.inputs}
    tensors = {}
    for name, dtype in kind.items():
        columns = [at for at, feature in enumerate(features) if feature.input == name]
        tensors[name] = rows[:, columns].astype(object if dtype == "string" else dtype)
    inputs = [given.name for given in session.get_inputs()]
    texts = converted.signature.texts or ()
    found = (
        TextFeeds(texts, inputs).run(session, names, tensors)
        if texts
        else session.run(names, tensors)
    )
    return converted, dict(zip(names, found, strict=True))
