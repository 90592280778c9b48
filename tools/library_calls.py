"""Which functions of a shared library for x86-64 can reach which, from its bytes and its symbols.

Any four bytes of code that follow what an offset can follow are read as one (Intel SDM, volume 2,
"RIP-relative addressing"), whether they are one or not. So more may be found than is called, never
less.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from tools.library_symbols import Symbols
from tools.shared_library import EXECUTABLE, SharedLibrary

_FUNCTION = 2
_POINTS_TO_SYMBOL, _FROM_TABLE, _CALL, _POINTS_INSIDE, _CHOSEN = 1, 6, 7, 8, 37
_JUMP_THROUGH_TABLE = b"\xff\x25"
# Bytes of instructions that do nothing, with which compilers fill up between functions.
_PADDING = bytes.fromhex("66 2e 0f 1f 40 44 80 84 00 90 cc")
_STUB = 16  # bytes of an entry of the procedure linkage table, and its alignment


class CallGraph:
    """Which functions of a library refer to which.

    Args:
        library: the file, not stripped.
        symbols: its tables.
    """

    def __init__(self, library: SharedLibrary, symbols: Symbols) -> None:
        self._content = library.content
        (self.code,) = (each for each in library.loaded if each.flags & EXECUTABLE)
        self._symbols = symbols
        self.ends: dict[int, int] = {}
        named = defaultdict(set)
        for symbol in symbols.all:
            if symbol.kind == _FUNCTION and symbol.section and self.code.holds(symbol.address):
                end = symbol.address + symbol.size
                self.ends[symbol.address] = max(end, self.ends.get(symbol.address, end))
                named[symbol.name.partition(".")[0]].add(symbol.address)
        # A compiler splits one function into parts, foo and foo.cold, and jumps into their middle.
        self._parts = {place: each for each in named.values() if len(each) > 1 for place in each}
        self._references = self._tables()

    def _tables(self) -> dict[int, int]:
        """Return which function each reference means: itself, its slot in a table, or its stub."""
        references = {address: address for address in self.ends}
        for each in self._symbols.relocations:
            symbol = self._symbols.dynamic[each.symbol]
            if each.kind in {_FROM_TABLE, _CALL} and symbol.section:
                references[each.place] = symbol.address
        start, code = self.code.offset, self.code
        found = self._content.find(_JUMP_THROUGH_TABLE, start)
        while 0 <= found < start + code.stored - 6:
            address = code.address + found - start
            slot = address + 6 + int.from_bytes(self._content[found + 2 : found + 6], "little")
            if slot in references:
                references.setdefault(address // _STUB * _STUB, references[slot])
            found = self._content.find(_JUMP_THROUGH_TABLE, found + 1)
        return references

    def reached(self, imported: Iterable[str], unused: Iterable[str] = ()) -> set[int]:
        """Return where the functions begin that these names, data and nameless code lead to.

        Args:
            imported: names that other libraries import.
            unused: names of tables in the data whose functions are not called.
        """
        wanted = set(imported)
        tables = [each for each in self._symbols.all if each.name in set(unused)]
        exported = [each for each in self._symbols.dynamic if each.section]
        waiting = {each.address for each in exported if each.name in wanted}
        for each in self._symbols.relocations:
            if any(0 <= each.place - table.address < table.size for table in tables):
                continue
            if each.kind in {_POINTS_INSIDE, _CHOSEN}:
                waiting.add(each.addend)
            elif each.kind == _POINTS_TO_SYMBOL:
                waiting.add(self._symbols.dynamic[each.symbol].address)
        for start, end in self._nameless():
            waiting.update(self._referred(start, end))
        reached: set[int] = set()
        while waiting:
            address = waiting.pop()
            if address in reached or address not in self.ends:
                continue
            reached.add(address)
            waiting.update(self._parts.get(address, ()))
            waiting.update(self._referred(address, self.ends[address]))
        return reached

    def nothing_between(self, start: int, end: int) -> bool:
        """Return whether there is only padding from one address to another."""
        offset = start - self.code.address + self.code.offset
        return not self._content[offset : offset + end - start].strip(_PADDING)

    def _nameless(self) -> Iterator[tuple[int, int]]:
        """Yield the code that no symbol covers: start-up code, and assembly without sizes."""
        place = self.code.address
        for address, end in sorted(self.ends.items()):
            if address > place and address - place >= _STUB:
                yield from self._without_stubs(place, address)
            place = max(place, end)
        yield from self._without_stubs(place, self.code.address + self.code.stored)

    def _without_stubs(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        place = start
        for stub in range(-(-start // _STUB) * _STUB, end, _STUB):
            if stub in self._references:
                yield place, stub
                place = stub + _STUB
        yield place, max(place, end)

    def _referred(self, start: int, end: int) -> Iterator[int]:
        offset = start - self.code.address + self.code.offset
        code = memoryview(self._content)[offset : offset + end - start]
        for shift in range(min(4, len(code))):
            words = code[shift : shift + (len(code) - shift) // 4 * 4].cast("i")
            for place, distance in enumerate(words):
                at = shift + 4 * place
                target = self._references.get(start + at + 4 + distance)
                if target is not None and _may_be_offset(code, at):
                    yield target


def _may_be_offset(code: memoryview, at: int) -> bool:
    """Return whether the byte before is one that offsets follow.

    That is the opcode of a call or jump, or the ModRM byte of an operand at a distance.
    """
    before = code[at - 1] if at else 0
    conditional = at > 1 and code[at - 2] == 0x0F and before & 0xF0 == 0x80
    return before in {0xE8, 0xE9} or before & 0xC7 == 0x05 or conditional
