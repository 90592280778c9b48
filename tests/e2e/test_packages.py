"""What `sam build` made: each function with its layers has to fit Lambda."""

from pathlib import Path

import pytest

from tools.template import ROOT, resources

BUILT = ROOT / ".local" / "build"
# AWS Lambda Developer Guide, "Lambda quotas": a .zip function and its layers, unzipped.
LAMBDA_LIMIT_BYTES = 250 * 1024 * 1024
PREDICT_BUDGET_BYTES = 70_000_000
FUNCTIONS = resources("AWS::Serverless::Function")

pytestmark = pytest.mark.usefixtures("base_url")  # which builds


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def unzipped_size(function: str) -> int:
    layers = [layer["Ref"] for layer in FUNCTIONS[function].get("Layers", [])]
    return sum(size_of(BUILT / part) for part in [function, *layers])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_and_its_layers_fit_lambda(function: str) -> None:
    assert unzipped_size(function) <= LAMBDA_LIMIT_BYTES


def test_predict_stays_within_its_own_budget() -> None:
    assert unzipped_size("PredictFunction") <= PREDICT_BUDGET_BYTES


@pytest.mark.parametrize("package", ["boto3", "botocore", "s3transfer"])
def test_what_lambda_brings_is_not_packed_again(package: str) -> None:
    assert list(BUILT.glob(f"*/{package}")) + list(BUILT.glob(f"*/python/{package}")) == []
