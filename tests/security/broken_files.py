"""Files that are damaged, lie about their sizes, or go on after their end."""

import bz2
import gzip
import lzma
import pickle
import struct
import zlib
from collections.abc import Callable, Iterator

import numpy as np

from tests.security.opcodes import (
    made,
    named,
    plain,
    whole,
)


def broken_files() -> Iterator[tuple[str, bytes]]:
    """Yield damaged files, bombs and files that go on after their end."""
    honest = pickle.dumps({"a": 1})
    yield "no estimator", honest
    yield "only a class", whole(named("sklearn.linear_model._logistic", "LogisticRegression"))
    yield "not fitted", whole(made(named("sklearn.linear_model._logistic", "LogisticRegression")))
    yield "empty pickle", whole(b"")
    yield "stack underflow", whole(b"0" * 50)
    yield "declared frame", pickle.PROTO + b"\x04" + pickle.FRAME + struct.pack("<Q", 2**62) + b"N."
    yield "declared bytes", pickle.PROTO + b"\x04" + pickle.BINBYTES8 + struct.pack("<Q", 2**62)
    yield (
        "declared bytearray",
        (pickle.PROTO + b"\x05" + pickle.BYTEARRAY8 + struct.pack("<Q", 2**40) + b"."),
    )
    yield "declared long", pickle.PROTO + b"\x04" + pickle.LONG4 + struct.pack("<i", -5) + b"."
    yield "giant number", b"I" + b"9" * 10_000 + b"\n."
    yield "nested tuples", whole(plain(()) + pickle.TUPLE1 * 200_000)
    yield "nested lists", whole(b"]" * 100_000 + b"a" * 99_999)
    yield "random bytes", pickle.PROTO + b"\x04" + np.random.default_rng(0).bytes(5_000)
    packers: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "bz2": bz2.compress,
        "xz": lzma.compress,
    }
    for label, pack in packers.items():
        yield f"cut {label}", pack(honest * 1_000)[:-20]
        yield f"damaged {label}", pack(honest)[:12] + b"\x00" * 50
    yield "cut zlib", zlib.compress(b"\x80\x04" + b"N0" * 100_000)[:-30]
    yield "damaged zlib", zlib.compress(honest)[:12] + b"\x00" * 50
    yield "lzma with a giant dictionary", b"\x5d\xff\xff\xff\xff" + b"\xff" * 8 + b"\x00" * 50
