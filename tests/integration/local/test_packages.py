"""Code folders on their way to S3."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.packages import remove_other_code, upload_code

BUCKET = "code"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client


@pytest.fixture
def built(tmp_path: Path) -> Path:
    for part in ("DocsFunction", "WebLayer"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "code.py").write_text(part)
    return tmp_path


def template() -> dict[str, Any]:
    return {
        "Resources": {
            "DocsFunction": {
                "Type": "AWS::Serverless::Function",
                "Properties": {"CodeUri": "DocsFunction"},
            },
            "WebLayer": {
                "Type": "AWS::Serverless::LayerVersion",
                "Properties": {"ContentUri": "WebLayer"},
            },
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {}},
        }
    }


def test_functions_and_layers_point_to_their_code_in_the_bucket(s3: Any, built: Path) -> None:
    changed = template()

    upload_code(changed, built, s3, BUCKET)

    place = changed["Resources"]["WebLayer"]["Properties"]["ContentUri"]
    content = s3.get_object(Bucket=place["Bucket"], Key=place["Key"])["Body"].read()
    with zipfile.ZipFile(BytesIO(content)) as packed:
        assert packed.read("code.py") == b"WebLayer"


def test_unchanged_code_is_not_sent_again(s3: Any, built: Path) -> None:
    upload_code(template(), built, s3, BUCKET)
    before = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    sent: list[str] = []
    s3.meta.events.register("before-call.s3.PutObject", lambda **_: sent.append("object"))

    upload_code(template(), built, s3, BUCKET)

    assert sent == []
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == [
        found["Key"] for found in before
    ]


def test_changed_code_gets_another_key(s3: Any, built: Path) -> None:
    first, second = template(), template()
    upload_code(first, built, s3, BUCKET)
    (built / "DocsFunction" / "code.py").write_text("changed")

    upload_code(second, built, s3, BUCKET)

    keys = [
        one["Resources"]["DocsFunction"]["Properties"]["CodeUri"]["Key"] for one in (first, second)
    ]
    assert keys[0] != keys[1]


def test_only_code_that_the_template_points_to_is_kept(s3: Any, built: Path) -> None:
    upload_code(template(), built, s3, BUCKET)
    (built / "DocsFunction" / "code.py").write_text("changed")
    current = template()
    upload_code(current, built, s3, BUCKET)

    remove_other_code(current, s3, BUCKET)

    kept = {found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert kept == {
        current["Resources"]["DocsFunction"]["Properties"]["CodeUri"]["Key"],
        current["Resources"]["WebLayer"]["Properties"]["ContentUri"]["Key"],
    }
