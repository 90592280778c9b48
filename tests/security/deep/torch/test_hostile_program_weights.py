"""Weights, constants and samples of a .pt2 are read as tensors, or not at all."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deep.torch_files.reading import read
from inferx.input_hints import InputHints
from sandbox.formats import detect
from tests.security.deep.torch.forging import (
    CODE,
    MARKER,
    archive,
    call,
    members,
    named,
    network,
    program,
    text,
    whole,
    with_member,
    with_program,
    written,
)

Refusal = Callable[[bytes], str]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


def _config(change: Callable[[dict[str, Any]], None], folder: str = "weights") -> bytes:
    def changed(body: bytes) -> bytes:
        fields = json.loads(body)
        change(fields["config"])
        return json.dumps(fields).encode()

    return with_member(program(), f"model_{folder}_config.json", changed)


_HOSTILE = whole(call(named("builtins", "eval"), text(CODE)))


def test_pickled_weight_is_refused(refusal: Refusal) -> None:
    content = _config(lambda config: config["0.weight"].update(use_pickle=True))
    hostile = archive({"x/data.pkl": _HOSTILE, "x/version": b"3"})

    sentence = refusal(with_member(content, "weights/weight_0", lambda _: hostile))

    assert "objects that are not tensors" in sentence


@pytest.mark.parametrize("name", ["opaque_obj_0", "custom_obj_0", "../../x", "tensor_0"])
def test_constant_that_is_no_tensor_is_refused(name: str, refusal: Refusal) -> None:
    entry = {"path_name": name, "is_param": False, "use_pickle": True, "tensor_meta": None}
    content = _config(lambda config: config.update({"c": entry}), "constants")

    refusal(archive({**members(content), "archive/data/constants/opaque_obj_0": _HOSTILE}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("storage_offset", {"as_int": 1}),
        ("storage_offset", {"as_int": -1}),
        ("sizes", [{"as_int": 1 << 40}, {"as_int": 4}]),
        ("sizes", [{"as_expr": {"expr_str": "s0"}}, {"as_int": 4}]),
        ("strides", [{"as_int": -4}, {"as_int": 1}]),
        ("strides", [{"as_int": 4}]),
    ],
)
def test_weight_outside_its_member_is_refused(field: str, value: Any, refusal: Refusal) -> None:
    refusal(_config(lambda config: config["0.weight"]["tensor_meta"].update({field: value})))


@pytest.mark.parametrize("ending", ["sample_inputs/model.pt", "guards"])
def test_samples_and_guards_are_never_read(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    content = with_program(program(), lambda fields: fields.update(guards_code=[CODE]))
    if ending != "guards":
        content = with_member(content, ending, lambda _: _HOSTILE)
    path = written(content, tmp_path)

    read(path, detect(path), InputHints())

    assert not (tmp_path / MARKER).exists()


def test_compiled_program_is_refused(refusal: Refusal) -> None:
    parts = {
        name: each for name, each in members(program()).items() if not name.endswith("model.json")
    }
    compiled = archive({**parts, "archive/data/aotinductor/model/x.so": b"\x7fELF"})

    assert "compiled for one machine" in refusal(compiled)


def test_several_programs_are_refused(refusal: Refusal) -> None:
    parts = members(program())
    (name,) = (name for name in parts if name.endswith("models/model.json"))
    two = archive({**parts, name.replace("model.json", "other.json"): parts[name]})

    assert "2 programs" in refusal(two)


def test_old_layout_with_a_hostile_state_dict_is_refused(refusal: Refusal) -> None:
    (body,) = (each for name, each in members(program()).items() if name.endswith("model.json"))
    hostile = archive({"x/data.pkl": pickle.dumps(network().state_dict, 2), "x/version": b"3"})
    old = archive(
        {
            "version": b"8.20",
            "serialized_exported_program.json": body,
            "serialized_state_dict.pt": hostile,
            "serialized_constants.pt": b"",
            "serialized_example_inputs.pt": b"",
        }
    )

    assert "objects that are not tensors" in refusal(old)
