"""Hostile model files, by the rule of the loader that stops each."""

import io
import pickle
from collections.abc import Iterator

import joblib
import numpy as np

from tests.security.broken_files import broken_files
from tests.security.callables import CALLABLES
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


def forbidden_calls() -> Iterator[tuple[str, bytes]]:
    """Every callable above by every opcode that can call."""
    for module, name, given in CALLABLES:
        items = [plain(item) for item in given]
        function = named(module, name)
        label = f"{module}.{name}"
        yield f"REDUCE {label}", whole(reduced(function, *items))
        yield f"NEWOBJ {label}", whole(made(function, *items))
        yield f"inside an estimator {label}", estimator_holding(reduced(function, *items))


def other_opcodes() -> Iterator[tuple[str, bytes]]:
    """The same through opcodes that honest files never hold."""
    yield "GLOBAL", b"cos\nsystem\n(S'echo'\ntR."
    yield "INST", b"(S'echo'\nios\nsystem\n."
    yield "INST of an allowed class", b"(isklearn.linear_model._logistic\nLogisticRegression\n."
    yield "OBJ", whole(b"(" + named("os", "system") + text("echo") + b"o", 2)
    yield (
        "OBJ of an allowed class",
        whole(b"(" + named("sklearn.linear_model._logistic", "LogisticRegression") + b"o", 2),
    )
    yield "EXT1", whole(b"\x82\x01", 2)
    yield "EXT2", whole(b"\x83\x01\x00", 2)
    yield "EXT4", whole(b"\x84\x01\x00\x00\x00", 2)
    yield "PERSID", b"Pid\n."
    yield "BINPERSID", whole(text("id") + b"Q")
    yield "NEXT_BUFFER", whole(b"\x97", 5)
    yield "READONLY_BUFFER", whole(plain(b"x") + b"\x98", 5)
    yield "unknown opcode", whole(b"\xff")
    yield "dotted name", whole(reduced(named("builtins", "str.format"), text("{}")))
    yield (
        "dotted through a module",
        whole(reduced(named("sklearn.utils", "warnings.sys.exit"), plain(1))),
    )
    yield (
        "NEWOBJ_EX with keywords",
        whole(
            named("sklearn.linear_model._logistic", "LogisticRegression")
            + plain(())
            + plain({"C": 1.0})
            + pickle.NEWOBJ_EX
        ),
    )


def misused_references() -> Iterator[tuple[str, bytes]]:
    """Names that a file may hold, called or changed."""
    check = named("sklearn.utils.validation", "check_array")
    cls = named("sklearn.linear_model._logistic", "LogisticRegression")
    yield "call of a reference", whole(reduced(check, plain([[1.0]])))
    yield "call of a numpy reference", whole(reduced(named("numpy", "exp"), plain(1.0)))
    yield "call of an estimator's class", whole(reduced(cls))
    yield "BUILD on a class", whole(built(cls, a_dict(predict=check)))
    yield (
        "BUILD on a class by slots",
        whole(built(cls, arguments(plain(None), a_dict(predict=check)))),
    )
    yield "BUILD on a function", whole(built(check, a_dict(__code__=plain(1))))
    yield "slot state", whole(built(made(cls), arguments(plain(None), a_dict(C=plain(1)))))
    yield "dunder attribute", whole(built(made(cls), a_dict(__class__=check)))
    yield "attribute over a method", whole(built(made(cls), a_dict(predict=check)))
    yield "attribute over a private method", whole(built(made(cls), a_dict(_validate_params=check)))
    yield "state that is no dict", whole(built(made(cls), plain([1])))
    yield "SETITEM on an estimator", whole(made(cls) + text("a") + plain(1) + pickle.SETITEM)
    yield "APPEND on an estimator", whole(made(cls) + plain(1) + pickle.APPEND)
    yield "ADDITEMS on a list", whole(plain([]) + pickle.MARK + plain(1) + pickle.ADDITEMS)
    yield "a vetted call left inside", estimator_holding(named("numpy", "dtype"))
    yield "a vetted call with state", whole(built(named("numpy", "dtype"), a_dict(make=check)))
    yield "NEWOBJ of a reference", whole(made(named("numpy", "ndarray"), plain((1,))))
    yield "NEWOBJ with arguments", whole(made(cls, plain(1)))
    yield "NEWOBJ of a native tree", whole(made(named("sklearn.neighbors._kd_tree", "KDTree")))
    yield (
        "a metric that calls Python",
        whole(
            reduced(
                named("sklearn.metrics._dist_metrics", "newObj"),
                named("sklearn.metrics._dist_metrics", "PyFuncDistance64"),
            )
        ),
    )
    yield (
        "_reconstructor of a stranger",
        whole(
            reduced(
                named("copyreg", "_reconstructor"),
                named("builtins", "object"),
                named("builtins", "object"),
                plain(None),
            )
        ),
    )


def _dtype(spec: str, state: bytes) -> bytes:
    made_of = reduced(named("numpy", "dtype"), text(spec), plain(False), plain(True))
    return built(made_of, state)


