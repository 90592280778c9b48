"""Architectures that name code, files or classes of others are refused before anything runs."""

import base64
import json
import marshal
from pathlib import Path
from typing import Any

import pytest

from inferx.errors import Refused
from tests.security.deep.keras import forged

_LONG = "x" * 5_000


def _code_that_writes(path: Path) -> str:
    code = compile(f"lambda x: open({str(path)!r}, 'w').close() or x", "<lambda>", "eval")
    (function,) = (each for each in code.co_consts if hasattr(each, "co_code"))
    return base64.b64encode(marshal.dumps(function)).decode()


def _lambda(code: str) -> dict[str, Any]:
    return {"class_name": "__lambda__", "config": {"code": code, "defaults": None, "closure": None}}


def _layer(class_name: str, module: str = "keras.layers", **config: Any) -> dict[str, Any]:
    return {
        "module": module,
        "class_name": class_name,
        "config": {"name": "odd", **config},
        "registered_name": None,
    }


def test_lambda_layer_is_refused_and_its_code_does_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    layer = _layer("Lambda", function=_lambda(_code_that_writes(mark)))

    with pytest.raises(Refused, match=r"'odd' is a Lambda, which holds Python code.*Rescaling"):
        forged.read_source(forged.with_layer(tmp_path, layer))

    assert not mark.exists()


def test_code_as_an_activation_is_refused_and_does_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    layer = _layer("Dense", units=3, activation=_lambda(_code_that_writes(mark)))

    with pytest.raises(Refused, match="'odd' uses the function"):
        forged.read_source(forged.with_layer(tmp_path, layer))

    assert not mark.exists()


def test_code_as_another_setting_is_refused_and_does_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    layer = _layer("Rescaling", scale=_lambda(_code_that_writes(mark)))

    with pytest.raises(Refused, match="'__lambda__'"):
        forged.read_source(forged.with_layer(tmp_path, layer))

    assert not mark.exists()


def test_code_as_an_initializer_is_dropped_and_does_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"

    def edit(architecture: dict[str, Any]) -> None:
        dense = architecture["config"]["layers"][1]["config"]
        dense["kernel_initializer"] = _lambda(_code_that_writes(mark))
        dense["kernel_regularizer"] = _layer("Evil", "evil.package")
        architecture["compile_config"] = {"optimizer": _lambda(_code_that_writes(mark))}

    network = forged.read_source(forged.with_architecture(tmp_path, edit))

    assert network.framework == "keras"
    assert not mark.exists()


@pytest.mark.parametrize(
    ("class_name", "words"),
    [
        ("TFSMLayer", "SavedModel from a path"),
        ("TFOpLambda", "TensorFlow function"),
        ("SlicingOpLambda", "TensorFlow slice"),
        ("TorchModuleWrapper", "Python code"),
        ("JaxLayer", "Python code"),
        ("FlaxLayer", "Python code"),
        ("StringLookup", "looks words up"),
        ("IntegerLookup", "looks numbers up"),
        ("TextVectorization", "splits text"),
        ("Hashing", "hashes"),
        ("HashedCrossing", "hashes"),
        ("FeatureSpace", "prepares tables"),
    ],
)
def test_layer_that_is_no_arithmetic_is_refused(
    class_name: str, words: str, tmp_path: Path
) -> None:
    layer = _layer(class_name, filepath="/etc", vocabulary="/etc/passwd")

    with pytest.raises(Refused, match=f"'odd' is a {class_name}, .*{words}"):
        forged.read_source(forged.with_layer(tmp_path, layer))


@pytest.mark.parametrize(
    "layer",
    [
        _layer("Popen", "subprocess", args=["true"]),
        _layer("system", "os"),
        _layer("get_file", "keras.utils", fname="x", origin="file:///etc/passwd"),
        _layer("load_model", "keras.models", filepath="/etc/passwd"),
        _layer("Evil", "keras.layers"),
        _layer("Dense", "evil.package", units=3),
        {**_layer("Dense", units=3), "registered_name": "Evil>Dense"},
        _layer("Map", "keras.src.ops.core"),
        _layer("WhileLoop", "keras.src.ops.core"),
        _layer("Add", "keras.src.ops.nn"),
        _layer("SGD", "keras.optimizers"),
        _layer("Layer"),
        _layer("ModelCheckpoint", "keras.callbacks", filepath="/etc/passwd"),
    ],
)
def test_class_outside_of_keras_s_list_is_refused(layer: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"'odd' is of the class .* not one of Keras's own"):
        forged.read_source(forged.with_layer(tmp_path, layer))


