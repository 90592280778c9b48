"""Names of features: shown, unless they are too many for the record to keep."""

import json
import random
from typing import Any

from inferx import feature_runs
from inferx.feature_runs import Feature
from inferx.settings import settings
from inferx.storage import aws
from inferx.storage.object_keys import manifest_key
from tests.integration.models.conftest import Upload, record
from tests.support.fake_converter import FakeConverter, manifest
from tools.onnx_models import signature, tensor


def wide(names: list[str]) -> dict[str, Any]:
    features = [Feature(name, "number", "X", column, False) for column, name in enumerate(names)]
    return signature(
        inputs=[tensor("X", shape=(None, len(names)))],
        features=feature_runs.written(features),
        named_features=True,
    )


def test_names_that_are_too_many_to_keep_are_left_to_the_model_and_its_manifest(
    upload: Upload, sandbox: FakeConverter
) -> None:
    draw = random.Random(0)
    names = [f"{draw.getrandbits(80):020x}" for _ in range(40_000)]
    sandbox.outcome = {"status": "converted", "manifest": manifest(signature=wide(names))}

    model = upload()

    assert (model["status"], model["feature_names"]) == ("ready", None)
    assert "too many feature names to show" in model["warnings"][-1]
    key = manifest_key(record(model["id"]).owner_id, model["id"])
    kept = json.load(aws.s3().get_object(Bucket=settings.bucket, Key=key)["Body"])
    assert feature_runs.names_in(kept["signature"]["features"]) == names


def test_names_of_many_features_are_shown(upload: Upload, sandbox: FakeConverter) -> None:
    names = [f"feature {column}" for column in range(10_000)]
    sandbox.outcome = {"status": "converted", "manifest": manifest(signature=wide(names))}

    assert upload()["feature_names"] == names