def _array(dtype: bytes, shape: tuple[int, ...], content: bytes) -> bytes:
    empty = reduced(
        named("numpy._core.multiarray", "_reconstruct"),
        named("numpy", "ndarray"),
        plain((0,)),
        plain(b"b"),
    )
    return built(empty, arguments(plain(1), plain(shape), dtype, plain(False), content))


_FLOAT = _dtype("f8", plain((3, "<", None, None, None, -1, -1, 0)))


def forged_arrays() -> Iterator[tuple[str, bytes]]:
    """dtypes and arrays whose state lies about memory."""
    yield (
        "subarray dtype",
        estimator_holding(
            _dtype(
                "V8", arguments(plain(3), text("|"), arguments(_FLOAT, plain((9,))), plain(None))
            )
        ),
    )
    names = plain(("a",))
    fields = a_dict(a=arguments(_FLOAT, plain(10**6)))
    state = arguments(
        plain(3), text("|"), plain(None), names, fields, plain(8), plain(1), plain(16)
    )
    yield "field outside its record", estimator_holding(_dtype("V8", state))
    objects = _dtype("O8", plain((3, "|", None, None, None, -1, -1, 63)))
    fields = a_dict(a=arguments(objects, plain(0)))
    state = arguments(
        plain(3), text("|"), plain(None), names, fields, plain(8), plain(1), plain(27)
    )
    yield "object inside a record", estimator_holding(_dtype("V8", state))
    for label, forged in {
        "item size": (3, "<", None, None, None, 800, -1, 0),
        "flags": (3, "<", None, None, None, -1, -1, 63),
        "fields without names": (3, "<", None, None, {"a": 1}, -1, -1, 0),
        "short state": (3, "<"),
        "metadata": (3, "<", None, None, None, -1, -1, 0, {"a": 1}),
    }.items():
        yield f"dtype {label}", estimator_holding(_dtype("f8", plain(forged)))
    for spec in ("f8,i4", "(2,3)f8", "V99999999999", "object", "m8[ns]", "f8\n", "T", "9f8"):
        yield (
            f"dtype {spec!r}",
            estimator_holding(_dtype(spec, plain((3, "<", None, None, None, -1, -1, 0)))),
        )
    twice = built(_FLOAT, plain((3, ">", None, None, None, -1, -1, 0)))
    yield "dtype changed after it was made", estimator_holding(twice)
    yield "too few bytes", estimator_holding(_array(_FLOAT, (10,), plain(b"12345678")))
    yield "negative shape", estimator_holding(_array(_FLOAT, (-1,), plain(b"")))
    yield "giant shape", estimator_holding(_array(_FLOAT, (2**61,), plain(b"")))
    yield "objects from bytes", estimator_holding(_array(objects, (1,), plain(b"12345678")))
    yield "objects fewer than the shape", estimator_holding(_array(objects, (9,), plain([1])))
    yield (
        "state twice",
        estimator_holding(
            built(
                _array(_FLOAT, (1,), plain(b"12345678")),
                arguments(plain(1), plain((2,)), _FLOAT, plain(False), plain(b"1" * 16)),
            )
        ),
    )
    yield (
        "an array without state",
        estimator_holding(
            reduced(
                named("numpy._core.multiarray", "_reconstruct"),
                named("numpy", "ndarray"),
                plain((0,)),
                plain(b"b"),
            )
        ),
    )
    yield (
        "_reconstruct of a subclass",
        estimator_holding(
            reduced(
                named("numpy._core.multiarray", "_reconstruct"),
                named("sklearn.utils._bunch", "Bunch"),
                plain((0,)),
                plain(b"b"),
            )
        ),
    )
    yield (
        "scalar of objects",
        estimator_holding(
            reduced(named("numpy._core.multiarray", "scalar"), objects, plain(b"12345678"))
        ),
    )
    yield (
        "scalar with too few bytes",
        estimator_holding(reduced(named("numpy._core.multiarray", "scalar"), _FLOAT, plain(b"1"))),
    )
    yield "giant bytes()", estimator_holding(reduced(named("builtins", "bytes"), plain(10**11)))
    yield (
        "giant bytearray()",
        estimator_holding(reduced(named("builtins", "bytearray"), plain(10**11))),
    )
    yield (
        "other codec",
        estimator_holding(reduced(named("_codecs", "encode"), text("x"), text("rot13"))),
    )


def joblib_files() -> Iterator[tuple[str, bytes]]:
    """joblib's own channel: headers, and pickles inside object arrays."""

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
            "dtype": _FLOAT,
            "allow_mmap": plain(False),
            **changed,
        }
        yield f"joblib {label}", whole(built(header, a_dict(**state)))[:-1] + b"\xff" * 4


def all_attacks() -> Iterator[tuple[str, bytes]]:
    """Every hostile file with a name that says what it tries."""
    yield from forbidden_calls()
    yield from other_opcodes()
    yield from misused_references()
    yield from forged_arrays()
    yield from broken_files()
    yield from joblib_files()
