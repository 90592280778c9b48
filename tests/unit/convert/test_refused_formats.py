"""Files that the converter does not take are refused with what to do instead."""

from pathlib import Path

import pytest

from converter.conversion import convert_source
from converter.refused_formats import DEEP, refusal_of
from inferx.errors import Refused
from sandbox.formats import Format
from sandbox.job import ForDeepConverter

_CONVERTED = {
    *(Format.PICKLE, Format.SKOPS, Format.ONNX),
    *(Format.XGBOOST_MODEL, Format.LIGHTGBM_MODEL),
}


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (Format.EMPTY, "empty"),
        (Format.KERAS_H5, "model.export('model.onnx', format='onnx')"),
        (Format.KERAS_ZIP, "model.export('model.onnx', format='onnx')"),
        (Format.PYTORCH, "torch.onnx.export"),
        (Format.PYTORCH_LEGACY, "torch.onnx.export"),
        (Format.TORCHSCRIPT, "torch.onnx.export"),
        (Format.PYTORCH_EXPORT, "torch.onnx.export"),
        (Format.SAFETENSORS, "torch.onnx.export"),
        (Format.TENSORFLOW_SAVED_MODEL, "tf2onnx"),
        (Format.XGBOOST_DUMP, "model.save_model('model.json')"),
        (Format.XGBOOST_BINARY, "model.save_model('model.json')"),
        (Format.LIGHTGBM_DUMP, "booster.save_model('model.txt')"),
        (Format.CATBOOST, "model.save_model('model.onnx', format='onnx')"),
        (Format.ARCHIVE, "none that skops.io.dump writes"),
        (Format.DAMAGED_ARCHIVE, "damaged zip"),
        (Format.UNKNOWN, "none of the model formats"),
    ],
)
def test_refusal_shows_the_way(found: Format, sentence: str) -> None:
    assert sentence in refusal_of(found)


@pytest.mark.parametrize("found", sorted(set(Format) - _CONVERTED - set(DEEP)))
def test_every_format_that_is_not_converted_has_a_refusal(
    found: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("converter.conversion.detect", lambda _: found)

    with pytest.raises(Refused) as refused:
        convert_source(tmp_path / "source", tmp_path / "model.onnx")

    assert refused.value.detail == refusal_of(found)


@pytest.mark.parametrize("found", DEEP)
def test_networks_are_left_to_the_deep_converter_with_the_advice_to_export_them(
    found: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("converter.conversion.detect", lambda _: found)

    with pytest.raises(ForDeepConverter) as left:
        convert_source(tmp_path / "source", tmp_path / "model.onnx")

    assert str(left.value) == refusal_of(found)


def test_file_is_refused_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"%PDF-1.7")

    with pytest.raises(Refused, match="none of the model formats"):
        convert_source(tmp_path / "source", tmp_path / "model.onnx")
