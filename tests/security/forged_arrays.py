"""Hostile arrays: dtypes, shapes and contents that lie about memory."""

import io
import pickle
from collections.abc import Iterator

import joblib
import numpy as np

from tests.security.opcodes import (
    a_dict,
    arguments,
    built,
    estimator_holding,
    made,
    named,
    plain,
    reduced,
    text,
    whole,
)


def dtype(spec: str, state: bytes) -> bytes:
    made_of = reduced(named("numpy", "dtype"), text(spec), plain(False), plain(True))
    return built(made_of, state)


def array(described: bytes, shape: tuple[int, ...], content: bytes) -> bytes:
    empty = reduced(
        named("numpy._core.multiarray", "_reconstruct"),
        named("numpy", "ndarray"),
        plain((0,)),
        plain(b"b"),
    )
    return built(empty, arguments(plain(1), plain(shape), described, plain(False), content))


FLOAT = dtype("f8", plain((3, "<", None, None, None, -1, -1, 0)))


def record(size: int, flags: int = 16, **fields: tuple[bytes, int]) -> bytes:
    """Return the state that makes a dtype a record of fields, each with its dtype and offset."""
    described = {name: arguments(field, plain(offset)) for name, (field, offset) in fields.items()}
    return arguments(
        plain(3),
        text("|"),
        plain(None),
        plain(tuple(fields)),
        a_dict(**described),
        plain(size),
        plain(1),
        plain(flags),
    )


OBJECT = dtype("O8", plain((3, "|", None, None, None, -1, -1, 63)))
POINTER = plain(b"A" * 8)


def forged_dtypes() -> Iterator[tuple[str, bytes]]:
    """Yield dtypes that contradict their names, alone and under an array of pointers."""
    forged = {
        f"O8 as a record, flags {flags}": dtype("O8", record(8, flags, f=(FLOAT, 0)))
        for flags in (0, 1, 16, 63)
    }
    forged |= {
        f"{spec} as a record": dtype(spec, record(8, f=(FLOAT, 0))) for spec in ("f8", "S8", "U2")
    }
    forged |= {
        "object inside a record": dtype("V8", record(8, 27, a=(OBJECT, 0))),
        "object inside a record that denies it": dtype("V8", record(8, 16, a=(OBJECT, 0))),
        "field outside its record": dtype("V8", record(8, a=(FLOAT, 10**6))),
        "field before its record": dtype("V8", record(8, a=(FLOAT, -8))),
        "fields that overlap": dtype("V12", record(12, a=(FLOAT, 0), b=(FLOAT, 4))),
        "record of another size": dtype("V8", record(16, a=(FLOAT, 8))),
        "record inside a record": dtype(
            "V8", record(8, a=(dtype("V8", record(8, f=(FLOAT, 0))), 0))
        ),
        "record of no fields": dtype("V8", record(8)),
        "subarray": dtype(
            "V8", arguments(plain(3), text("|"), arguments(FLOAT, plain((9,))), plain(None))
        ),
        "float that swaps its bytes without saying so": dtype(
            "f8", plain((3, "=", None, None, None, -1, -1, 0))
        ),
        "another item size": dtype("f8", plain((3, "<", None, None, None, 800, -1, 0))),
        "other flags": dtype("f8", plain((3, "<", None, None, None, -1, -1, 63))),
        "objects that deny it": dtype("O8", plain((3, "|", None, None, None, -1, -1, 0))),
        "fields without names": dtype("f8", plain((3, "<", None, None, {"a": 1}, -1, -1, 0))),
        "names without fields": dtype("V8", plain((3, "|", None, ("a",), None, 8, 1, 16))),
        "a name that is no text": dtype("V8", plain((3, "|", None, (1,), {1: 2}, 8, 1, 16))),
        "short state": dtype("f8", plain((3, "<"))),
        "metadata": dtype("f8", plain((3, "<", None, None, None, -1, -1, 0, {"a": 1}))),
        "state twice": built(FLOAT, plain((3, ">", None, None, None, -1, -1, 0))),
        "no state": reduced(named("numpy", "dtype"), text("f8")),
    }
    for spec in (
        "f8,i4",
        "(2,3)f8",
        "V99999999999",
        "object",
        "m8[ns]",
        "M8[s]",
        "f8\n",
        "T",
        "9f8",
    ):
        forged[repr(spec)] = dtype(spec, plain((3, "<", None, None, None, -1, -1, 0)))
    for label, described in forged.items():
        yield f"dtype: {label}", estimator_holding(described)
        yield f"array of dtype: {label}", estimator_holding(array(described, (1,), POINTER))


