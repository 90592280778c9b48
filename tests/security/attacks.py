"""Hostile model files, grouped by the rule of the loader that stops them."""

import pickle
from collections.abc import Iterator

from tests.security.broken_files import broken_files
from tests.security.callables import CALLABLES
from tests.security.forged_arrays import forged_arrays, forged_dtypes, joblib_files
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
    """Yield each callable of the list, by every opcode that can call."""
    for module, name, given in CALLABLES:
        items = [plain(item) for item in given]
        function = named(module, name)
        label = f"{module}.{name}"
        yield f"REDUCE {label}", whole(reduced(function, *items))
        yield f"NEWOBJ {label}", whole(made(function, *items))
        yield f"inside an estimator {label}", estimator_holding(reduced(function, *items))


def other_opcodes() -> Iterator[tuple[str, bytes]]:
    """Yield calls through opcodes that honest files never hold."""
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
    """Yield calls and changes of names that a file may only hold."""
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


def all_attacks() -> Iterator[tuple[str, bytes]]:
    """Yield every hostile file with a name for what it tries."""
    yield from forbidden_calls()
    yield from other_opcodes()
    yield from misused_references()
    yield from forged_dtypes()
    yield from forged_arrays()
    yield from broken_files()
    yield from joblib_files()
