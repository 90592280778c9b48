"""A file is what its content shows, whatever its name is."""

import io
import pickle
import zipfile
from pathlib import Path

import joblib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from skops import io as skops_io

from sandbox.formats import Format, detect
from tools.conversion.estimator_zoo import small_pipeline


def detected(content: bytes, tmp_path: Path) -> Format:
    (tmp_path / "claims-nothing").write_bytes(content)
    return detect(tmp_path / "claims-nothing")


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "{}")
    return buffer.getvalue()


@pytest.mark.parametrize("protocol", range(6))
def test_pickle_is_recognised_by_its_first_bytes(protocol: int, tmp_path: Path) -> None:
    assert detected(pickle.dumps(small_pipeline(), protocol), tmp_path) is Format.PICKLE


@pytest.mark.parametrize("method", ["zlib", "gzip", "bz2", "xz", "lzma"])
def test_compressed_joblib_is_a_pickle(method: str, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    joblib.dump(small_pipeline(), buffer, compress=(method, 3))

    assert detected(buffer.getvalue(), tmp_path) is Format.PICKLE


def test_skops_is_recognised_by_its_schema(tmp_path: Path) -> None:
    assert detected(skops_io.dumps(small_pipeline()), tmp_path) is Format.SKOPS


@pytest.mark.parametrize(
    ("content", "found"),
    [
        pytest.param(b"", Format.EMPTY, id="empty"),
        pytest.param(b"\x08\x0a\x12\x08skl2onnx", Format.ONNX, id="ONNX"),
        pytest.param(b"\x89HDF\r\n\x1a\n" + bytes(64), Format.KERAS_H5, id="Keras .h5"),
        pytest.param(
            archive("config.json", "metadata.json", "model.weights.h5"),
            Format.KERAS_ZIP,
            id="Keras .keras",
        ),
        pytest.param(
            archive("archive/data.pkl", "archive/byteorder", "archive/data/0", "archive/version"),
            Format.PYTORCH,
            id="torch.save",
        ),
        pytest.param(
            b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.",
            Format.PYTORCH_LEGACY,
            id="torch.save before 1.6",
        ),
        pytest.param(
            archive("net/data.pkl", "net/code/__torch__.py", "net/constants.pkl"),
            Format.TORCHSCRIPT,
            id="torch.jit.save",
        ),
        pytest.param(
            archive("net/archive_format", "net/models/model.json", "net/byteorder"),
            Format.PYTORCH_EXPORT,
            id="torch.export.save",
        ),
        pytest.param(
            archive("serialized_exported_program.json", "serialized_state_dict.pt", "version"),
            Format.PYTORCH_EXPORT,
            id="torch.export.save before 2.8",
        ),
        pytest.param(
            b"H\0\0\0\0\0\0\0" + b'{"__metadata__":{"format":"pt"}',
            Format.SAFETENSORS,
            id="safetensors",
        ),
        pytest.param(
            b"PK\0\0\0\0\0\0" + b'{"fc.weight":{', Format.SAFETENSORS, id="a length like a zip's"
        ),
        pytest.param(
            b"\x80\x02\0\0\0\0\0\0" + b'{  "fc":{',
            Format.SAFETENSORS,
            id="a length like a pickle's",
        ),
        pytest.param(
            archive("m/saved_model.pb", "m/variables/variables.index"),
            Format.TENSORFLOW_SAVED_MODEL,
            id="TensorFlow",
        ),
        pytest.param(archive("word/document.xml"), Format.ARCHIVE, id="another zip"),
        pytest.param(archive("model.pkl"), Format.ARCHIVE, id="a zipped pickle"),
        pytest.param(archive("mydata.pkl"), Format.ARCHIVE, id="a name that ends like PyTorch's"),
        pytest.param(archive(), Format.ARCHIVE, id="a zip of nothing"),
        pytest.param(b"PK\x03\x04broken", Format.DAMAGED_ARCHIVE, id="cut zip"),
        pytest.param(b'{"learner":{"attributes"', Format.XGBOOST_MODEL, id="XGBoost's .json"),
        pytest.param(
            b'{\n  "version": [1, 0, 0], "learner"', Format.XGBOOST_MODEL, id="an indented .json"
        ),
        pytest.param(
            b"{L" + bytes(7) + b"\x07learner{L", Format.XGBOOST_MODEL, id="XGBoost's .ubj"
        ),
        pytest.param(b"booster[0]:\n0:[f0<1]", Format.XGBOOST_DUMP, id="dumped trees"),
        pytest.param(b'[\n  { "nodeid": 0', Format.XGBOOST_DUMP, id="trees dumped as JSON"),
        pytest.param(b"binf\x00\x00\x00?", Format.XGBOOST_BINARY, id="XGBoost's .model"),
        pytest.param(b"tree\nversion=v4\n", Format.LIGHTGBM_MODEL, id="LightGBM's .txt"),
        pytest.param(b"tree\r\nversion=v3\r\n", Format.LIGHTGBM_MODEL, id="from Windows"),
        pytest.param(
            b'{"name": "tree", "version": "v4"', Format.LIGHTGBM_DUMP, id="LightGBM's dump"
        ),
        pytest.param(b"CBM1\x00\x01", Format.CATBOOST, id="CatBoost's .cbm"),
        pytest.param(
            b'{\n"features_info":{"float_features"', Format.CATBOOST, id="CatBoost's .json"
        ),
        pytest.param(b'{"nodes": [1]}', Format.UNKNOWN, id="another JSON"),
        pytest.param(b"trees of the city\n", Format.UNKNOWN, id="a text"),
        pytest.param(b"%PDF-1.7", Format.UNKNOWN, id="a document"),
        pytest.param(b"feature,target\n1,2\n", Format.UNKNOWN, id="a table"),
        pytest.param(b"\x80\x06", Format.UNKNOWN, id="a pickle from the future"),
    ],
)
def test_format_is_detected(content: bytes, found: Format, tmp_path: Path) -> None:
    assert detected(content, tmp_path) is found


_ZIPPED = archive("config.json", "archive/data.pkl", "schema.json")


@settings(
    deadline=None,
    derandomize=True,
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.binary(max_size=100)
    | st.builds(lambda tail: b"PK\x03\x04" + tail, st.binary(max_size=200))
    | st.builds(
        lambda at, byte: _ZIPPED[:at] + byte + _ZIPPED[at + 1 :],
        st.integers(0, len(_ZIPPED) - 1),
        st.binary(min_size=0, max_size=2),
    )
)
def test_any_bytes_have_a_format(tmp_path: Path, content: bytes) -> None:
    assert isinstance(detected(content, tmp_path), Format)
