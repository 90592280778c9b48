"""Stands in for the convert function: returns at once what a test has prepared."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from inferx.conversion.contract import ConversionRefused, ConversionRequest
from inferx.settings import settings
from inferx.storage import aws
from tools.lambdas import acting_as
from tools.onnx_models import feature, signature
from tools.permissions import recording

ONNX = b"an ONNX model, for all that the registry knows"


def manifest(content: bytes = ONNX, **changes: Any) -> dict[str, Any]:
    """Return the manifest of a conversion, with some fields changed."""
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

    Attributes:
        outcome: what the next conversions return.
        result: what they leave in the bucket.
        failure: raised instead when set.
        meanwhile: called while converting.
        requests: what was asked so far.
        tenants: for whom.
    """

    def __init__(self) -> None:
        self.outcome: Any = {"status": "converted", "manifest": manifest()}
        self.result: bytes | None = ONNX
        self.failure: Exception | None = None
        self.requests: list[ConversionRequest] = []
        self.tenants: list[str] = []
        self.meanwhile: Any = None

    def __call__(self, function: str, payload: Mapping[str, Any], *, tenant: str) -> Any:
        """Convert nothing."""
        recording.note("lambda", "Invoke", {"FunctionName": function})
        with acting_as(None):
            return self._convert(payload, tenant)

    def _convert(self, payload: Mapping[str, Any], tenant: str) -> Any:
        request = ConversionRequest.from_dict(payload)
        self.requests.append(request)
        self.tenants.append(tenant)
        if self.meanwhile is not None:
            self.meanwhile()
        if self.failure is not None:
            raise self.failure
        if self.result is not None:
            aws.s3().put_object(
                Bucket=settings.bucket, Key=key_of(request.result_url), Body=self.result
            )
        return self.outcome

    def refuse(self, detail: str) -> None:
        """Let the next conversions refuse their files."""
        self.outcome = ConversionRefused(detail).to_dict()
        self.result = None


def key_of(url: str) -> str:
    """Return the S3 key in a presigned URL, however the bucket is addressed."""
    path = unquote(urlsplit(url).path).lstrip("/")
    return path.removeprefix(f"{settings.bucket}/")
