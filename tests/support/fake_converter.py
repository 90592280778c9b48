"""Stands in for the convert function: answers at once, as a test tells it to."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from inferx.settings import settings
from inferx.storage import aws
from tools.onnx_models import feature, signature

ONNX = b"an ONNX model, for all that the registry knows"


def manifest(content: bytes = ONNX, **changes: Any) -> dict[str, Any]:
    """What a conversion says about its result."""
    usual = {
        "manifest_version": 1,
        "framework": "sklearn",
        "framework_version": "1.9.1",
        "estimator": "LogisticRegression",
        "task": "classification",
        "signature": signature(
            features=[feature("sepal length"), feature("sepal width", column=1)],
            classes=["setosa", "virginica"],
            named_features=True,
        ),
        "opset": {"": 21, "ai.onnx.ml": 3},
        "source_size": 10,
        "onnx_size": len(content),
        "onnx_sha256": hashlib.sha256(content).hexdigest(),
        "session": {"open_ms": 2.5, "memory_bytes": 14_000_000},
        "parity": {
            "rows": 512,
            "label_agreement": 1.0,
            "ties": 0,
            "max_abs_diff": 1e-7,
            "max_rel_diff": 1e-6,
            "dtype": "float32",
        },
        "warnings": [],
    }
    return usual | changes


class FakeConverter:
    """Replaces ``inferx.storage.functions.invoke``.

    ``answer`` is what the next conversions say; ``result`` what they leave in the bucket;
    ``failure`` is raised instead when set; ``meanwhile`` is called while converting.
    """

    def __init__(self) -> None:
        self.answer: Any = {"status": "converted", "manifest": manifest()}
        self.result: bytes | None = ONNX
        self.failure: Exception | None = None
        self.jobs: list[dict[str, Any]] = []
        self.tenants: list[str] = []
        self.meanwhile: Any = None

    def __call__(self, function: str, payload: Mapping[str, Any], *, tenant: str) -> Any:
        """Convert nothing."""
        self.jobs.append(dict(payload))
        self.tenants.append(tenant)
        if self.meanwhile is not None:
            self.meanwhile()
        if self.failure is not None:
            raise self.failure
        if self.result is not None:
            aws.s3().put_object(
                Bucket=settings.bucket, Key=key_of(payload["result_url"]), Body=self.result
            )
        return self.answer

    def refuse(self, error: str) -> None:
        """Let the next conversions refuse their files."""
        self.answer = {"status": "refused", "error": error}
        self.result = None


def key_of(url: str) -> str:
    """The S3 key in a presigned URL, however the bucket is addressed."""
    path = unquote(urlsplit(url).path).lstrip("/")
    return path.removeprefix(f"{settings.bucket}/")
