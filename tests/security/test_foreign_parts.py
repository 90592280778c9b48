"""What stands in for other libraries takes nothing on trust and cannot be left in a model."""

import io
from typing import Any

import numpy as np
import pytest

from converter.loading import load_estimator
from converter.loading.reader import BoundedReader
from converter.loading.unpickler import RestrictedUnpickler
from inferx.errors import Refused
from tests.security.opcodes import (
    a_dict,
    arguments,
    built,
    estimator_holding,
    made,
    named,
    plain,
    reduced,
    whole,
)

CREATE_ARRAY = named("dill._dill", "_create_array")
LOAD_TYPE = named("dill._dill", "_load_type")
RECONSTRUCT = named("numpy._core.multiarray", "_reconstruct")
BACKED = named("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked")
NEW_INDEX = named("pandas.core.indexes.base", "_new_Index")
REBUILD = named("daal4py._daal4py", "_rebuild")
VECTORS = named("onedal.svm.svm", "SVC")
LIST = named("sklearn.compose._column_transformer", "_RemainderColsList")
SERIES = named("pandas", "Series")
EMPTY = arguments(named("numpy", "ndarray"), plain((0,)), plain(b"b"))
NUMBERS = plain(np.arange(3.0))


def restored(kind: str, length: int, *buffers: Any) -> bytes:
    parts = plain([None if part is None else bytes(part) for part in buffers])
    described = (plain(kind), plain(length), plain(0), plain(0), parts)
    return reduced(named("pyarrow.lib", "_restore_array"), arguments(*described))


def offsets(*places: int) -> bytes:
    return np.array(places, "<i8").tobytes()


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(reduced(LOAD_TYPE, plain("eval")), id="dill's way to a function"),
        pytest.param(reduced(LOAD_TYPE, plain("type")), id="dill's way to a metaclass"),
        pytest.param(reduced(LOAD_TYPE, plain("CodeType")), id="dill's way to code"),
        pytest.param(reduced(LOAD_TYPE, plain(7)), id="no name of a type"),
        pytest.param(
            reduced(CREATE_ARRAY, named("builtins", "list"), plain(()), plain(())),
            id="dill's array of another call",
        ),
        pytest.param(
            reduced(CREATE_ARRAY, named("numpy", "dtype"), plain(("f8",)), plain(())),
            id="dill's array by another vetted call",
        ),
        pytest.param(
            reduced(CREATE_ARRAY, RECONSTRUCT, EMPTY, plain((1, (4,), "f8", False, b""))),
            id="dill's array without its bytes",
        ),
        pytest.param(
            reduced(CREATE_ARRAY, RECONSTRUCT, EMPTY, plain(()), plain({"a": 1})),
            id="dill's array with attributes",
        ),
        pytest.param(reduced(BACKED, named("builtins", "list"), plain(1), plain(None)), id="list"),
        pytest.param(
            built(
                reduced(BACKED, named("pandas", "Categorical"), plain(1), plain(None)),
                arguments(plain(["a"]), plain(np.array([0, 5], "i1"))),
            ),
            id="code without a category",
        ),
        pytest.param(
            reduced(NEW_INDEX, plain(None), plain({"start": 0, "stop": 9, "step": 0})), id="no step"
        ),
        pytest.param(reduced(NEW_INDEX, plain(None), plain([])), id="index of nothing"),
        pytest.param(made(LIST, plain(1)), id="list class with arguments"),
        pytest.param(reduced(LIST, plain([])), id="list class called"),
        pytest.param(built(made(LIST), a_dict(data=NUMBERS)), id="no list in the list class"),
        pytest.param(built(made(SERIES), a_dict(_mgr=plain([1]))), id="series of a list"),
        pytest.param(restored("large_string", 1, None, offsets(0, 9), b"ab"), id="text too short"),
        pytest.param(restored("large_string", 1, None, offsets(-8, 1), b"ab"), id="offset below 0"),
        pytest.param(restored("large_string", 2, None, offsets(2, 0, 2), b"ab"), id="backwards"),
        pytest.param(restored("large_string", 2, None, offsets(0, 1), b"ab"), id="offsets missing"),
        pytest.param(
            restored("large_string", 9, b"\xff", offsets(*range(10)), b"x" * 9), id="bits"
        ),
        pytest.param(restored("int64", 1, None, None, b"12345678"), id="no text"),
        pytest.param(
            reduced(named("pyarrow.lib", "py_buffer"), plain(10**12)), id="buffer by size"
        ),
    ],
)
def test_forged_part_of_another_library_is_refused(part: bytes) -> None:
    with pytest.raises(Refused):
        RestrictedUnpickler(BoundedReader(io.BytesIO(whole(part)))).load()


def test_rows_of_a_frame_are_not_counted_out() -> None:
    part = reduced(NEW_INDEX, plain(None), plain({"start": 0, "stop": 10**15, "step": 1}))

    assert RestrictedUnpickler(BoundedReader(io.BytesIO(whole(part)))).load() == []


@pytest.mark.parametrize(
    "part",
    [LIST, SERIES, made(LIST), made(SERIES), CREATE_ARRAY, REBUILD, VECTORS, made(VECTORS)],
)
def test_stand_in_of_a_class_is_refused_inside_a_model(part: bytes, tmp_path: Any) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(estimator_holding(part))

    with pytest.raises(Refused):
        load_estimator(path)


def test_model_that_holds_nothing_forged_is_loaded(tmp_path: Any) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(estimator_holding(plain(1.0)))

    assert load_estimator(path).extra == 1.0