def forged_arrays() -> Iterator[tuple[str, bytes]]:
    """Yield arrays and numbers whose content is not what their dtype and shape require."""
    empty = reduced(
        named("numpy._core.multiarray", "_reconstruct"),
        named("numpy", "ndarray"),
        plain((0,)),
        plain(b"b"),
    )
    subclass = reduced(
        named("numpy._core.multiarray", "_reconstruct"),
        named("sklearn.utils._bunch", "Bunch"),
        plain((0,)),
        plain(b"b"),
    )
    second = arguments(plain(1), plain((2,)), FLOAT, plain(False), plain(b"1" * 16))
    number = named("numpy._core.multiarray", "scalar")
    truth = dtype("b1", plain((3, "|", None, None, None, -1, -1, 0)))
    forged = {
        "too few bytes": array(FLOAT, (10,), plain(b"12345678")),
        "negative shape": array(FLOAT, (-1,), plain(b"")),
        "giant shape": array(FLOAT, (2**61,), plain(b"")),
        "giant shape of nothing": array(FLOAT, (0, 2**61), plain(b"")),
        "objects from bytes": array(OBJECT, (1,), POINTER),
        "objects fewer than the shape": array(OBJECT, (9,), plain([1])),
        "truths that are neither": array(truth, (8,), plain(b"\xff" * 8)),
        "state twice": built(array(FLOAT, (1,), plain(b"12345678")), second),
        "no state": empty,
        "no state, inside a list": plain([]) + empty + pickle.APPEND,
        "itself as its content": built(
            empty + pickle.BINPUT + b"\x63",
            arguments(
                plain(1),
                plain((1,)),
                OBJECT,
                plain(False),
                plain([]) + pickle.BINGET + b"\x63" + pickle.APPEND,
            ),
        ),
        "_reconstruct of a subclass": subclass,
        "scalar of objects": reduced(number, OBJECT, POINTER),
        "scalar with too few bytes": reduced(number, FLOAT, plain(b"1")),
        "scalar without bytes": reduced(number, FLOAT),
        "giant bytes()": reduced(named("builtins", "bytes"), plain(10**11)),
        "giant bytearray()": reduced(named("builtins", "bytearray"), plain(10**11)),
        "other codec": reduced(named("_codecs", "encode"), text("x"), text("rot13")),
    }
    for label, part in forged.items():
        yield f"array: {label}", estimator_holding(part)


def joblib_files() -> Iterator[tuple[str, bytes]]:
    """Yield forged headers of joblib, and pickles inside its object arrays."""

    class Exploit:
        def __reduce__(self) -> tuple[object, tuple[str, ...]]:
            return eval, ("1",)

    for compress in (0, ("zlib", 1), ("gzip", 1), ("bz2", 1), ("xz", 1)):
        buffer = io.BytesIO()
        joblib.dump(np.array([Exploit()], dtype=object), buffer, compress=compress)
        yield f"object array, compress={compress}", buffer.getvalue()
        buffer = io.BytesIO()
        joblib.dump({"a": Exploit()}, buffer, compress=compress)
        yield f"dict, compress={compress}", buffer.getvalue()
    header = made(named("joblib.numpy_pickle", "NumpyArrayWrapper"))
    for label, changed in {
        "giant array": {"shape": plain((2**40, 2**20))},
        "negative shape": {"shape": plain((-5,))},
        "shape that is no tuple": {"shape": plain([1])},
        "order": {"order": text("K")},
        "subclass": {"subclass": named("sklearn.utils._bunch", "Bunch")},
        "missing bytes": {"shape": plain((10**6,))},
        "alignment": {"numpy_array_alignment_bytes": plain(16)},
    }.items():
        state = {
            "subclass": named("numpy", "ndarray"),
            "shape": plain((1,)),
            "order": text("C"),
            "dtype": FLOAT,
            "allow_mmap": plain(False),
            **changed,
        }
        yield f"joblib {label}", whole(built(header, a_dict(**state)))[:-1] + b"\xff" * 4
