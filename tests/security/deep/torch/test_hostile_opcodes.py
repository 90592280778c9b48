"""A pickle is read only of the opcodes that torch.save writes."""

import pickle
import struct
from collections.abc import Callable

import pytest

from tests.security.deep.torch.forging import named, whole, with_pickle

Refusal = Callable[[bytes], str]


@pytest.mark.parametrize(
    ("name", "opcodes"),
    [
        ("INST", b"(iposix\nsystem\n"),
        ("OBJ", pickle.MARK + named("posix", "system") + pickle.OBJ),
        ("EXT1", pickle.EXT1 + b"\x01"),
        ("POP", pickle.NONE + pickle.POP),
        ("DUP", pickle.NONE + pickle.DUP),
        ("NEWOBJ_EX", pickle.NONE + pickle.NONE + pickle.NONE + pickle.NEWOBJ_EX),
        ("PERSID", pickle.PERSID + b"1\n"),
        ("LONG4", pickle.LONG4 + struct.pack("<I", 4) + bytes(4)),
        ("BYTEARRAY8", pickle.BYTEARRAY8 + struct.pack("<Q", 1) + b"x"),
        ("NEXT_BUFFER", pickle.NEXT_BUFFER),
    ],
)
def test_opcode_that_torch_does_not_write_is_refused(
    name: str, opcodes: bytes, refusal: Refusal
) -> None:
    assert f"pickle opcode {name}," in refusal(with_pickle(whole(opcodes)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x80\x02",
        pickle.PROTO + b"\x02.",
        whole(pickle.TUPLE),
        whole(pickle.BINGET + b"\x07"),
    ],
)
def test_damaged_pickle_is_refused(body: bytes, refusal: Refusal) -> None:
    assert "save the model again" in refusal(with_pickle(body))


def test_very_deep_tuple_as_a_key_is_refused(refusal: Refusal) -> None:
    deep = pickle.EMPTY_TUPLE + pickle.TUPLE1 * 100_000
    body = pickle.EMPTY_DICT + deep + pickle.NONE + pickle.SETITEM

    assert "damaged" in refusal(with_pickle(whole(body)))


def test_huge_number_is_refused(refusal: Refusal) -> None:
    assert "64 bits" in refusal(with_pickle(whole(pickle.LONG1 + b"\xff" + b"\x7f" * 255)))
