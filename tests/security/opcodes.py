"""Pickles written opcode by opcode, as no pickler would."""

import pickle
import struct
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

_FITTED = vars(LogisticRegression().fit(np.eye(2), [0, 1]))


def text(value: str) -> bytes:
    return pickle.BINUNICODE + struct.pack("<I", len(value.encode())) + value.encode()


def named(module: str, name: str) -> bytes:
    return text(module) + text(name) + pickle.STACK_GLOBAL


def plain(value: Any) -> bytes:
    """Return the opcodes that build a harmless value."""
    return pickle.dumps(value, 3)[2:-1]


def arguments(*items: bytes) -> bytes:
    return pickle.MARK + b"".join(items) + pickle.TUPLE


def reduced(function: bytes, *items: bytes) -> bytes:
    return function + arguments(*items) + pickle.REDUCE


def made(cls: bytes, *items: bytes) -> bytes:
    return cls + arguments(*items) + pickle.NEWOBJ


def built(target: bytes, state: bytes) -> bytes:
    return target + state + pickle.BUILD


def a_dict(**items: bytes) -> bytes:
    pairs = b"".join(text(key) + item for key, item in items.items())
    return pickle.EMPTY_DICT + pickle.MARK + pairs + pickle.SETITEMS


def whole(body: bytes, protocol: int = 4) -> bytes:
    return pickle.PROTO + bytes([protocol]) + body + pickle.STOP


def estimator_holding(part: bytes) -> bytes:
    """Return an otherwise honest, fitted logistic regression with ``part`` as an attribute."""
    cls = named("sklearn.linear_model._logistic", "LogisticRegression")
    honest = {name: plain(value) for name, value in _FITTED.items()}
    return whole(built(made(cls), a_dict(**honest, extra=part)))
