"""Boosters as files hold them: native models, pickles of boosters, and of older releases."""

import json
import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.preprocessing import LabelEncoder

from converter.conversion import convert_source
from inferx.errors import Refused
from inferx.onnx_session import PROVIDERS, ort, session_options

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import lightgbm
    import xgboost

pytestmark = pytest.mark.filterwarnings("ignore")

_DRAW = np.random.default_rng(3)
KNOWN, ROWS = _DRAW.normal(size=(600, 4)), _DRAW.normal(size=(2_000, 4))
SCORE = KNOWN[:, 0] + 2 * KNOWN[:, 1]
TWO, THREE = (SCORE > 0).astype(int), np.digitize(SCORE, [-1, 1])
NAMES = ["first", "second", "third", "fourth"]
FEW: dict[str, Any] = {"n_estimators": 8, "max_depth": 3}


def converted(content: bytes, tmp_path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Convert a file; return its facts and its outputs for ``ROWS``."""
    (tmp_path / "source").write_bytes(content)
    facts = convert_source(tmp_path / "source", tmp_path / "model.onnx")
    path = str(tmp_path / "model.onnx")
    session = ort.InferenceSession(path, session_options(), providers=PROVIDERS)
    kind = {"tensor(float)": np.float32, "tensor(double)": np.float64}[session.get_inputs()[0].type]
    names = [output.name for output in session.get_outputs()]
    outputs = session.run(names, {"X": ROWS.astype(kind)})
    return facts, dict(zip(names, outputs, strict=True))


def native(booster: Any, tmp_path: Path, ending: str) -> bytes:
    path = tmp_path / f"saved.{ending}"
    booster.save_model(path)
    return path.read_bytes()


def trained(objective: str, target: Any, rounds: int = 8, **more: Any) -> Any:
    data = xgboost.DMatrix(KNOWN, target, feature_names=NAMES)
    return xgboost.train({"objective": objective, "max_depth": 3, **more}, data, rounds)


@pytest.mark.parametrize("ending", ["json", "ubj", "pickle"])
def test_bare_xgboost_gives_its_probability_with_a_label(ending: str, tmp_path: Path) -> None:
    booster = trained("binary:logistic", TWO)
    content = pickle.dumps(booster) if ending == "pickle" else native(booster, tmp_path, ending)

    facts, given = converted(content, tmp_path)

    expected = booster.predict(xgboost.DMatrix(ROWS, feature_names=NAMES))
    np.testing.assert_allclose(given["probabilities"][:, 1], expected, atol=2e-7)
    assert (given["label"] == (expected > 0.5)).all()
    assert [feature["name"] for feature in facts["signature"]["features"]] == NAMES


@pytest.mark.parametrize("ending", ["json", "ubj"])
def test_xgboost_file_keeps_names_in_every_alphabet(ending: str, tmp_path: Path) -> None:
    names = ["größe", "年齢", 'a "quote"', "back\\slash"]
    data = xgboost.DMatrix(KNOWN, SCORE, feature_names=names)
    booster = xgboost.train({"max_depth": 3}, data, 2)

    facts, _ = converted(native(booster, tmp_path, ending), tmp_path)

    assert [feature["name"] for feature in facts["signature"]["features"]] == names


@pytest.mark.parametrize(
    ("objective", "target", "more", "task"),
    [
        ("reg:squarederror", SCORE, {}, "regression"),
        ("reg:logistic", TWO, {}, "regression"),
        ("binary:logitraw", TWO, {}, "regression"),
        ("count:poisson", np.exp(SCORE), {}, "regression"),
        ("rank:pairwise", THREE, {}, "regression"),
        ("multi:softprob", THREE, {"num_class": 3}, "classification"),
    ],
)
def test_xgboost_file_is_served_by_its_objective(
    objective: str, target: Any, more: dict[str, Any], task: str, tmp_path: Path
) -> None:
    booster = trained(objective, target, **more)

    facts, given = converted(native(booster, tmp_path, "json"), tmp_path)

    expected = booster.predict(xgboost.DMatrix(ROWS, feature_names=NAMES))
    output = given["probabilities" if task == "classification" else "prediction"]
    np.testing.assert_allclose(output.reshape(expected.shape), expected, rtol=3e-7, atol=2e-7)
    assert facts["task"] == task


def test_bare_booster_uses_all_its_trees_and_a_wrapper_its_best(tmp_path: Path) -> None:
    model = xgboost.XGBRegressor(n_estimators=300, early_stopping_rounds=5, learning_rate=0.9)
    model.fit(KNOWN[:300], SCORE[:300], eval_set=[(KNOWN[300:], SCORE[300:])], verbose=False)
    booster = model.get_booster()
    assert booster.best_iteration + 1 < booster.num_boosted_rounds()

    _, of_wrapper = converted(native(model, tmp_path, "json"), tmp_path)
    _, of_booster = converted(native(booster, tmp_path, "json"), tmp_path)

    bare = booster.predict(xgboost.DMatrix(ROWS))
    assert (of_wrapper["prediction"].ravel() == model.predict(ROWS)).all()
    assert (of_booster["prediction"].ravel() == bare).all()


@pytest.mark.parametrize("ending", ["json", "pickle"])
def test_linear_booster_is_served_without_its_names(ending: str, tmp_path: Path) -> None:
    booster = trained("reg:squarederror", SCORE, booster="gblinear")
    content = pickle.dumps(booster) if ending == "pickle" else native(booster, tmp_path, ending)

    _, given = converted(content, tmp_path)

    expected = booster.predict(xgboost.DMatrix(ROWS, feature_names=NAMES))
    np.testing.assert_allclose(given["prediction"].ravel(), expected, atol=1e-5)


def test_label_changes_at_the_score_where_xgboost_changes_it(tmp_path: Path) -> None:
    model = xgboost.XGBClassifier(n_estimators=1, max_depth=8, base_score=0.5, min_child_weight=0)
    saved = json.loads(model.fit(ROWS, ROWS[:, 0] > ROWS[:, 1]).get_booster().save_raw("json"))
    tree = saved["learner"]["gradient_booster"]["model"]["trees"][0]
    leaves = [at for at, child in enumerate(tree["left_children"]) if child < 0]
    for at, score in zip(leaves, np.linspace(6e-8, 12e-8, len(leaves)), strict=True):
        tree["split_conditions"][at] = float(np.float32(score))
    content = json.dumps(saved).encode()
    booster = xgboost.Booster(model_file=bytearray(content))

    _, given = converted(content, tmp_path)

    expected = booster.predict(xgboost.DMatrix(ROWS)) > 0.5
    assert 0 < expected.sum() < len(ROWS)
    assert (given["label"] == expected).all()


def test_wrapper_of_an_older_release_is_completed(tmp_path: Path) -> None:
    model = xgboost.XGBClassifier(**FEW).fit(KNOWN, TWO)
    model.set_params(missing=None)
    newer = ("device", "feature_weights", "multi_strategy", "max_cat_threshold", "callbacks")
    for name in newer:
        delattr(model, name)
    model.use_label_encoder, model.best_ntree_limit = False, 8
    content = pickle.dumps(model)

    _, given = converted(content, tmp_path)

    expected = xgboost.XGBClassifier(**FEW).fit(KNOWN, TWO).predict(ROWS)
    assert (given["label"] == expected).all()


def test_booster_pickled_as_json_by_an_older_release_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = xgboost.XGBRegressor(**FEW).fit(KNOWN, SCORE)
    saved = {"Config": {}, "Model": json.loads(model.get_booster().save_raw("json"))}
    state = {"handle": bytearray(json.dumps(saved).encode()), "feature_names": NAMES}
    with monkeypatch.context() as older:
        older.setattr(xgboost.Booster, "__getstate__", lambda _: state)
        content = pickle.dumps(model)

    facts, given = converted(content, tmp_path)

    assert (given["prediction"].ravel() == model.predict(ROWS)).all()
    assert [feature["name"] for feature in facts["signature"]["features"]] == NAMES


def test_booster_in_the_old_binary_form_is_refused_with_the_way_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = xgboost.XGBRegressor(**FEW).fit(KNOWN, SCORE)
    state = {"handle": bytearray(b"CONFIG-offset:1234"), "feature_names": None}
    with monkeypatch.context() as older:
        older.setattr(xgboost.Booster, "__getstate__", lambda _: state)
        content = pickle.dumps(model)

    with pytest.raises(Refused, match=r"save it with model.save_model\('model.json'\)"):
        converted(content, tmp_path)


@pytest.mark.parametrize("labels", [["no", "yes"], [3, 7], [0, 1]])
def test_label_encoder_of_older_releases_gives_the_labels(
    labels: list[Any], tmp_path: Path
) -> None:
    model = xgboost.XGBClassifier(**FEW).fit(KNOWN, TWO)
    model._le = LabelEncoder().fit(labels)
    content = pickle.dumps(model, protocol=2).replace(
        b"csklearn.preprocessing._label\nLabelEncoder\n",
        b"cxgboost.compat\nXGBoostLabelEncoder\n",
    )
    assert b"XGBoostLabelEncoder" in content

    facts, given = converted(content, tmp_path)

    assert (given["label"] == np.array(labels)[model.predict(ROWS)]).all()
    assert list(facts["signature"]["classes"]) == labels


def test_wrapper_of_an_older_release_noted_labels_and_missing_value(tmp_path: Path) -> None:
    gaps = np.where(_DRAW.random(KNOWN.shape) < 0.1, -9.0, KNOWN)
    model = xgboost.XGBClassifier(missing=-9.0, **FEW).fit(gaps, TWO)
    note = {"missing": -9.0, "n_classes_": 2, "_le": {"classes_": ["no", "yes"]}}
    model.get_booster().set_attr(scikit_learn=json.dumps(note))

    _, given = converted(native(model.get_booster(), tmp_path, "json"), tmp_path)

    assert (given["label"] == np.array(["no", "yes"])[model.predict(ROWS)]).all()


@pytest.mark.parametrize(
    ("model", "target", "task"),
    [
        (lightgbm.LGBMClassifier(n_estimators=8, verbose=-1), TWO, "classification"),
        (lightgbm.LGBMClassifier(n_estimators=8, verbose=-1), THREE, "classification"),
        (lightgbm.LGBMRegressor(n_estimators=8, verbose=-1), SCORE, "regression"),
        (
            lightgbm.LGBMRegressor(n_estimators=8, verbose=-1, objective="cross_entropy"),
            TWO,
            "regression",
        ),
    ],
)
@pytest.mark.parametrize("ending", ["txt", "pickle"])
def test_bare_lightgbm_is_served_by_its_objective(
    model: Any, target: Any, task: str, ending: str, tmp_path: Path
) -> None:
    booster = model.fit(KNOWN, target, feature_name=NAMES).booster_
    content = pickle.dumps(booster) if ending == "pickle" else native(booster, tmp_path, ending)

    facts, given = converted(content, tmp_path)

    expected = booster.predict(ROWS)
    output = given["prediction"] if task == "regression" else given["probabilities"]
    if task == "classification" and expected.ndim == 1:
        output = output[:, 1]
    np.testing.assert_allclose(output.reshape(expected.shape), expected, rtol=2e-7, atol=1e-7)
    assert facts["task"] == task
    assert [feature["name"] for feature in facts["signature"]["features"]] == NAMES


@pytest.mark.parametrize(
    ("content", "library"),
    [(b'{"learner": {"attributes": 1}}', "XGBoost"), (b"tree\nversion=v4\nnothing", "LightGBM")],
)
def test_file_whose_model_does_not_fit_is_refused(
    content: bytes, library: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=f"{library} model in the file is damaged"):
        converted(content, tmp_path)


@pytest.mark.parametrize("ending", ["json", "ubj"])
def test_leaves_of_several_outputs_are_refused(ending: str, tmp_path: Path) -> None:
    model = xgboost.XGBRegressor(multi_strategy="multi_output_tree", **FEW)
    model.fit(KNOWN, np.column_stack([SCORE, -SCORE]))

    with pytest.raises(Refused, match="one_output_per_tree"):
        converted(native(model.get_booster(), tmp_path, ending), tmp_path)


def test_linear_leaves_are_refused(tmp_path: Path) -> None:
    model = lightgbm.LGBMRegressor(n_estimators=3, linear_tree=True, verbose=-1).fit(KNOWN, SCORE)

    with pytest.raises(Refused, match="linear trees"):
        converted(native(model.booster_, tmp_path, "txt"), tmp_path)
