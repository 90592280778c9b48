"""A whole module is built of torch.nn's own classes and plain values, or not at all."""

import pickle
import struct
import warnings
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from tests.security.deep.torch.forging import (
    CODE,
    Raw,
    call,
    named,
    network,
    saved,
    saved_with,
    text,
    whole,
    with_pickle,
)

Refusal = Callable[[bytes], str]

_RUNS = call(named("builtins", "eval"), text(CODE))
_LINEAR = named("torch.nn.modules.linear", "Linear")


def holding(name: str, value: Any, layer: nn.Module | None = None) -> nn.Module:
    """Return a network whose first layer has an attribute that no constructor gives it."""
    module = network()
    if layer is not None:
        module[0] = layer
    vars(module[0])[name] = value
    return module


def test_call_of_a_function_at_the_root_is_refused(refusal: Refusal) -> None:
    sentence = refusal(with_pickle(whole(_RUNS)))

    assert "no network" in sentence


@pytest.mark.parametrize("module", ["os", "posix", "builtins", "torch.hub", "torch.serialization"])
def test_name_outside_torchs_layers_is_refused(module: str, refusal: Refusal) -> None:
    sentence = refusal(saved_with(holding("note", Raw()), named(module, "load")))

    assert f"{module}.load" in sentence


def test_very_long_name_is_cut(refusal: Refusal) -> None:
    sentence = refusal(saved_with(holding("note", Raw()), named("a" * 900, "b" * 400)))

    assert "aaa…" in sentence


def test_call_in_an_attribute_is_refused(refusal: Refusal) -> None:
    sentence = refusal(saved_with(holding("note", Raw()), _RUNS))

    assert "builtins.eval" in sentence
    assert "no code named by a file is run" in sentence


def test_call_of_a_permitted_name_is_refused_where_none_is_written(refusal: Refusal) -> None:
    relu = call(named("torch.nn.functional", "relu"), text("x"))

    sentence = refusal(saved_with(holding("activation", Raw()), relu))

    assert "calls torch.nn.functional.relu" in sentence


def test_function_in_place_of_an_attribute_is_refused(refusal: Refusal) -> None:
    sentence = refusal(saved_with(holding("in_features", Raw()), named("torch", "relu")))

    assert "attribute 'in_features' is the function or class torch.relu" in sentence


@pytest.mark.parametrize("name", ["forward", "_call_impl", "eval", "named_modules", "parameters"])
def test_attribute_that_hides_a_method_is_refused(name: str, refusal: Refusal) -> None:
    sentence = refusal(saved(holding(name, 1)))

    assert f"a method of its own, '{name}'" in sentence


@pytest.mark.parametrize("name", ["__class__", "__dict__", "__getattr__", "not a name", ""])
def test_attribute_without_a_proper_name_is_refused(name: str, refusal: Refusal) -> None:
    assert "without a proper name" in refusal(saved(holding(name, 1)))


@pytest.mark.parametrize(
    "name",
    [
        "_forward_hooks",
        "_forward_pre_hooks",
        "_backward_hooks",
        "_state_dict_hooks",
        "_load_state_dict_pre_hooks",
        "_forward_hooks_with_kwargs",
    ],
)
def test_hooks_are_refused(name: str, refusal: Refusal) -> None:
    sentence = refusal(saved(holding(name, OrderedDict({0: 1}))))

    assert f"'{name}' holds functions to call" in sentence


def test_weight_norm_is_refused_with_the_way_to_remove_it(refusal: Refusal) -> None:
    module = network()
    with pytest.warns(FutureWarning):
        nn.utils.weight_norm(module[0])

    assert "remove_weight_norm" in refusal(saved(module))


def test_submodule_that_is_no_module_is_refused(refusal: Refusal) -> None:
    module = network()
    module._modules["0"] = OrderedDict()

    assert "Layer '0' of the model is no module of torch.nn" in refusal(saved(module))


def test_parameter_that_is_no_tensor_is_refused(refusal: Refusal) -> None:
    module = network()
    module[0]._parameters["weight"] = 3

    assert "Layer '0.weight' of the model is no tensor" in refusal(saved(module))


def test_buffer_that_is_a_parameter_is_refused(refusal: Refusal) -> None:
    module = network()
    module[0]._buffers["more"] = module[0].weight

    assert "Layer '0.more' of the model is no tensor" in refusal(saved(module))


def test_module_within_itself_is_refused(refusal: Refusal) -> None:
    module = network()
    module._modules["3"] = module

    assert "holds itself" in refusal(saved(module))


