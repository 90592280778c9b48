"""MurmurHash3, 32 bits, seed 0, as scikit-learn's hashing vectorizers use it.

https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp (``MurmurHash3_x86_32``)
"""

from functools import lru_cache

_C1, _C2, _MASK = 0xCC9E2D51, 0x1B873593, 0xFFFFFFFF


@lru_cache(maxsize=1 << 16)
def murmurhash(term: str) -> int:
    """Return the hash of a term's UTF-8, as a signed number."""
    data = term.encode()
    size = len(data)
    whole = size & ~3
    value = 0
    for place in range(0, whole, 4):
        value ^= _mixed(int.from_bytes(data[place : place + 4], "little"))
        value = (value << 13 | value >> 19) & _MASK
        value = (value * 5 + 0xE6546B64) & _MASK
    if size > whole:
        value ^= _mixed(int.from_bytes(data[whole:], "little"))
    value ^= size
    value = ((value ^ value >> 16) * 0x85EBCA6B) & _MASK
    value = ((value ^ value >> 13) * 0xC2B2AE35) & _MASK
    value ^= value >> 16
    return value - (1 << 32) if value >> 31 else value


def signed_column(term: str, columns: int) -> int:
    """Return a hashed term's column, counted from 1, with the sign of its hash."""
    value = murmurhash(term)
    column = abs(value) % columns + 1
    if value == -(1 << 31):  # scikit-learn takes its absolute value for one less
        column = (2**31 - columns) % columns + 1
    return column if value >= 0 else -column


def _mixed(block: int) -> int:
    block = (block * _C1) & _MASK
    block = (block << 15 | block >> 17) & _MASK
    return (block * _C2) & _MASK
