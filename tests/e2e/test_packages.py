"""What `sam build` made: each function with its layers has to fit Lambda."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench import deployed
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


# Without packages of this environment: what the layers have is all there is.
IMAGES = """
import base64, io
from PIL import Image
from inferx.serving.inputs import reader_for
from inferx.serving.limits import HTTP
from inferx.signature import Signature

image = {"input": "image", "height": 20, "width": 20, "channels": 3, "layout": "channels_last",
         "scale": 0.5, "mean": [0.0], "std": [1.0]}
about = {"inputs": [{"name": "image", "dtype": "float32", "shape": [None, 20, 20, 3]}],
         "outputs": [{"name": "y", "dtype": "float32", "shape": [None]}], "features": None,
         "prediction": "y", "probabilities": None, "classes": None, "named_features": False,
         "images": [image]}
reader = reader_for(Signature.from_dict(about))
for mode, kind in [("RGB", "PNG"), ("L", "PNG"), ("P", "PNG"), ("RGBA", "PNG"), ("I;16", "PNG"),
                   ("RGB", "JPEG"), ("L", "JPEG"), ("CMYK", "JPEG")]:
    file = io.BytesIO()
    Image.new(mode, (64, 48), 5).save(file, kind)
    read = reader.read([base64.b64encode(file.getvalue()).decode()], HTTP)
    print(mode, kind, read.tensors["image"].shape, read.tensors["image"].sum())
"""


def test_images_are_read_by_the_deployed_layers_as_by_whole_packages(tmp_path: Path) -> None:
    script = tmp_path / "images.py"
    script.write_text(IMAGES)

    layers = subprocess.check_output(
        deployed.command(script), env=deployed.environment(), text=True
    )
    whole = subprocess.check_output([sys.executable, str(script)], text=True)

    assert layers.splitlines() == whole.splitlines()
    assert len(layers.splitlines()) == 8
