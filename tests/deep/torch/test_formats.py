"""The same network predicts the same from each of PyTorch's files, and as PyTorch does."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from inferx.errors import Refused
from tests.deep.torch.networks import (
    AttentionClassifier,
    Conversion,
    TextClassifier,
    TwoInTwoOut,
    digits_network,
    quietly,
    refusal,
    save_module,
    save_program,
    save_script,
    save_trace,
)

_IMAGES = torch.zeros(2, 1, 8, 8)


@pytest.fixture(scope="module")
def digits() -> tuple[nn.Sequential, Any, Any]:
    return digits_network()


@pytest.fixture(autouse=True)
def _same_weights_every_time() -> None:
    torch.manual_seed(0)


def answer(module: nn.Module, *tensors: Any) -> Any:
    with torch.inference_mode():
        return module(*map(torch.as_tensor, tensors))


_SAVED: dict[str, Callable[[nn.Module, Path], Path]] = {
    "whole module": save_module,
    "whole module, before 1.6": lambda module, path: save_module(
        module, path, _use_new_zipfile_serialization=False
    ),
    "whole module, protocol 5": lambda module, path: save_module(module, path, pickle_protocol=5),
    "trace": lambda module, path: save_trace(module, path, _IMAGES),
    "script": save_script,
    "program": lambda module, path: save_program(module, path, _IMAGES),
    "program of one number of rows": lambda module, path: save_program(
        module, path, _IMAGES, free=None
    ),
}


@pytest.mark.parametrize("kind", _SAVED)
def test_digits_are_recognised_as_pytorch_does(
    kind: str, digits: tuple[nn.Sequential, Any, Any], tmp_path: Path
) -> None:
    network, images, labels = digits

    converted = Conversion(_SAVED[kind](network, tmp_path / "source"))

    (found,) = converted.predict(input=images).values()
    expected = answer(network, images).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
    accuracy = (found.argmax(1) == labels).mean()
    assert accuracy == (expected.argmax(1) == labels).mean()
    assert accuracy > 0.9
    assert converted.inputs == {"input": ("float32", [None, 1, 8, 8])}
    assert converted.facts["framework"] == "pytorch"


def test_version_that_exported_a_program_is_read_from_its_file(tmp_path: Path) -> None:
    source = save_program(nn.Linear(4, 2), tmp_path / "source", torch.zeros(2, 4))

    converted = Conversion(source)

    assert converted.facts["framework_version"] == torch.__version__.partition("+")[0]


def test_program_of_the_layout_before_2_8_is_read(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 2)).eval()
    source = tmp_path / "source"
    quietly(lambda: _save_old(module, source))

    converted = Conversion(source)

    rows = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    (found,) = converted.predict(input=rows).values()
    np.testing.assert_allclose(found, answer(module, rows), rtol=1e-4, atol=1e-5)


def _save_old(module: nn.Module, path: Path) -> None:
    from torch._export.serde.serialize import serialize

    free = ({0: torch.export.Dim("batch")},)
    exported = torch.export.export(module, (torch.zeros(2, 4),), dynamic_shapes=free)
    parts = serialize(exported)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("version", "8.8")
        file.writestr("serialized_exported_program.json", parts.exported_program)
        file.writestr("serialized_state_dict.pt", parts.state_dict)
        file.writestr("serialized_constants.pt", parts.constants)
        file.writestr("serialized_example_inputs.pt", parts.example_inputs)


def test_program_of_the_first_format_is_refused_by_its_age(tmp_path: Path) -> None:
    source = tmp_path / "source"
    with zipfile.ZipFile(source, "w") as file:
        file.writestr("version", "1")
        file.writestr("serialized_exported_program.json", '{"schema_version": 2}')
        for name in ("state_dict", "constants"):
            file.writestr(f"serialized_{name}.json", "")

    with pytest.raises(Refused, match=r"PyTorch 2\.2 or older"):
        Conversion(source)


@pytest.mark.parametrize("length", [3, 12, 40])
@pytest.mark.parametrize("save", [save_script, save_trace])
def test_text_classifier_takes_texts_of_any_length(
    save: Callable[..., Path], length: int, tmp_path: Path
) -> None:
    module = TextClassifier()
    example = (torch.zeros(2, 12, dtype=torch.int64),) if save is save_trace else ()
    converted = Conversion(save(module, tmp_path / "source", *example), shapes=((None,),))

    ids = np.random.default_rng(0).integers(0, 100, (4, length))
    (found,) = converted.predict(ids=ids).values()

    np.testing.assert_allclose(found, answer(module, ids), rtol=1e-4, atol=1e-5)
    assert converted.inputs == {"ids": ("int64", [None, None])}
    assert converted.facts["task"] == "classification"


def test_text_classifier_of_one_length_is_served_from_a_program(tmp_path: Path) -> None:
    module = TextClassifier().eval()
    ids = torch.randint(0, 100, (3, 12))

    converted = Conversion(save_program(module, tmp_path / "source", ids))

    (found,) = converted.predict(ids=ids.numpy()).values()
    np.testing.assert_allclose(found, answer(module, ids), rtol=1e-4, atol=1e-5)


def test_attention_is_served_from_a_trace(tmp_path: Path) -> None:
    module = AttentionClassifier().eval()
    ids = torch.randint(0, 100, (3, 12))

    converted = Conversion(save_trace(module, tmp_path / "source", ids), shapes=((None,),))

    longer = np.random.default_rng(0).integers(0, 100, (5, 20))
    (found,) = converted.predict(ids=longer).values()
    np.testing.assert_allclose(found, answer(module, longer), rtol=1e-4, atol=1e-5)


def test_script_that_no_exporter_writes_is_refused_with_another_way(tmp_path: Path) -> None:
    source = save_script(AttentionClassifier(), tmp_path / "source")

    sentence = refusal(source, shapes=((12,),))

    assert "has no ONNX form that predicts as it does (tracing:" in sentence
    assert "Save a trace of it (torch.jit.trace)" in sentence


def test_attention_of_any_length_is_served_from_a_program(tmp_path: Path) -> None:
    module = AttentionClassifier().eval()
    ids = torch.randint(0, 100, (3, 12))
    free = ({0: torch.export.Dim("rows"), 1: torch.export.Dim("length")},)

    converted = Conversion(save_program(module, tmp_path / "source", ids, free=free))

    longer = np.random.default_rng(0).integers(0, 100, (5, 20))
    (found,) = converted.predict(ids=longer).values()
    np.testing.assert_allclose(found, answer(module, longer), rtol=1e-4, atol=1e-5)
    assert converted.inputs == {"ids": ("int64", [None, None])}


def test_transformer_encoder_is_served_whole(tmp_path: Path) -> None:
    layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
    module = nn.TransformerEncoder(layer, 2).eval()

    converted = Conversion(save_module(module, tmp_path / "source"))

    rows = np.random.default_rng(0).normal(size=(3, 9, 16)).astype("float32")
    (found,) = converted.predict(src=rows).values()
    np.testing.assert_allclose(found, answer(module, rows), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("save", [save_trace, save_program])
def test_two_inputs_and_outputs_keep_their_names(save: Callable[..., Path], tmp_path: Path) -> None:
    module = TwoInTwoOut().eval()
    left, right = torch.randn(3, 4), torch.randn(3, 3)

    converted = Conversion(save(module, tmp_path / "source", left, right))

    found = converted.predict(left=left.numpy(), right=right.numpy())
    expected = answer(module, left, right)
    assert list(found) == ["label", "size"]
    for name, tensor in expected.items():
        np.testing.assert_allclose(found[name], tensor, rtol=1e-4, atol=1e-5)


def test_output_of_the_name_of_an_input_is_named_apart(tmp_path: Path) -> None:
    class Same(nn.Module):
        def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
            return {"x": x * 2}

    converted = Conversion(save_trace(Same(), tmp_path / "source", torch.zeros(2, 3)))

    found = converted.predict(x=np.ones((2, 3), "float32"))
    assert found["x_output"].tolist() == [[2.0, 2.0, 2.0]] * 2


def test_states_of_a_recurrent_layer_are_left_out_with_a_warning(tmp_path: Path) -> None:
    module = nn.LSTM(4, 5, batch_first=True).eval()

    converted = Conversion(save_module(module, tmp_path / "source"))

    rows = np.random.default_rng(0).normal(size=(2, 11, 4)).astype("float32")
    (found,) = converted.predict(input=rows).values()
    np.testing.assert_allclose(found, answer(module, rows)[0], rtol=1e-4, atol=1e-5)
    assert any("output_1, output_2 is not served" in each for each in converted.facts["warnings"])


def test_network_within_replicas_is_served(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Linear(3, 2))

    converted = Conversion(save_module(nn.DataParallel(module), tmp_path / "source"))

    rows = np.ones((2, 3), "float32")
    (found,) = converted.predict(input=rows).values()
    np.testing.assert_allclose(found, answer(module, rows), rtol=1e-4, atol=1e-5)


def test_weights_of_half_precision_are_served_as_float32(tmp_path: Path) -> None:
    source = save_module(nn.Sequential(nn.Linear(3, 2)).half(), tmp_path / "source")

    converted = Conversion(source)

    assert converted.inputs == {"input": ("float32", [None, 3])}
    assert any("half precision" in each for each in converted.facts["warnings"])


def test_weights_that_two_layers_share_are_read_once(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))
    module[2].weight = module[0].weight

    converted = Conversion(save_module(module, tmp_path / "source"))

    rows = np.random.default_rng(0).normal(size=(2, 4)).astype("float32")
    (found,) = converted.predict(input=rows).values()
    np.testing.assert_allclose(found, answer(module, rows), rtol=1e-4, atol=1e-5)


def test_log_sigmoid_is_finite_far_below_zero(tmp_path: Path) -> None:
    converted = Conversion(
        save_module(nn.Sequential(nn.Linear(2, 2), nn.LogSigmoid()), tmp_path / "source")
    )

    (found,) = converted.predict(input=np.full((1, 2), -1_000, "float32")).values()

    assert np.isfinite(found).all()


def test_nothing_is_printed_while_a_network_is_converted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = save_script(nn.Bilinear(3, 4, 2), tmp_path / "source")  # its first exporter fails

    Conversion(source, shapes=((3,), (4,)))

    assert capfd.readouterr() == ("", "")


def test_file_in_memory_is_no_different(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    torch.save(nn.Linear(3, 1), buffer)
    (tmp_path / "source").write_bytes(buffer.getvalue())

    assert Conversion(tmp_path / "source").inputs == {"input": ("float32", [None, 3])}
