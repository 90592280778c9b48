"""Each dtype of a file is a new one, made from a checked description."""

import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from converter.loading import load_estimator
from converter.loading.reader import open_unpacked
from converter.loading.unpickler import RestrictedUnpickler
from inferx.errors import Refused
from tests.security.forged_arrays import FLOAT, POINTER, array, dtype, record
from tests.security.opcodes import a_dict, arguments, built, made, named, plain, reduced, whole


def unpickled(content: bytes, tmp_path: Path) -> Any:
    path = tmp_path / "part.pkl"
    path.write_bytes(content)
    with open_unpacked(path) as file:
        return RestrictedUnpickler(file).load()


@pytest.mark.parametrize("flags", [0, 1, 16, 63])
def test_object_dtype_does_not_become_a_record_of_pointers(flags: int, tmp_path: Path) -> None:
    described = dtype("O8", record(8, flags, f=(FLOAT, 0)))

    with pytest.raises(Refused, match="array type that numpy does not have"):
        unpickled(whole(array(described, (1,), POINTER)), tmp_path)


def test_pointers_as_the_weights_of_a_model_are_refused(tmp_path: Path) -> None:
    weights = array(dtype("O8", record(8, f=(FLOAT, 0))), (1,), POINTER)
    model = built(
        made(named("sklearn.linear_model._ridge", "Ridge")),
        a_dict(coef_=weights, intercept_=plain(0.0), n_features_in_=plain(1)),
    )
    path = tmp_path / "model.pkl"
    path.write_bytes(whole(model))

    with pytest.raises(Refused, match="array type that numpy does not have"):
        load_estimator(path)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    "written",
    [
        *(np.dtype(spec) for spec in ("f8", ">f8", "i4", "?", "O", "U5", ">U5", "S3", "V8", "c16")),
        np.dtype(
            {"names": ["b", "a"], "formats": ["<i8", ">f4"], "offsets": [8, 2], "itemsize": 20}
        ),
    ],
    ids=str,
)
def test_honest_dtype_is_read_as_it_was_written(
    written: np.dtype[Any], protocol: int, tmp_path: Path
) -> None:
    read = unpickled(pickle.dumps(written, protocol), tmp_path)

    assert read == written
    assert read.fields == written.fields
    assert (read.flags, read.isnative) == (written.flags, written.isnative)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    "written",
    [
        np.arange(12.0).reshape(3, 4),
        np.asfortranarray(np.arange(12).reshape(3, 4)),
        np.arange(24).reshape(2, 3, 4).transpose(1, 2, 0),
        np.array([], dtype="f4"),
        np.zeros((0, 3)),
        np.array(5.0),
        np.array(["a", "bc", ""]),
        np.array([True, False]),
        np.asfortranarray(np.array([[1, "a"], [None, 2.5]], dtype=object)),
        np.array([(1, 2.0)], dtype=[("a", "i8"), ("b", "f8")]),
    ],
    ids=lambda array: f"{array.dtype} {array.shape}",
)
def test_honest_array_is_read_as_it_was_written(
    written: np.ndarray[Any, Any], protocol: int, tmp_path: Path
) -> None:
    read = unpickled(pickle.dumps(written, protocol), tmp_path)

    assert read.dtype == written.dtype
    assert read.flags.f_contiguous == written.flags.f_contiguous
    np.testing.assert_array_equal(read, written)


def test_arrays_inside_an_object_array_stay_arrays(tmp_path: Path) -> None:
    written = np.empty(2, dtype=object)
    written[0], written[1] = np.arange(3), np.array(5)

    read = unpickled(pickle.dumps(written), tmp_path)

    assert [part.shape for part in read] == [(3,), ()]


@pytest.mark.parametrize("protocol", range(6))
def test_dtype_and_array_referred_to_again_are_the_finished_ones(
    protocol: int, tmp_path: Path
) -> None:
    column = np.arange(3.0)
    shared = column.dtype

    first, again, described = unpickled(pickle.dumps([column, column, shared], protocol), tmp_path)

    assert first is again
    assert described == shared


def test_array_of_a_buffer_that_others_may_change_is_a_copy(tmp_path: Path) -> None:
    changing = pickle.BYTEARRAY8 + struct.pack("<Q", 8) + bytes(8)
    shared = changing + pickle.BINPUT + b"\x63"
    call = named("numpy._core.numeric", "_frombuffer")
    both = [
        reduced(call, buffer, FLOAT, plain((1,)), plain("C"))
        for buffer in (shared, pickle.BINGET + b"\x63")
    ]

    first, second = unpickled(whole(arguments(*both), 5), tmp_path)

    assert not np.shares_memory(first, second)