def test_model_of_the_author_s_own_class_is_refused(tmp_path: Path) -> None:
    def edit(architecture: dict[str, Any]) -> None:
        architecture.update(class_name="Mine", registered_name="Custom>Mine", module=None)

    with pytest.raises(Refused, match="of the class 'Mine'"):
        forged.read_source(forged.with_architecture(tmp_path, edit))


@pytest.mark.parametrize(
    "function",
    [
        "eval",
        "package>evil",
        {"class_name": "function", "config": "system", "module": "os", "registered_name": "system"},
        {"class_name": "function", "config": "load", "module": "keras.saving"},
        {"class_name": "__numpy__", "config": {"value": [1], "dtype": "float32"}},
    ],
)
def test_activation_outside_of_keras_s_list_is_refused(function: Any, tmp_path: Path) -> None:
    layer = _layer("Dense", units=3, activation=function)

    with pytest.raises(Refused, match="'odd' uses the function"):
        forged.read_source(forged.with_layer(tmp_path, layer))


def test_wrapped_layer_is_checked_as_any_other(tmp_path: Path) -> None:
    layer = _layer("TimeDistributed", layer=_layer("Lambda"))

    with pytest.raises(Refused, match="'odd' is a Lambda"):
        forged.read_source(forged.with_layer(tmp_path, layer))


def test_setting_that_keras_does_not_have_is_refused(tmp_path: Path) -> None:
    layer = _layer("Dense", units=3, filepath="/etc/passwd")

    with pytest.raises(Refused, match="has the setting 'filepath'"):
        forged.read_source(forged.with_layer(tmp_path, layer))


def test_array_of_objects_is_refused(tmp_path: Path) -> None:
    value = {"class_name": "__numpy__", "config": {"value": ["a"], "dtype": "object"}}

    with pytest.raises(Refused, match="'__numpy__'"):
        forged.read_source(forged.with_layer(tmp_path, _layer("Rescaling", scale=value)))


def test_quantized_policy_is_refused(tmp_path: Path) -> None:
    layer = _layer("Dense", units=3, dtype="int8_from_float32")

    with pytest.raises(Refused, match="'dtype int8_from_float32'"):
        forged.read_source(forged.with_layer(tmp_path, layer))


def test_dropout_that_stays_random_is_refused(tmp_path: Path) -> None:
    def edit(architecture: dict[str, Any]) -> None:
        layers = architecture["config"]["layers"]
        layers[1]["inbound_nodes"] = [{"args": [], "kwargs": {"training": True}}]

    with pytest.raises(Refused, match="'training' set in a way that is not served"):
        forged.read_source(forged.with_architecture(tmp_path, edit))


def test_refusals_hold_no_long_text_of_the_file(tmp_path: Path) -> None:
    with_long_setting = _layer("Dense", units=3)
    with_long_setting["config"][_LONG] = 2
    for layer in (_layer(_LONG), with_long_setting, _layer("Lambda")):
        layer["config"]["name"] = _LONG

        with pytest.raises(Refused) as refused:
            forged.read_source(forged.with_layer(tmp_path, layer))

        assert len(refused.value.detail) <= 500
        (tmp_path / "network.weights.h5").unlink()


def test_architecture_nested_without_end_is_refused(tmp_path: Path) -> None:
    members = forged.members_of(tmp_path)
    deep = b'{"a":' * 200 + b"1" + b"}" * 200

    with pytest.raises(Refused, match="nested more than 100 levels"):
        forged.read_source(forged.archived(tmp_path, {**members, "config.json": deep}))


def test_architecture_of_too_many_values_is_refused(tmp_path: Path) -> None:
    members = forged.members_of(tmp_path)
    many = json.dumps({"a": [0] * 1_000_001}).encode()

    with pytest.raises(Refused, match="more than 1,000,000 values"):
        forged.read_source(forged.archived(tmp_path, {**members, "config.json": many}))


def test_layer_larger_than_the_memory_is_a_memory_error(tmp_path: Path) -> None:
    path = forged.with_layer(tmp_path, _layer("Dense", units=1 << 44))

    with pytest.raises(MemoryError):
        forged.read_source(path)