def test_modules_nested_very_deeply_are_refused(refusal: Refusal) -> None:
    module: nn.Module = nn.Linear(4, 2)
    for _ in range(80):
        module = nn.Sequential(module)

    assert "nested too deeply" in refusal(saved(module))


def test_losses_are_no_layers(refusal: Refusal) -> None:
    assert "torch.nn.modules.loss.MSELoss" in refusal(saved(nn.Sequential(nn.MSELoss())))


def test_class_made_with_arguments_is_refused(refusal: Refusal) -> None:
    made = _LINEAR + pickle.MARK + text("x") + pickle.TUPLE + pickle.NEWOBJ
    state = pickle.EMPTY_DICT + pickle.BUILD

    assert "no module of torch.nn" in refusal(with_pickle(whole(made + state)))


def test_state_for_a_class_is_refused(refusal: Refusal) -> None:
    built = _LINEAR + pickle.EMPTY_DICT + text("forward") + pickle.NONE + pickle.SETITEM

    assert "a state for what has none" in refusal(with_pickle(whole(built + pickle.BUILD)))


def test_layer_without_what_its_class_needs_is_refused(refusal: Refusal) -> None:
    module = nn.Sequential(nn.LSTM(3, 4, batch_first=True))
    del vars(module[0])["_all_weights"]

    assert "lacks what its class, LSTM, has" in refusal(saved(module))


def test_recurrent_layer_with_weights_it_has_not_is_refused(refusal: Refusal) -> None:
    module = nn.Sequential(nn.LSTM(3, 4, batch_first=True))
    del module[0]._parameters["bias_hh_l0"]

    assert "does not name its weights" in refusal(saved(module))


def test_hostile_file_of_the_old_layout_is_refused(refusal: Refusal) -> None:
    content = saved(network(), _use_new_zipfile_serialization=False)
    place = content.index(b"ctorch.nn.modules.activation\nReLU\n")

    changed = content[:place] + b"cposix\nsystem\n" + content[place:].partition(b"ReLU\n")[2]

    assert "posix.system" in refusal(changed)


def test_storage_of_the_old_layout_with_another_length_is_refused(refusal: Refusal) -> None:
    content = saved(nn.Linear(4, 2, bias=False), _use_new_zipfile_serialization=False)
    weights = struct.pack("<Q", 8)
    place = content.rindex(weights)

    changed = content[:place] + struct.pack("<Q", 1 << 60) + content[place + 8 :]

    assert "another length" in refusal(changed)


@pytest.mark.parametrize(
    ("offset", "sizes", "strides"),
    [
        (b"K\x08", b"K\x05K\x03\x86", b"K\x03K\x01\x86"),
        (b"K\x00", b"J\xff\xff\xff\x7fK\x03\x86", b"K\x03K\x01\x86"),
        (b"K\x00", b"K\x05K\x03\x86", b"J\xff\xff\xff\xffK\x01\x86"),
        (b"J\xff\xff\xff\xff", b"K\x05K\x03\x86", b"K\x03K\x01\x86"),
        (b"K\x00", b"J\xff\xff\xff\x0fJ\xff\xff\xff\x0f\x86", b"K\x00K\x00\x86"),
        (b"K\x00", b"K\x05K\x03\x86", b"K\x03\x85"),
        (b"K\x00", b"N", b"N"),
    ],
    ids=["offset", "size", "negative stride", "negative offset", "stride 0", "ranks", "none"],
)
def test_tensor_outside_its_storage_is_refused(
    offset: bytes, sizes: bytes, strides: bytes, refusal: Refusal
) -> None:
    weight = call(
        named("torch._utils", "_rebuild_tensor_v2"),
        pickle.MARK
        + text("storage")
        + named("torch", "FloatStorage")
        + text("0")
        + text("cpu")
        + b"K\x0f"
        + pickle.TUPLE
        + pickle.BINPERSID,
        offset,
        sizes,
        strides,
        pickle.NEWFALSE,
        call(named("collections", "OrderedDict")),
    )
    parameter = call(
        named("torch._utils", "_rebuild_parameter"),
        weight,
        pickle.NEWFALSE,
        call(named("collections", "OrderedDict")),
    )
    module = nn.Sequential(nn.Linear(3, 5, bias=False))
    module[0]._parameters["weight"] = Raw()

    sentence = refusal(saved_with(module, parameter))

    assert "a tensor" in sentence
    assert "Save it again" in sentence


def test_quantized_tensor_is_refused(refusal: Refusal) -> None:
    with warnings.catch_warnings(action="ignore"):
        codes = torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)
    module = network()
    module.register_buffer("codes", codes)

    sentence = refusal(saved(module))

    assert "torch._utils._rebuild_qtensor" in sentence
