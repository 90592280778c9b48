import io
import pickle
import zipfile
from pathlib import Path

import joblib
import pytest
from skops import io as skops_io

from converter.formats import detect
from inferx.errors import Refused
from tools.conversion.estimator_zoo import small_pipeline


def detected(content: bytes, tmp_path: Path) -> str:
    (tmp_path / "claims-nothing").write_bytes(content)
    return detect(tmp_path / "claims-nothing")


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "{}")
    return buffer.getvalue()


@pytest.mark.parametrize("protocol", range(6))
def test_pickle_is_known_by_its_first_bytes(protocol: int, tmp_path: Path) -> None:
    assert detected(pickle.dumps(small_pipeline(), protocol), tmp_path) == "pickle"


@pytest.mark.parametrize("method", ["zlib", "gzip", "bz2", "xz", "lzma"])
def test_compressed_joblib_is_read_as_a_pickle(method: str, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    joblib.dump(small_pipeline(), buffer, compress=(method, 3))

    assert detected(buffer.getvalue(), tmp_path) == "pickle"


def test_skops_is_known_by_its_schema(tmp_path: Path) -> None:
    assert detected(skops_io.dumps(small_pipeline()), tmp_path) == "skops"


def test_onnx_is_known_by_its_version_field(tmp_path: Path) -> None:
    assert detected(b"\x08\x0a\x12\x08skl2onnx", tmp_path) == "onnx"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"\x89HDF\r\n\x1a\n", "format='onnx'", id="Keras .h5"),
        pytest.param(
            archive("config.json", "metadata.json", "model.weights.h5"),
            "format='onnx'",
            id=".keras",
        ),
        pytest.param(
            archive("archive/data.pkl", "archive/version"), "torch.onnx.export", id="PyTorch"
        ),
        pytest.param(archive("word/document.xml"), "none that skops", id="another zip"),
        pytest.param(b"PK\x03\x04broken", "damaged zip", id="cut zip"),
        pytest.param(b"%PDF-1.7", "none of the model formats", id="a document"),
        pytest.param(b"feature,target\n1,2\n", "none of the model formats", id="a table"),
    ],
)
def test_other_files_are_refused_saying_what_to_do(
    content: bytes, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=sentence):
        detected(content, tmp_path)
