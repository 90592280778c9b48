"""A manifest comes from the sandbox: what is not exactly one is refused."""

import copy
import json
from typing import Any

import pytest

from inferx.errors import InferXError
from inferx.manifest import Malformed, Manifest


def valid() -> dict[str, Any]:
    return {
        "manifest_version": 1,
        "framework": "sklearn",
        "framework_version": "1.9.1",
        "estimator": "Pipeline(StandardScaler, LogisticRegression)",
        "task": "classification",
        "signature": {
            "inputs": [{"name": "X", "dtype": "float32", "shape": [None, 2]}],
            "outputs": [
                {"name": "label", "dtype": "string", "shape": [None]},
                {"name": "probabilities", "dtype": "float32", "shape": [None, 2]},
            ],
            "features": [
                {"name": name, "kind": "number", "input": "X", "column": i, "nullable": False}
                for i, name in enumerate(("age", "income"))
            ],
            "prediction": "label",
            "probabilities": "probabilities",
            "classes": ["no", "yes"],
            "named_features": True,
        },
        "opset": {"": 21, "ai.onnx.ml": 3},
        "source_size": 900,
        "onnx_size": 1_200,
        "onnx_sha256": "a" * 64,
        "session": {"open_ms": 2.5, "memory_bytes": 14_000_000},
        "parity": {
            "rows": 256,
            "label_agreement": 1.0,
            "ties": 0,
            "max_abs_diff": 1e-7,
            "max_rel_diff": None,
            "dtype": "float32",
            "probes": {"typical": 200, "magnitudes": 56},
            "reason": "float32: nothing is compared with a threshold.",
        },
        "warnings": [],
    }


def changed(path: str, value: object) -> dict[str, Any]:
    data = copy.deepcopy(valid())
    *parents, last = path.split(".")
    target: Any = data
    for parent in parents:
        target = target[int(parent) if parent.isdigit() else parent]
    target[int(last) if last.isdigit() else last] = value
    return data


def test_manifest_survives_json_unchanged() -> None:
    manifest = Manifest.from_dict(json.loads(json.dumps(valid())))

    assert manifest.to_dict() == valid()
    assert Manifest.from_dict(manifest.to_dict()) == manifest


def test_manifest_from_before_probes_were_counted_is_still_read() -> None:
    data = valid()
    del data["parity"]["probes"], data["parity"]["reason"]

    parity = Manifest.from_dict(data).parity

    assert parity is not None
    assert parity.probes == {}
    assert parity.reason is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("signature.features", None),
        ("signature.classes", None),
        ("signature.classes", [["a", "b"], [0, 1]]),
        ("signature.classes", [0, 1]),
        ("signature.classes", [False, True]),
        ("signature.probabilities", None),
        ("parity", None),
        ("framework_version", None),
        ("estimator", None),
        ("example", {"input": [[0.5, "a", None, True, 10**40]]}),
        ("parity.samples", {"rows": 500, "agreed": 500}),
    ],
)
def test_optional_parts_may_be_missing(path: str, value: object) -> None:
    data = changed(path, value)
    if path == "signature.features":
        data["signature"]["named_features"] = False

    assert Manifest.from_dict(data).to_dict() == data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("manifest_version", 2),
        ("framework", "joblib"),
        ("framework_version", "1" * 51),
        ("estimator", "x" * 1_001),
        ("task", "fraud"),
        ("source_size", -1),
        ("source_size", True),
        ("onnx_size", "10"),
        ("onnx_sha256", "A" * 64),
        ("onnx_sha256", "a" * 63),
        ("session", None),
        ("session.open_ms", float("nan")),
        ("session.memory_bytes", 1.5),
        ("parity.rows", -1),
        ("parity.dtype", "float16"),
        ("parity.samples", {"rows": 1}),
        ("parity.samples", {"rows": 1, "agreed": 2}),
        ("parity.samples", {"rows": 1_001, "agreed": 1}),
        ("parity.samples", []),
        ("example", []),
        ("example", {"input": 1, "other": 2}),
        ("example", {"input": float("nan")}),
        ("example", {"input": {"half": "\ud800"}}),
        ("example", {"input": {"\ud800": 1}}),
        ("example", {"input": (1, 2)}),
        ("example", {"input": {1: 2}}),
        ("example", {"input": 10**5_000}),
        ("example", {"input": [0.5] * 10_000}),
        ("example", {"input": "x" * 33_000}),
        ("example", {"input": json.loads("[" * 30 + "]" * 30)}),
        ("parity.probes", {"guesses": 1}),
        ("parity.probes", {"typical": -1}),
        ("parity.probes", []),
        ("parity.reason", "x" * 501),
        ("parity.max_abs_diff", float("inf")),
        ("warnings", ["x"] * 21),
        ("warnings", ["x" * 501]),
        ("warnings", "none"),
        ("opset", {"": "21"}),
        ("opset", []),
        ("signature.inputs", []),
        ("signature.inputs.0.dtype", "float128"),
        ("signature.inputs.0.shape", [None] * 17),
        ("signature.inputs.0.shape", [-1]),
        ("signature.outputs.1.name", "label"),
        ("signature.prediction", "elsewhere"),
        ("signature.probabilities", "elsewhere"),
        ("signature.features.0.input", "elsewhere"),
        ("signature.features.0.kind", "picture"),
        ("signature.features.0.column", -1),
        ("signature.features.0.nullable", 1),
        ("signature.features.0.name", None),
        ("signature.classes", [None]),
        ("signature.classes", [float("nan")]),
        ("signature.classes", "ab"),
        ("signature", []),
    ],
)
def test_anything_else_is_refused(path: str, value: object) -> None:
    with pytest.raises(Malformed):
        Manifest.from_dict(changed(path, value))


@pytest.mark.parametrize("data", [None, [], "{}", {}, {**valid(), "extra": 1}])
def test_what_is_no_manifest_is_refused(data: object) -> None:
    with pytest.raises(Malformed):
        Manifest.from_dict(data)


def test_refusal_names_the_field_and_is_an_error_of_ours() -> None:
    with pytest.raises(InferXError, match="onnx_size"):
        Manifest.from_dict(changed("onnx_size", -5))
