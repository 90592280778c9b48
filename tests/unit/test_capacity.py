"""What the converter accepts is what the predict function, as the template makes it, can hold."""

import pytest

from inferx import capacity
from tools.template import ROOT, resources

_PREDICT = resources("AWS::Serverless::Function")["PredictFunction"]
# AWS Lambda Developer Guide, "Configure ephemeral storage": the size without a setting.
_DEFAULT_DISK_MB = 512


def test_memory_is_the_templates() -> None:
    assert _PREDICT["MemorySize"] == capacity.PREDICT_MEMORY_MB


def test_disk_is_the_templates() -> None:
    disk = _PREDICT.get("EphemeralStorage", {}).get("Size", _DEFAULT_DISK_MB)

    assert disk == capacity.PREDICT_DISK_MB


def test_largest_file_fits_the_disk() -> None:
    assert 0 < capacity.ARTIFACT_BYTES < capacity.PREDICT_DISK_MB * capacity.MEBIBYTE


def test_largest_session_fits_the_memory_beside_a_request() -> None:
    memory = capacity.PREDICT_MEMORY_MB - capacity.REQUEST_MB

    assert 0 < capacity.SESSION_BYTES < memory * capacity.MEBIBYTE


@pytest.mark.parametrize("size", [capacity.ARTIFACT_BYTES, capacity.SESSION_BYTES])
def test_documented_limits_are_the_real_ones(size: int) -> None:
    document = (ROOT / "docs/conversion.md").read_text()

    assert f"| {size // capacity.MEBIBYTE:,} MB" in document
